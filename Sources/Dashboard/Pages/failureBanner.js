/** Why a picture was not made, and what to do about it. May be put away, and had back. */
import { h, refill } from "./dom.js";
import { icon } from "./icons.js";
import { tone } from "./states.js";
import { hasWords, t } from "./words.js";

const failures = new Set(["failed", "needs_prompt_update", "held", "canceled"]);
const titles = { needs_prompt_update: "banner.words", held: "banner.held", canceled: "banner.canceled" };
const nextSteps = {
    refused: "next.refused", invalid_request: "next.request", unauthorized: "next.key", quota_exhausted: "next.key", not_found: "next.key",
    timeout: "next.retry", network: "next.retry", rate_limited: "next.retry", provider_failure: "next.retry", outcome_unknown: "next.retry",
    unusable_output: "next.retry", deadline: "next.retry", canceled: "next.canceled",
};

export class FailureBanner {
    #actions;
    #edit;
    #drawn = "";
    #putAway = new Set();

    /** @param edit leads to the form with the words */
    constructor(actions, edit) {
        this.#actions = actions;
        this.#edit = edit;
        this.element = h("div.banner-box");
    }

    show(job, asset) {
        const key = [asset.id, asset.status, job.epoch, asset.attempts, job.final, asset.error?.message].join("|");
        if (key === this.#drawn) return;
        this.#drawn = key;
        if (!failures.has(asset.status)) return this.element.replaceChildren();
        if (this.#putAway.has(key)) return this.#showSmall(job, asset, key);
        const dismiss = () => { this.#putAway.add(key); this.#showSmall(job, asset, key); };
        refill(this.element, h(`div.banner.tone-${tone(asset.status)}`, { role: "alert", id: "banner" },
            h("button.icon-only.quiet.banner-close", { type: "button", id: "banner-dismiss", "aria-label": t("act.dismiss"), title: t("act.dismiss"), onclick: dismiss }, icon("cancel")),
            h("h3", null, icon(tone(asset.status)), t(titles[asset.status] ?? "banner.title")),
            asset.error && h("p.banner-code.mono", null, codes(asset.error)),
            asset.error && h("p.banner-message", null, asset.error.message),
            facts(job, asset), h("p.banner-next", null, h("strong", null, t("banner.next")), " ", t(nextStep(asset))),
            this.#buttons(job, asset)));
    }

    #showSmall(job, asset, key) {
        const show = () => { this.#putAway.delete(key); this.#drawn = ""; this.show(job, asset); };
        refill(this.element, h(`button.chip.tone-${tone(asset.status)}`, { type: "button", id: "banner-show", onclick: show },
            icon(tone(asset.status)), t("banner.show")));
    }

    #buttons(job, asset) {
        if (!this.#actions.isAllowed || !job.final) return null;
        const words = asset.status === "needs_prompt_update";
        return h("div.actions", null,
            h(words ? "button" : "button.primary", { type: "button", id: "banner-retry", onclick: () => this.#actions.retry([asset.id]) }, icon("retry"), t("act.retry")),
            h("button", { type: "button", id: "banner-local", onclick: () => this.#actions.local([asset.id]) }, icon("local"), t("act.localOne")),
            h(words ? "button.primary" : "button", { type: "button", id: "banner-edit", onclick: this.#edit }, icon("edit"), t("act.edit")));
    }
}

/** `[SENSITIVE_CONTENT] refused PROHIBITED_CONTENT`, as logs and the API have them. */
function codes(error) { return [`[${error.code}]`, error.kind, error.providerCode].filter(Boolean).join(" "); }

function facts(job, asset) {
    const retries = asset.error?.retriedCount ?? Math.max(0, asset.attempts - 1);
    const spent = asset.status === "failed" && retries > 0 && asset.error?.isRetryable;
    return h("dl.banner-facts", null,
        h("div", null, h("dt", null, t("banner.prompt")), h("dd.banner-prompt", null, asset.prompt ?? "–")),
        h("div", null, h("dt", null, t("banner.model")), h("dd.mono", null, [asset.error?.provider ?? asset.provider, asset.model ?? t("banner.modelOwn")].filter(Boolean).join(" · "))),
        h("div", null, h("dd", null, spent ? t("banner.spent", { n: retries }) : t("banner.retries", { n: retries, max: Math.max(job.maxRetries, retries) }))));
}

function nextStep(asset) {
    if (asset.status === "held") return "next.held";
    if (asset.status === "canceled") return "next.canceled";
    const key = nextSteps[asset.error?.kind] ?? "next.other";
    return hasWords(key) ? key : "next.other";
}
