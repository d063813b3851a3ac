/** Small drawings: one for each state, told apart by shape as well as colour, and one for each action. */
import { s } from "./dom.js";

const line = {
    fill: "none", stroke: "currentColor", "stroke-width": 1.6, "stroke-linecap": "round", "stroke-linejoin": "round",
};
const solid = { fill: "currentColor" };
const cut = {
    fill: "none", stroke: "var(--cut, #000)", "stroke-width": 1.7, "stroke-linecap": "round",
    "stroke-linejoin": "round",
};

const shapes = {
    wait: [["circle", { cx: 8, cy: 8, r: 5.6, ...line, "stroke-dasharray": "2.2 2.2" }]],
    live: [
        ["circle", { cx: 8, cy: 8, r: 5.6, ...line, opacity: 0.35 }],
        ["path", { d: "M8 2.4A5.6 5.6 0 0 1 13.6 8", ...line, "stroke-width": 2.2 }],
    ],
    again: [["path", { d: "M13.4 8A5.4 5.4 0 1 1 11.6 4M11.9 1.4 11.9 4.4 8.9 4.4", ...line }]],
    good: [["circle", { cx: 8, cy: 8, r: 6.4, ...solid }], ["path", { d: "M5 8.2 7.2 10.4 11 6", ...cut }]],
    part: [["circle", { cx: 8, cy: 8, r: 5.6, ...line }], ["path", { d: "M8 2.4A5.6 5.6 0 0 1 8 13.6Z", ...solid }]],
    bad: [
        ["path", { d: "M8 1.6 15 14 1 14Z", ...solid, "stroke-linejoin": "round" }],
        ["path", { d: "M8 6.2 8 9.6M8 11.8 8 11.9", ...cut }],
    ],
    words: [
        ["rect", { x: 2, y: 2, width: 12, height: 12, rx: 1.5, ...solid }],
        ["path", { d: "M5 11 5.5 9 9.7 4.8 11.2 6.3 7 10.5Z", ...cut, "stroke-width": 1.3 }],
    ],
    held: [["path", { d: "M8 1 15 8 8 15 1 8Z", ...solid }], ["path", { d: "M6.5 6 6.5 10M9.5 6 9.5 10", ...cut }]],
    off: [["circle", { cx: 8, cy: 8, r: 5.6, ...line }], ["path", { d: "M4.2 11.8 11.8 4.2", ...line }]],
    retry: [["path", { d: "M13.4 8A5.4 5.4 0 1 1 11.6 4M11.9 1.4 11.9 4.4 8.9 4.4", ...line }]],
    local: [
        [
            "path",
            { d: "M2 3 14 3 14 10.5 2 10.5ZM6 13.5 10 13.5M8 10.5 8 13.5M5 8 7 5.6 8.6 7.4 9.7 6.2 11 8", ...line },
        ],
    ],
    cancel: [["path", { d: "M4 4 12 12M12 4 4 12", ...line }]],
    deliver: [["path", { d: "M2 4 14 4 14 12 2 12ZM2 4.5 8 9 14 4.5", ...line }]],
    edit: [["path", { d: "M3 13 3.7 10.2 11 2.9 13.1 5 5.8 12.3Z", ...line }]],
    play: [["path", { d: "M5 3 12.5 8 5 13Z", ...solid }]],
    pause: [["path", { d: "M5.5 3.5 5.5 12.5M10.5 3.5 10.5 12.5", ...line, "stroke-width": 2.4 }]],
    next: [["path", { d: "M6 3.5 10.5 8 6 12.5", ...line }]],
    previous: [["path", { d: "M10 3.5 5.5 8 10 12.5", ...line }]],
    back: [["path", { d: "M13 8 3 8M7 4 3 8 7 12", ...line }]],
    accept: [["path", { d: "M3.5 8.5 6.5 11.5 12.5 4.5", ...line }]],
    plus: [["path", { d: "M8 3 8 13M3 8 13 8", ...line }]],
    search: [["circle", { cx: 7, cy: 7, r: 4.2, ...line }], ["path", { d: "M10.2 10.2 13.6 13.6", ...line }]],
    theme: [["circle", { cx: 8, cy: 8, r: 5.6, ...line }], ["path", { d: "M8 2.4A5.6 5.6 0 0 0 8 13.6Z", ...solid }]],
};

/**
 * One drawing of 16 × 16, hidden from screen readers: words stand beside it.
 * @param {string} name of `shapes`
 */
export function icon(name) {
    const parts = (shapes[name] ?? []).map(([tag, attributes]) => s(tag, attributes));
    return s(`svg.icon.icon-${name}`, { viewBox: "0 0 16 16", "aria-hidden": "true", focusable: "false" }, parts);
}
