/** How it goes: success, times, money, what runs, webhooks; over a stretch of time that ends now. */
import { get } from "./api.js";
import { h, refill } from "./dom.js";
import { errorText } from "./errors.js";
import { measureCards } from "./measureCards.js";
import { mayAdminister } from "./session.js";
import { pause, seen } from "./waiting.js";
import { t } from "./words.js";

const route = "/api/metrics/image-generation";
const windows = ["1h", "24h", "7d", "31d"];
const readEvery = 10_000;
const remembered = 180;
const parts = 12;
const chosen = { window: "24h" };

export function measuresPage(root, target, session) {
    const abort = new AbortController();
    const cards = h("div.cards", { id: "measures" });
    const running = [];
    const options = windows.map((name) =>
        h("option", { value: name, selected: name === chosen.window }, t(`window.${name}`)));
    const choice = h("select", { id: "window", "aria-label": t("measures.window") }, options);
    choice.addEventListener("change", () => {
        chosen.window = choice.value;
        read();
    });
    const label = h("label.window-choice", null, t("measures.window"), " ", choice);
    // Whoever may see everything, and names no owner, sees everything.
    const isOfAll = !session.open && mayAdminister(session) && !target.owner;
    const whose = isOfAll && h("p.found", { id: "measures-whose" }, t("measures.ofAll"));
    root.append(h("div.page-head", null, h("h1", null, t("measures.title")), whose, label), cards);

    async function read() {
        const { window } = chosen;
        try {
            const now = await get(route, { window, parts }, abort.signal);
            if (window !== chosen.window) return;
            running.push({ at: now.to, value: now.jobs.running });
            if (running.length > remembered) running.shift();
            const notice = now.truncated && h("p.hint.wide", null, t("measures.truncated"));
            refill(cards, notice, measureCards(now, running));
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
