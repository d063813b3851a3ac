/** The calls of one picture in words. */
import { h } from "./dom.js";
import { duration, money } from "./format.js";
import { stateSign } from "./states.js";
import { timeline } from "./timelineModel.js";
import { stretchName } from "./timelineText.js";
import { t } from "./words.js";

/** Nothing while nothing is known. */
export function callList(why, asset) {
    if (!why) return null;
    const lane = timeline(why, null, Date.now()).lanes.find((one) => one.id === asset.id);
    if (!lane || lane.stretches.length === 0) return null;
    return [h("h3", null, t("inspect.calls")), h("ol.call-list", null, lane.stretches.map(row))];
}

function row(one) {
    const isCall = one.kind === "call" || one.kind === "ask";
    return h("li", null,
        stateSign(one.outcome ?? (isCall ? "generating" : "queued")),
        h("span", null, stretchName(one)),
        h("span.mono", null, duration(one.to - one.from)),
        h("span.mono.call-detail", null, detail(one)));
}

function detail(one) {
    const { lane, code, providerCode, costMicros } = one.event;
    return [lane?.provider, code, providerCode, costMicros ? money(costMicros) : null].filter(Boolean).join(" · ");
}
