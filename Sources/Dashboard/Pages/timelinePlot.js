/** The drawing of a timeline. Lengths are true to scale; only a call too short to be seen is drawn a little longer. */
import { h, refill, s } from "./dom.js";
import { duration, money } from "./format.js";
import { tone } from "./states.js";
import { steps } from "./timelineModel.js";
import { deliveryText, entryText, stretchName } from "./timelineText.js";
import { t } from "./words.js";

const lane = 20;
const top = 26;
const shortest = 2;
const ticks = 8;
/** So near to the sides words would be cut off if they stood in the middle. */
const edge = 30;

export class TimelinePlot {
    #select;
    #names;
    #box = h("div.line-plot");
    #model = null;
    #width = 0;

    constructor(select) {
        this.#select = select;
        this.#names = h("div.line-names", { "aria-hidden": "true" });
        const attributes = { tabindex: "0", role: "img", "aria-label": t("line.scale") };
        this.element = h("div.line-box.scroller", attributes, this.#names, this.#box);
        new ResizeObserver(() => {
            if (this.#model && Math.abs(this.#box.clientWidth - this.#width) > 1) this.#draw();
        }).observe(this.#box);
    }

    show(model, names) {
        this.#model = { ...model, names };
        this.#draw();
    }

    #draw() {
        const model = this.#model;
        const width = Math.max(240, this.#box.clientWidth || 640);
        this.#width = this.#box.clientWidth;
        const height = top + (model.lanes.length + 2) * lane + 4;
        const x = (time) => ((time - model.from) / (model.to - model.from)) * (width - 16) + 8;
        const y = (row) => top + row * lane;
        const names = model.lanes.map((one) => model.names.get(one.id) ?? one.id);
        const rows = [t("line.job"), ...names, t("line.deliveries")];
        refill(this.#names, rows.map((name) => h("span", { title: name }, name)));
        const room = { width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" };
        refill(this.#box, s("svg.line-svg", room,
            grid(model, x, height, width),
            model.marks.map((entry) => mark(entry, x, y(0))),
            model.lanes.map((one, index) => this.#lane(one, x, y(index + 1))),
            model.deliveries.map((entry) => delivery(entry, x, y(model.lanes.length + 1)))));
    }

    #lane(one, x, y) {
        const ground = s("rect.lane-ground", { x: 0, y, width: "100%", height: lane });
        const shapes = one.stretches.map((each) => stretch(each, x, y));
        return s("g.lane", { "data-lane": one.id, onclick: () => this.#select(one.id) }, ground, shapes);
    }
}

function grid(model, x, height, width) {
    return steps(model.to - model.from, ticks).map((time) => {
        const at = x(model.from + time);
        const anchor = at < edge ? "start" : at > width - edge ? "end" : "middle";
        return s("g.grid", null,
            s("path", { d: `M${at} ${top - 6}V${height}` }),
            s("text", { x: at, y: 13, "text-anchor": anchor }, duration(time)));
    });
}

function stretch(one, x, y) {
    const from = x(one.from);
    const width = Math.max(shortest, x(one.to) - from);
    const { lane: asked, code, costMicros } = one.event;
    const cost = costMicros ? money(costMicros) : null;
    const words = [stretchName(one), duration(one.to - one.from), asked?.provider, code, cost];
    const title = s("title", null, words.filter(Boolean).join(" · "));
    if (one.kind === "wait" || one.kind === "queue") {
        return s(`path.stretch-wait.stretch-${one.kind}`, { d: `M${from} ${y + lane / 2}H${from + width}` }, title);
    }
    const color = one.outcome ? tone(one.outcome) : "live";
    return s(`rect.stretch.tone-${color}`, { x: from, y: y + 4, width, height: lane - 8, rx: 2 }, title);
}

function mark(entry, x, y) {
    const place = { d: `M${x(entry.at)} ${y + 4}l5 6l-5 6l-5-6Z` };
    return s(`path.mark.mark-${entry.event.what}`, place, s("title", null, entryText(entry)));
}

function delivery(entry, x, y) {
    const isTaken = entry.event.outcome === "delivered" || entry.event.outcome === "known";
    const at = x(entry.at);
    const title = s("title", null, deliveryText(entry.event));
    return isTaken ? s("circle.delivery", { cx: at, cy: y + lane / 2, r: 3.5 }, title)
        : s("path.delivery.delivery-failed", { d: `M${at - 3.5} ${y + 6.5}l7 7m0-7l-7 7` }, title);
}
