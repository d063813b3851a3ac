/** Small drawings of numbers. Each says its numbers in words, too. */
import { h, s } from "./dom.js";
import { count, duration } from "./format.js";
import { t } from "./words.js";

/** Parts of a whole, side by side. */
export function shareBar(parts) {
    const total = parts.reduce((sum, part) => sum + part.value, 0) || 1;
    let left = 0;
    const bars = parts.filter((part) => part.value > 0).map((part) => {
        const width = (part.value / total) * 100;
        left += width;
        return s(`rect.tone-${part.tone}`, { x: left - width, y: 0, width: Math.max(0.4, width - 0.4), height: 8 });
    });
    const words = parts.filter((part) => part.name).map((part) => `${t(`plot.${part.name}`)} ${count(part.value)}`).join(", ");
    return s("svg.share", { viewBox: "0 0 100 8", preserveAspectRatio: "none", role: "img", "aria-label": words }, s("title", null, words), bars);
}

/** Where the quickest half lies, the slowest tenth and so on, on one scale. */
export function percentiles(summary) {
    const names = ["p50", "p90", "p95", "p99", "max"];
    const scale = Math.max(1, summary.max);
    const rows = names.map((name, index) => {
        const width = Math.max(0.6, (summary[name] / scale) * 100);
        return h("div.percentile", null, h("span.mono", null, name === "max" ? t("measures.max") : name),
            s("svg", { viewBox: "0 0 100 6", preserveAspectRatio: "none", "aria-hidden": "true" },
                s(`rect.percentile-bar`, { x: 0, y: 1, width, height: 4, opacity: 1 - index * 0.13 })),
            h("span.mono.percentile-value", null, duration(summary[name])));
    });
    return h("div.percentiles", null, rows, h("p.hint", null, `${t("measures.mean")} ${duration(summary.mean)} · ${t("measures.count", { n: count(summary.count) })}`));
}

/**
 * Columns over time, oldest first; null for a part in which there was nothing.
 * @param {number|undefined} scale what a full column is; the greatest if it is not given
 */
export function trend(values, label, text, scale) {
    const greatest = scale ?? Math.max(1, ...values.map((value) => value ?? 0));
    const width = 100 / values.length;
    const bars = values.map((value, index) => {
        const height = value === null ? 0 : Math.max(0.6, (value / greatest) * 30);
        return s(`rect${value === null ? ".trend-none" : ".trend-bar"}`, { x: index * width + 0.6, y: 32 - (height || 1), width: width - 1.2, height: height || 1 },
            s("title", null, value === null ? "–" : text(value)));
    });
    const words = `${label}: ${values.map((value) => (value === null ? "–" : text(value))).join(", ")}`;
    return h("figure.trend", null, s("svg", { viewBox: "0 0 100 32", preserveAspectRatio: "none", role: "img", "aria-label": words }, bars), h("figcaption.hint", null, label));
}

/** A line through points of time. */
export function sparkline(points, label) {
    const greatest = Math.max(1, ...points.map((point) => point.value));
    const from = points[0].at;
    const length = Math.max(1, points.at(-1).at - from);
    const path = points.map((point) => `${((point.at - from) / length) * 100} ${30 - (point.value / greatest) * 28}`);
    const words = `${label}: ${points.at(-1).value}`;
    return s("svg.sparkline", { viewBox: "0 0 100 32", preserveAspectRatio: "none", role: "img", "aria-label": words },
        s("path.sparkline-base", { d: "M0 31H100" }), s("path", { d: `M${path.length > 1 ? path.join("L") : `0 ${path[0].split(" ")[1]}H100`}` }));
}

/** A bar for each group, as long as its parts are together. */
export function groupBars(groups, parts, note) {
    const sums = groups.map(([, group]) => parts(group).reduce((sum, part) => sum + part.value, 0));
    const greatest = Math.max(1, ...sums);
    return h("div.groups", null, groups.map(([name, group], index) => {
        const bar = h("div.group-bar", null, shareBar(parts(group)));
        bar.style.width = `${Math.max(1, (sums[index] / greatest) * 100)}%`;
        return h("div.group", null, h("span.mono.group-name", { title: name }, name), h("div.group-room", null, bar),
            h("span.mono.group-note", null, `${count(sums[index])} · ${note(group)}`));
    }));
}
