/** Numbers, times and money as people read them, in the page's language. */
import { language, t } from "./words.js";

function locale() { return language() === "ja" ? "ja-JP" : "en-GB"; }

/** A whole number. */
export function count(number) { return new Intl.NumberFormat(locale()).format(number); }

/** 0 to 1 as a percentage. */
export function percent(share) {
    return new Intl.NumberFormat(locale(), { style: "percent", maximumFractionDigits: 1 }).format(share);
}

/** Millionths of the currency unit. The unit's name is the operator's to know. */
export function money(micros) {
    return new Intl.NumberFormat(locale(), { minimumFractionDigits: 2, maximumFractionDigits: 4 }).format(micros / 1e6);
}

/** A length in milliseconds, to two or three digits. */
export function duration(milliseconds) {
    if (milliseconds < 0) return "–";
    if (milliseconds < 1000) return t("time.ms", { n: Math.round(milliseconds) });
    if (milliseconds < 59_950) return t("time.s", { n: (milliseconds / 1000).toFixed(milliseconds < 9_950 ? 1 : 0) });
    const seconds = Math.round(milliseconds / 1000);
    if (seconds < 3600) return t("time.min", { m: Math.floor(seconds / 60), s: seconds % 60 });
    const minutes = Math.round(seconds / 60);
    if (minutes < 48 * 60) return t("time.h", { h: Math.floor(minutes / 60), m: minutes % 60 });
    return t("time.d", { d: Math.round(minutes / 1440) });
}

/** A point of time, to the second. */
export function instant(milliseconds) {
    return new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeStyle: "medium" }).format(milliseconds);
}

/** How long ago something was, in one short word. */
export function ago(milliseconds, now = Date.now()) {
    const seconds = Math.max(0, Math.round((now - milliseconds) / 1000));
    const relative = new Intl.RelativeTimeFormat(locale(), { numeric: "auto", style: "short" });
    if (seconds < 5) return t("time.now");
    if (seconds < 60) return relative.format(-seconds, "second");
    if (seconds < 3600) return relative.format(-Math.floor(seconds / 60), "minute");
    if (seconds < 86_400) return relative.format(-Math.floor(seconds / 3600), "hour");
    return relative.format(-Math.floor(seconds / 86_400), "day");
}
