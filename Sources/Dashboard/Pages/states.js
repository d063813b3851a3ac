/** What states look like: the drawing and tone of each, and its word. */
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./words.js";

const tones = {
    pending: "wait", generating: "live", completed: "good", partial: "part", failed: "bad", canceled: "off",
    queued: "wait", retrying: "again", generated: "good", needs_prompt_update: "words", held: "held",
};

/** States of jobs, in the order in which filters offer them. */
export const jobStates = ["pending", "generating", "completed", "partial", "failed", "canceled"];

/** Where jobs come from, in the order in which filters offer them. */
export const families = ["case", "image", "scene", "generation"];

/** The name of a state's drawing and colour. */
export function tone(state) { return tones[state] ?? "wait"; }

/** A state as drawing and word. */
export function stateMark(state) {
    return h(
        `span.state.tone-${tone(state)}`, { "data-state": state }, icon(tone(state)),
        h("span", null, t(`state.${state}`)),
    );
}

/** A state as drawing alone, with its word for screen readers and as a tooltip. */
export function stateSign(state) {
    const word = t(`state.${state}`);
    return h(`span.state.tone-${tone(state)}`, { title: word, "data-state": state },
        icon(tone(state)), h("span.unseen", null, word));
}

/** Why there is no picture: what went wrong, with the provider's own code; else what the state says. */
export function whyMissing(asset) {
    if (asset.status === "generated") return "";
    if (!asset.error || asset.status === "queued") return t(`missing.${asset.status}`);
    const { kind, providerCode } = asset.error;
    return [t(`kind.${kind}`), providerCode && `(${providerCode})`].filter(Boolean).join(" ");
}
