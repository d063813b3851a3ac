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

export class TimelinePlot {
    #select;
    #names;
    #box = h("div.line-plot");
    #model = null;
    #width = 0;

    constructor(select) {
        this.#select = select;
        this.#names = h("div.line-names", { "aria-hidden": "true" });
        this.element = h("div.line-box.scroller", { tabindex: "0", role: "img", "aria-label": t("line.scale") }, this.#names, this.#box);
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
        const rows = model.lanes.map((one, index) => this.#lane(one, x, y(index + 1)));
        refill(this.#names, [t("line.job"), ...model.lanes.map((one) => model.names.get(one.id) ?? one.id), t("line.deliveries")]
            .map((name) => h("span", { title: name }, name)));
        refill(this.#box, s("svg.line-svg", { width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" },
            grid(model, x, height), this.#jobMarks(model, x, y(0)), rows, deliveries(model, x, y(model.lanes.length + 1))));
    }

    #lane(one, x, y) {
        const parts = one.stretches.map((stretch) => {
            const from = x(stretch.from);
            const length = Math.max(shortest, x(stretch.to) - from);
            const text = [stretchName(stretch), duration(stretch.to - stretch.from), stretch.event.lane?.provider, stretch.event.code,
                stretch.event.costMicros ? money(stretch.event.costMicros) : null].filter(Boolean).join(" · ");
            const isCall = stretch.kind === "call" || stretch.kind === "ask";
            const shape = isCall
                ? s(`rect.stretch.tone-${stretch.outcome ? tone(stretch.outcome) : "live"}`, { x: from, y: y + 4, width: length, height: lane - 8, rx: 2 })
                : s(`path.stretch-wait.stretch-${stretch.kind}`, { d: `M${from} ${y + lane / 2}H${from + length}` });
            shape.append(s("title", null, text));
            return shape;
        });
        const row = s("g.lane", { "data-lane": one.id }, s("rect.lane-ground", { x: 0, y, width: "100%", height: lane }), parts);
        row.addEventListener("click", () => this.#select(one.id));
        return row;
    }

    #jobMarks(model, x, y) {
        return model.marks.map((entry) => s(`path.mark.mark-${entry.event.what}`, { d: `M${x(entry.at)} ${y + 4}l5 6l-5 6l-5-6Z` }, s("title", null, entryText(entry))));
    }
}

function grid(model, x, height) {
    return steps(model.to - model.from, ticks).map((time) => {
        const at = x(model.from + time);
        return s("g.grid", null, s("path", { d: `M${at} ${top - 6}V${height}` }), s("text", { x: at, y: 13, "text-anchor": at < 30 ? "start" : "middle" }, duration(time)));
    });
}

function deliveries(model, x, y) {
    return model.deliveries.map((entry) => {
        const isTaken = entry.event.outcome === "delivered" || entry.event.outcome === "known";
        const at = x(entry.at);
        const shape = isTaken ? s("circle.delivery", { cx: at, cy: y + lane / 2, r: 3.5 })
            : s("path.delivery.delivery-failed", { d: `M${at - 3.5} ${y + 6.5}l7 7m0-7l-7 7` });
        shape.append(s("title", null, deliveryText(entry.event)));
        return shape;
    });
}
