/** Says how fresh the page is: told at once, asking, or cut off. */
import { h, setText } from "./dom.js";
import { t } from "./words.js";

/** @returns `{ element, set(state) }` with the states on, polling, off, over */
export function liveSign() {
    const text = h("span");
    const element = h("span.live", { role: "status" }, h("span.live-dot", { "aria-hidden": "true" }), text);
    const set = (state) => {
        element.dataset.live = state;
        setText(text, t(`live.${state}`));
    };
    set("polling");
    return { element, set };
}
