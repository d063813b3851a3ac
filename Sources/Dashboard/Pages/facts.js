/** Small facts with their names. */
import { h } from "./dom.js";

/** One for a list of them, `<dl class="facts">`. */
export function fact(name, value, { style = null, title = null } = {}) {
    return h("div", null, h("dt", null, name), h("dd", { class: style, title }, value));
}
