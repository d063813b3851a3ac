/** Small drawings of numbers. Each says its numbers in words, too. */
import { h, s } from "./dom.js";
import { count, duration } from "./format.js";
import { t } from "./words.js";

/** Parts of a whole, side by side: `{ name, value, tone }` each. */
export function shareBar(parts) {
    const total = parts.reduce((sum, part) => sum + part.value, 0) || 1;
    let left = 0;
    const bars = parts.filter((part) => part.value > 0).map((part) => {
        const width = (part.value / total) * 100;
        left += width;
        return s(`rect.tone-${part.tone}`, { x: left - width, y: 0, width: Math.max(0.4, width - 0.4), height: 8 });
    });
    const words = parts.map((part) => `${t(`plot.${part.name}`)} ${count(part.value)}`).join(", ");
    return plot("share", 8, words, s("title", null, words), bars);
}

/** Where the quickest half lies, the slowest tenth and so on, on one scale. */
export function percentiles(summary) {
    const names = ["p50", "p90", "p95", "p99", "max"];
    const scale = Math.max(1, summary.max);
    const rows = names.map((name, index) => {
        const width = Math.max(0.6, (summary[name] / scale) * 100);
        const bar = s("rect.percentile-bar", { x: 0, y: 1, width, height: 4, opacity: 1 - index * 0.13 });
        return h("div.percentile", null,
            h("span.mono", null, name === "max" ? t("measures.max") : name),
            s("svg", { viewBox: "0 0 100 6", preserveAspectRatio: "none", "aria-hidden": "true" }, bar),
            h("span.mono.percentile-value", null, duration(summary[name])));
    });
    const mean = `${t("measures.mean")} ${duration(summary.mean)}`;
    const all = t("measures.count", { n: count(summary.count) });
    return h("div.percentiles", null, rows, h("p.hint", null, `${mean} · ${all}`));
}

/**
 * Columns over time, oldest first; null for a part in which there was nothing.
 * @param {function(number): string} text of a value
 * @param {number|undefined} scale what a full column is; the greatest if it is not given
 */
export function trend(values, label, text, scale) {
    const greatest = scale ?? Math.max(1, ...values.map((value) => value ?? 0));
    const width = 100 / values.length;
    const said = values.map((value) => (value === null ? "–" : text(value)));
    const bars = values.map((value, index) => {
        const height = value === null ? 1 : Math.max(0.6, (value / greatest) * 30);
        const place = { x: index * width + 0.6, y: 32 - height, width: width - 1.2, height };
        return s(value === null ? "rect.trend-none" : "rect.trend-bar", place, s("title", null, said[index]));
    });
    return h("figure.trend", null,
        plot("trend-plot", 32, `${label}: ${said.join(", ")}`, bars), h("figcaption.hint", null, label));
}

/** A line through points of time, `{ at, value }` each; at least one. */
export function sparkline(points, label) {
    const greatest = Math.max(1, ...points.map((point) => point.value));
    const from = points[0].at;
    const length = Math.max(1, points.at(-1).at - from);
    const x = (point) => ((point.at - from) / length) * 100;
    const y = (point) => 30 - (point.value / greatest) * 28;
    const line = points.map((point) => `${x(point)} ${y(point)}`).join("L");
    const path = points.length > 1 ? line : `0 ${y(points[0])}H100`;
    return plot("sparkline", 32, `${label}: ${points.at(-1).value}`,
        s("path.sparkline-base", { d: "M0 31H100" }), s("path", { d: `M${path}` }));
}

/**
 * A bar for each group, as long as its parts are together.
 * @param {Array<[string, *]>} groups with their names
 * @param {function(*): Array} parts of a group, as `shareBar` takes them
 * @param {function(*): string} note that stands behind its number
 */
export function groupBars(groups, parts, note) {
    const sums = groups.map(([, group]) => parts(group).reduce((sum, part) => sum + part.value, 0));
    const greatest = Math.max(1, ...sums);
    return h("div.groups", null, groups.map(([name, group], index) => {
        const bar = h("div.group-bar", null, shareBar(parts(group)));
        bar.style.width = `${Math.max(1, (sums[index] / greatest) * 100)}%`;
        return h("div.group", null,
            h("span.mono.group-name", { title: name }, name), h("div.group-room", null, bar),
            h("span.mono.group-note", null, `${count(sums[index])} · ${note(group)}`));
    }));
}

/** A drawing as wide as its room, and named for screen readers. */
function plot(style, height, words, ...shapes) {
    const room = { viewBox: `0 0 100 ${height}`, preserveAspectRatio: "none", role: "img", "aria-label": words };
    return s(`svg.${style}`, room, shapes);
}
