/** How it goes: success, times, money, what runs, webhooks; over a stretch of time that ends now. */
import { get } from "./api.js";
import { h, refill } from "./dom.js";
import { errorText } from "./errors.js";
import { count, duration, money, percent } from "./format.js";
import { groupBars, percentiles, shareBar, sparkline, trend } from "./plots.js";
import { pause } from "./eventFeed.js";
import { t } from "./words.js";

const windows = ["1h", "24h", "7d", "31d"];
const readEvery = 10_000;
const remembered = 180;
const buckets = 12;
const chosen = { window: "24h" };

export function measuresPage(root) {
    const abort = new AbortController();
    const cards = h("div.cards", { id: "measures" });
    const running = [];
    const choice = h("select", { id: "window", "aria-label": t("measures.window") }, windows.map((name) => h("option", { value: name, selected: name === chosen.window }, t(`window.${name}`))));
    choice.addEventListener("change", () => { chosen.window = choice.value; read(); });
    root.append(h("div.page-head", null, h("h1", null, t("measures.title")), h("label.window-choice", null, t("measures.window"), " ", choice)), cards);

    async function read() {
        const window = chosen.window;
        try {
            const now = await get("/api/metrics/image-generation", { window }, abort.signal);
            const past = await history(window, now, abort.signal);
            if (window !== chosen.window) return;
            running.push({ at: now.to, value: now.jobs.running });
            if (running.length > remembered) running.shift();
            draw(now, past);
        } catch (error) {
            if (error.name === "AbortError") return;
            refill(cards, h("p.empty", { role: "alert" }, error.status === 404 ? t("measures.absent") : errorText(error)));
        }
    }

    function draw(now, past) {
        refill(cards, now.truncated && h("p.hint.wide", null, t("measures.truncated")),
            successCard(now, past), timeCard("measures.times", "measures.timesHint", now.generationTimeMs), spendCard(now, past),
            queueCard(now, running), timeCard("measures.webhooks", "measures.webhooksHint", now.webhookLatencyMs), providerCard(now));
    }

    (async () => {
        while (!abort.signal.aborted) {
            if (!document.hidden) await read();
            await pause(readEvery, abort.signal);
        }
    })();
    return { title: t("measures.title"), end: () => abort.abort() };
}

/** What ended in each part of the window. The server counts back from now, so each part is the difference of two counts. */
async function history(window, whole, signal) {
    const seconds = Math.round((whole.to - whole.from) / 1000);
    const cuts = Array.from({ length: buckets - 1 }, (_, index) => Math.round((seconds * (index + 1)) / buckets));
    const shorter = await Promise.all(cuts.map((cut) => get("/api/metrics/image-generation", { window: `${cut}s` }, signal)));
    const counts = [{ images: { made: 0, failed: 0 }, cost: { micros: 0 } }, ...shorter, whole];
    return counts.slice(1).map((count, index) => ({
        made: Math.max(0, count.images.made - counts[index].images.made), failed: Math.max(0, count.images.failed - counts[index].images.failed),
        micros: Math.max(0, count.cost.micros - counts[index].cost.micros),
    })).reverse();
}

function card(title, hint, ...content) { return h("section.card.measure", null, h("h2", null, title), h("p.hint", null, hint), content); }

function big(text) { return h("p.big", null, text); }

function successCard(now, past) {
    const { made, failed, canceled, successRate } = now.images;
    const hint = t("measures.successHint", { made: count(made), failed: count(failed) });
    if (successRate === undefined || successRate === null) return card(t("measures.success"), t("measures.none"), big("–"));
    return card(t("measures.success"), hint, big(percent(successRate)),
        shareBar([{ name: "made", value: made, tone: "good" }, { name: "failed", value: failed, tone: "bad" }, { name: "canceled", value: canceled, tone: "off" }]),
        trend(past.map((part) => (part.made + part.failed > 0 ? part.made / (part.made + part.failed) : null)), t("measures.rateOver"), percent, 1));
}

function timeCard(title, hint, summary) {
    if (!summary) return card(t(title), t(hint), big("–"), h("p.hint", null, t("measures.noneYet")));
    return card(t(title), t(hint), big(duration(summary.p50)), percentiles(summary));
}

function spendCard(now, past) {
    const more = now.cost.possibleMicros > 0 ? h("p.hint", null, t("measures.possible", { n: money(now.cost.possibleMicros) })) : null;
    return card(t("measures.spend"), t("measures.spendHint"), big(money(now.cost.micros)), more, trend(past.map((part) => part.micros), t("measures.over"), money));
}

function queueCard(now, running) {
    return card(t("measures.jobs"), t("measures.queue"), big(count(now.jobs.running)), sparkline(running, t("measures.queue")),
        h("dl.facts", null, fact(t("measures.stuck"), count(now.jobs.stuck), now.jobs.stuck > 0 ? "warn" : null), fact(t("measures.ended"), count(now.jobs.ended)),
            ["completed", "partial", "failed", "canceled"].map((state) => fact(t(`state.${state}`), count(now.jobs[state])))));
}

function providerCard(now) {
    const groups = Object.entries(now.byProvider);
    return card(t("measures.byProvider"), groups.length > 0 ? "" : t("measures.none"), groupBars(groups, (group) => [
        { value: group.images.made, tone: "good" }, { value: group.images.failed, tone: "bad" }, { value: group.images.canceled, tone: "off" },
    ], (group) => money(group.cost.micros)));
}

function fact(name, value, style = null) { return h("div", null, h("dt", null, name), h("dd", { class: style }, value)); }
