/** Buttons that look alike everywhere. */
import { h } from "./dom.js";
import { icon } from "./icons.js";

/** A square one with a drawing alone; the words are its name and its tooltip. */
export function iconButton(drawing, words, run, { id = null, style = "" } = {}) {
    const attributes = { type: "button", id, onclick: run, "aria-label": words, title: words };
    return h(`button.icon-only${style}`, attributes, icon(drawing));
}

/** One with a drawing and words. `style` is what a selector would say of it, such as `.primary`. */
export function wordButton(drawing, words, run, { id = null, style = "" } = {}) {
    return h(`button${style}`, { type: "button", id, onclick: run }, icon(drawing), words);
}
