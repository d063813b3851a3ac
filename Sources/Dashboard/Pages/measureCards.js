/** The measures as cards: a number that says most, and a drawing of what stands behind it. */
import { h } from "./dom.js";
import { fact } from "./facts.js";
import { count, duration, money, percent } from "./format.js";
import { groupBars, percentiles, shareBar, sparkline, trend } from "./plots.js";
import { t } from "./words.js";

const endings = ["completed", "partial", "failed", "canceled"];

/**
 * @param now the document of the server, with the parts of its window
 * @param {Array<{ at: number, value: number }>} running how many jobs ran, as long as somebody has looked
 */
export function measureCards(now, running) {
    return [
        successCard(now),
        timeCard("measures.times", "measures.timesHint", now.generationTimeMs),
        spendCard(now),
        jobsCard(now.jobs, running),
        timeCard("measures.webhooks", "measures.webhooksHint", now.webhookLatencyMs),
        providerCard(Object.entries(now.byProvider)),
    ];
}

function card(title, hint, ...content) {
    return h("section.card.measure", null, h("h2", null, title), h("p.hint", null, hint), content);
}

function big(text) { return h("p.big", null, text); }

function shares({ made, failed, canceled }) {
    return [
        { name: "made", value: made, tone: "good" },
        { name: "failed", value: failed, tone: "bad" },
        { name: "canceled", value: canceled, tone: "off" },
    ];
}

function successCard({ images, parts }) {
    const { made, failed, successRate } = images;
    if (successRate === undefined) return card(t("measures.success"), t("measures.none"), big("–"));
    const hint = t("measures.successHint", { made: count(made), failed: count(failed) });
    const rates = parts.map((part) => part.images.successRate ?? null);
    return card(t("measures.success"), hint, big(percent(successRate)),
        shareBar(shares(images)), trend(rates, t("measures.rateOver"), percent, 1));
}

function timeCard(title, hint, summary) {
    if (!summary) return card(t(title), t(hint), big("–"), h("p.hint", null, t("measures.noneYet")));
    return card(t(title), t(hint), big(duration(summary.p50)), percentiles(summary));
}

function spendCard({ cost: { micros, possibleMicros }, parts }) {
    const more = possibleMicros > 0 && h("p.hint", null, t("measures.possible", { n: money(possibleMicros) }));
    const spent = trend(parts.map((part) => part.cost.micros), t("measures.over"), money);
    return card(t("measures.spend"), t("measures.spendHint"), big(money(micros)), more, spent);
}

function jobsCard(jobs, running) {
    const line = sparkline(running, t("measures.queue"));
    return card(t("measures.jobs"), t("measures.queue"), big(count(jobs.running)), line,
        h("dl.facts", null,
            fact(t("measures.stuck"), count(jobs.stuck), { style: jobs.stuck > 0 ? "warn" : null }),
            fact(t("measures.ended"), count(jobs.ended)),
            endings.map((state) => fact(t(`state.${state}`), count(jobs[state])))));
}

function providerCard(groups) {
    const bars = groupBars(groups, (group) => shares(group.images), (group) => money(group.cost.micros));
    return card(t("measures.byProvider"), groups.length > 0 ? "" : t("measures.none"), bars);
}
