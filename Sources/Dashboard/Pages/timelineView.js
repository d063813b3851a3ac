/** What happened when, to scale: a lane for each picture, one for the job, one for its webhooks; and all as a list. */
import { h, refill } from "./dom.js";
import { errorText } from "./errors.js";
import { duration, instant } from "./format.js";
import { epochs, timeline } from "./timelineModel.js";
import { TimelinePlot } from "./timelinePlot.js";
import { entryText } from "./timelineText.js";
import { t } from "./words.js";

export class TimelineView {
    #epoch = undefined;
    #why = null;
    #names = new Map();
    #chips = new Map();
    #choice = h("div.chips", { role: "group", "aria-label": t("line.title") });
    #plot;
    #notes = h("p.hint");
    #list = h("tbody");
    #details;

    constructor(select) {
        this.#plot = new TimelinePlot(select);
        const heads = ["line.at", "line.where", "line.what"].map((word) => h("th", { scope: "col" }, t(word)));
        const table = h("table", null, h("thead", null, h("tr", null, heads)), this.#list);
        this.#details = h("details.line-list", { ontoggle: () => this.#drawList() },
            h("summary", null, t("line.list")),
            h("div.scroller", { tabindex: "0", role: "region", "aria-label": t("line.list") }, table));
        this.element = h("section.timeline", { "aria-label": t("line.title") },
            h("div.section-head", null, h("h2", null, t("line.title")), legend(), this.#choice),
            this.#plot.element, this.#notes, this.#details);
    }

    show(why, job) {
        this.#why = why;
        this.#names = new Map(job.assets.map((asset) => [asset.id, asset.name || asset.id]));
        this.#draw();
    }

    fail(error) { refill(this.#notes, t("line.error", { why: errorText(error) })); }

    #draw() {
        const known = epochs(this.#why);
        // The newest is what people look for; until they choose, it is followed.
        const isChosen = this.#epoch === null || known.includes(this.#epoch);
        const epoch = isChosen ? this.#epoch : known.at(-1) ?? null;
        this.#showChoice(known, epoch);
        const model = timeline(this.#why, epoch, Date.now());
        this.#plot.show(model, this.#names);
        const untold = this.#why.untold.filter((n) => epoch === null
            || n === epoch).map((n) => t("line.untold", { n }));
        refill(this.#notes, this.#why.entries.length === 0 ? t("line.none") : untold.join(" "));
        this.#drawList();
    }

    /** One epoch is no choice. A further one comes before that of all. */
    #showChoice(known, epoch) {
        const values = known.length > 1 ? [...known, null] : [];
        for (const value of values.filter((one) => !this.#chips.has(one))) {
            const label = value === null ? t("line.all") : t("line.epoch", { n: value });
            const chip = h("button.chip", { type: "button", onclick: () => this.#choose(value) }, label);
            this.#choice.insertBefore(chip, this.#chips.get(null) ?? null);
            this.#chips.set(value, chip);
        }
        for (const [value, chip] of this.#chips) chip.setAttribute("aria-pressed", String(value === epoch));
    }

    #choose(epoch) {
        this.#epoch = epoch;
        this.#draw();
    }

    #drawList() {
        if (!this.#details.open || !this.#why) return;
        const from = this.#why.createdAt;
        refill(this.#list, this.#why.entries.map((entry) => h("tr", null,
            h("td.mono", { title: instant(entry.at) }, `+${duration(Math.max(0, entry.at - from))}`),
            h("td", null, this.#place(entry)),
            h("td", null, entryText(entry)))));
    }

    #place(entry) {
        if (entry.asset) return this.#names.get(entry.asset) ?? entry.asset;
        return t(entry.about === "delivery" ? "line.deliveries" : "line.job");
    }
}

function legend() {
    const words = { call: "line.legendCall", wait: "line.legendWait", delivery: "line.legendDelivery" };
    return h("span.legend", null, Object.entries(words).map(([name, word]) =>
        h("span", null, h(`span.key.key-${name}`, { "aria-hidden": "true" }), t(word))));
}
