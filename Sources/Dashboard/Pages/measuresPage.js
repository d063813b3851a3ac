/** How it goes: success, times, money, what runs, webhooks; over a stretch of time that ends now. */
import { get } from "./api.js";
import { h, refill } from "./dom.js";
import { errorText } from "./errors.js";
import { measureCards } from "./measureCards.js";
import { pause, seen } from "./waiting.js";
import { t } from "./words.js";

const route = "/api/metrics/image-generation";
const windows = ["1h", "24h", "7d", "31d"];
const readEvery = 10_000;
const pastEvery = 60_000;
const remembered = 180;
const parts = 12;
const chosen = { window: "24h" };

export function measuresPage(root) {
    const abort = new AbortController();
    const cards = h("div.cards", { id: "measures" });
    const running = [];
    let past = { window: null, at: 0, parts: [] };
    const options = windows.map((name) =>
        h("option", { value: name, selected: name === chosen.window }, t(`window.${name}`)));
    const choice = h("select", { id: "window", "aria-label": t("measures.window") }, options);
    choice.addEventListener("change", () => {
        chosen.window = choice.value;
        read();
    });
    const label = h("label.window-choice", null, t("measures.window"), " ", choice);
    root.append(h("div.page-head", null, h("h1", null, t("measures.title")), label), cards);

    async function read() {
        const { window } = chosen;
        try {
            const now = await get(route, { window }, abort.signal);
            if (past.window !== window || now.to - past.at > pastEvery) {
                past = { window, at: now.to, parts: await history(now, abort.signal) };
            }
            if (window !== chosen.window) return;
            running.push({ at: now.to, value: now.jobs.running });
            if (running.length > remembered) running.shift();
            const notice = now.truncated && h("p.hint.wide", null, t("measures.truncated"));
            refill(cards, notice, measureCards(now, past.parts, running));
        } catch (error) {
            if (error.name === "AbortError") return;
            const text = error.status === 404 ? t("measures.absent") : errorText(error);
            refill(cards, h("p.empty", { role: "alert" }, text));
        }
    }

    async function readOn() {
        while (!abort.signal.aborted) {
            await seen(abort.signal);
            await read();
            await pause(readEvery, abort.signal);
        }
    }

    readOn();
    return { title: t("measures.title"), end: () => abort.abort() };
}

/**
 * What ended in each part of the window, the oldest first. The server counts back from now, so each part is the
 * difference of two counts.
 */
async function history(whole, signal) {
    const seconds = Math.round((whole.to - whole.from) / 1000);
    const cuts = Array.from({ length: parts - 1 }, (_, index) => Math.round((seconds * (index + 1)) / parts));
    const shorter = await Promise.all(cuts.map((cut) => get(route, { window: `${cut}s` }, signal)));
    const counts = [{ images: { made: 0, failed: 0 }, cost: { micros: 0 } }, ...shorter, whole];
    const between = (index, number) => Math.max(0, number(counts[index + 1]) - number(counts[index]));
    return Array.from({ length: parts }, (_, index) => ({
        made: between(index, (count) => count.images.made),
        failed: between(index, (count) => count.images.failed),
        micros: between(index, (count) => count.cost.micros),
    })).reverse();
}
