/** What happened, in words. */
import { duration } from "./format.js";
import { t } from "./words.js";

/** What a stretch of time is, in words. */
export function stretchName(one) {
    if (one.kind === "call") return t("line.call", { n: one.attempt });
    if (one.kind === "ask") return t("line.ask", { n: one.attempt });
    return t(one.kind === "wait" ? "line.wait" : "line.queue");
}

/** An entry in words. */
export function entryText(entry) {
    const { event } = entry;
    if (entry.about === "delivery") return deliveryText(event);
    if (entry.about === "job") return [
        t(`what.${event.what}`), event.times > 1 ? `×${event.times}` : null, event.detail,
    ].filter(Boolean).join(" · ");
    const provider = [event.lane?.provider, event.lane?.model].filter(Boolean).join("/");
    const call = { kind: event.isQuestion ? "ask" : "call", attempt: event.attempt };
    const name = event.state === "generating" ? stretchName(call) : t(`state.${event.state}`);
    const delay = event.delay ? duration(event.delay) : null;
    return [name, provider, event.code, event.providerCode, delay].filter(Boolean).join(" · ");
}

/** A try to tell a receiver, in words. */
export function deliveryText(event) {
    const outcome = t(`delivery.${event.outcome}`);
    const words = t("line.delivery", { version: event.version, n: event.try, outcome });
    return [words, event.reason].filter(Boolean).join(" · ");
}
