/** Why a picture was not made, and what to do about it. May be put away, and had back. */
import { iconButton, wordButton } from "./buttons.js";
import { h, redrawn, refill } from "./dom.js";
import { fact } from "./facts.js";
import { icon } from "./icons.js";
import { tone } from "./states.js";
import { hasWords, t } from "./words.js";

const failures = new Set(["failed", "needs_prompt_update", "held", "canceled"]);
const titles = { needs_prompt_update: "banner.words", held: "banner.held", canceled: "banner.canceled" };
const nextSteps = {
    refused: "next.refused", invalid_request: "next.request", canceled: "next.canceled",
    unauthorized: "next.key", quota_exhausted: "next.key", not_found: "next.key",
    timeout: "next.retry", network: "next.retry", rate_limited: "next.retry", provider_failure: "next.retry",
    outcome_unknown: "next.retry", unusable_output: "next.retry", deadline: "next.retry",
};

export class FailureBanner {
    #actions;
    #edit;
    #rest;
    #drawn = "";
    #putAway = new Set();

    /**
     * @param edit leads to the form with the words
     * @param {HTMLElement} rest has the focus when what had it here is gone
     */
    constructor(actions, edit, rest) {
        this.#actions = actions;
        this.#edit = edit;
        this.#rest = rest;
        this.element = h("div.banner-box");
    }

    show(job, asset) {
        const key = [asset.id, asset.status, job.epoch, asset.attempts, job.final, asset.error?.message].join("|");
        if (key === this.#drawn) return;
        this.#drawn = key;
        redrawn(this.element, () => this.#draw(job, asset, key), this.#rest);
    }

    #draw(job, asset, key) {
        if (!failures.has(asset.status)) return this.element.replaceChildren();
        if (this.#putAway.has(key)) return this.#showSmall(job, asset, key);
        const dismiss = () => {
            this.#putAway.add(key);
            this.#showSmall(job, asset, key).focus();
        };
        refill(this.element, h(`div.banner.tone-${tone(asset.status)}`, { role: "alert", id: "banner" },
            iconButton("cancel", t("act.dismiss"), dismiss, { id: "banner-dismiss", style: ".quiet.banner-close" }),
            h("h3", null, icon(tone(asset.status)), t(titles[asset.status] ?? "banner.title")),
            asset.error && h("p.banner-code.mono", null, codes(asset.error)),
            asset.error && h("p.banner-message", null, asset.error.message),
            facts(job, asset),
            h("p.banner-next", null, h("strong", null, t("banner.next")), " ", t(nextStep(asset))),
            this.#buttons(job, asset)));
    }

    /** @returns the button that shows it again */
    #showSmall(job, asset, key) {
        const show = () => {
            this.#putAway.delete(key);
            this.#draw(job, asset, key);
            document.getElementById("banner-dismiss").focus();
        };
        const style = `.chip.tone-${tone(asset.status)}`;
        const button = wordButton(tone(asset.status), t("banner.show"), show, { id: "banner-show", style });
        refill(this.element, button);
        return button;
    }

    /** What helps most stands out. */
    #buttons(job, asset) {
        if (!this.#actions.isAllowed || !job.final) return null;
        const needsWords = asset.status === "needs_prompt_update";
        const [first, second] = needsWords ? ["", ".primary"] : [".primary", ""];
        const retry = () => this.#actions.retry([asset.id]);
        const local = () => this.#actions.local([asset.id]);
        return h("div.actions", null,
            wordButton("retry", t("act.retry"), retry, { id: "banner-retry", style: first }),
            wordButton("local", t("act.localOne"), local, { id: "banner-local" }),
            wordButton("edit", t("act.edit"), this.#edit, { id: "banner-edit", style: second }));
    }
}

/** `[SENSITIVE_CONTENT] refused PROHIBITED_CONTENT`, as logs and the API have them. */
function codes(error) { return [`[${error.code}]`, error.kind, error.providerCode].filter(Boolean).join(" "); }

function facts(job, asset) {
    const retries = asset.error?.retriedCount ?? Math.max(0, asset.attempts - 1);
    const isSpent = asset.status === "failed" && retries > 0 && asset.error?.isRetryable;
    const count = isSpent ? t("banner.spent", { n: retries })
        : t("banner.retries", { n: retries, max: Math.max(job.maxRetries, retries) });
    const asked = [asset.error?.provider ?? asset.provider, asset.model ?? t("banner.modelOwn")];
    return h("dl.banner-facts", null,
        fact(t("banner.prompt"), asset.prompt ?? "–", { style: "banner-prompt" }),
        fact(t("banner.model"), asked.filter(Boolean).join(" · "), { style: "mono" }),
        fact(t("banner.attempts"), count));
}

function nextStep(asset) {
    if (asset.status === "held") return "next.held";
    if (asset.status === "canceled") return "next.canceled";
    const key = nextSteps[asset.error?.kind] ?? "next.other";
    return hasWords(key) ? key : "next.other";
}
