/** One frame of the contact sheet: a picture, or why there is none. */
import { h, refill, s, setText } from "./dom.js";
import { duration, money } from "./format.js";
import { icon } from "./icons.js";
import { markOf } from "./marks.js";
import { pictureAddress } from "./pictures.js";
import { stateSign, tone, whyMissing } from "./states.js";
import { t } from "./words.js";

const failures = new Set(["failed", "needs_prompt_update", "held"]);

export class Frame {
    #index;
    #signature = "";
    #edge = h("span.frame-edge", { "aria-hidden": "true" });
    #window = h("span.frame-window");
    #name = h("span.frame-name");
    #facts = h("span.frame-facts");
    #button;
    #picture = null;

    constructor(index, select) {
        this.#index = index;
        this.#button = h("button.frame", { type: "button", onclick: select }, this.#edge, this.#window,
            h("span.frame-foot", null, this.#name, this.#facts));
        this.element = h("li", null, this.#button);
    }

    focus() { this.#button.focus(); }

    choose(isChosen) {
        if (isChosen) this.#button.setAttribute("aria-current", "true");
        else this.#button.removeAttribute("aria-current");
    }

    /** @param {number|undefined} time that its calls took, in milliseconds */
    show(job, asset, time) {
        const mark = markOf(job, asset);
        const signature = [
            asset.status, asset.attempts, asset.image, asset.cost?.micros, asset.cost?.possibleMicros, asset.provider,
            asset.error?.message, time, mark,
        ].join("|");
        if (signature === this.#signature) return;
        this.#signature = signature;
        this.#button.dataset.state = asset.status;
        this.#button.dataset.asset = asset.id;
        this.#button.dataset.tone = tone(asset.status);
        // In full, as the provider said it.
        this.#button.title = asset.status === "generated" ? "" : asset.error?.message ?? whyMissing(asset);
        const words = { n: this.#index + 1, name: asset.name || asset.id, state: t(`state.${asset.status}`) };
        this.#button.setAttribute("aria-label", t("frame.label", words));
        refill(this.#edge,
            h("span", null, String(this.#index + 1)), h("span.frame-kind", null, asset.kind), stateSign(asset.status));
        this.#showPicture(job, asset, mark);
        setText(this.#name, asset.name || asset.id);
        refill(this.#facts, facts(asset, time));
    }

    #showPicture(job, asset, mark) {
        const address = pictureAddress(job, asset);
        if (address && this.#picture?.getAttribute("src") === address) return this.#showMark(mark);
        this.#picture = null;
        if (address) {
            const isFresh = this.#window.childElementCount > 0;
            const size = { width: 512, height: 512 };
            this.#picture = h("img", { src: address, alt: "", loading: "lazy", decoding: "async", ...size });
            this.#picture.addEventListener("error", () => refill(this.#window, elsewhere()));
            // What arrives while somebody looks comes up as in the tray; what was there already is simply there.
            if (isFresh) this.#picture.className = "developing";
            refill(this.#window, this.#picture);
        } else {
            refill(this.#window, blank(asset));
        }
        this.#showMark(mark);
    }

    #showMark(mark) {
        this.#window.querySelector(".grease")?.remove();
        if (mark) this.#window.append(grease(mark));
    }
}

/** What stands where a picture is on another server, or was let go of. */
function elsewhere() {
    return h("span.blank", null, icon("off"), h("span.blank-word", null, t("frame.elsewhere")));
}

/** What stands where there is no picture. */
function blank(asset) {
    const isFailure = failures.has(asset.status);
    return h("span.blank", null, icon(tone(asset.status)),
        h("span.blank-word", null, t(`state.${asset.status}`)),
        isFailure && asset.error && h("span.blank-why", null, whyMissing(asset)));
}

function facts(asset, time) {
    const { attempts, cost, provider, source } = asset;
    const possible = cost?.possibleMicros ? money(cost.possibleMicros) : null;
    const tries = t("frame.attemptsTitle", { n: attempts });
    const style = source?.isFallback ? "stand-in" : null;
    return [
        provider && h("span", { class: style, title: fallbackTitle(asset) }, provider),
        attempts > 0 && h("span", { title: tries }, t("frame.attempts", { n: attempts })),
        cost?.micros > 0 && h("span", null, money(cost.micros)),
        possible && h("span", { title: t("frame.possible", { n: possible }) }, `+${possible}?`),
        time !== undefined && h("span", null, duration(time)),
    ];
}

/** In whose place a stand-in made it, and why; null for any other picture. */
export function fallbackTitle(asset) {
    if (!asset.source?.isFallback) return null;
    const { provider, fallbackCause: cause } = asset.source;
    if (!cause) return t("frame.fallback");
    return t("frame.fallbackTitle", { provider, other: cause.provider, code: cause.code });
}

/** A mark of the grease pencil: a ring around what is accepted, a cross through what is not. */
function grease(mark) {
    const path = mark === "accept"
        ? "M12 10C30 5 70 4 89 9 95 30 96 68 91 90 70 96 32 96 10 92 4 70 5 30 13 8"
        : "M14 13C36 38 64 66 88 87M87 12C64 36 38 64 13 89";
    const name = t(mark === "accept" ? "frame.accepted" : "frame.rejected");
    const shape = { viewBox: "0 0 100 100", preserveAspectRatio: "none", role: "img", "aria-label": name };
    return s("svg.grease", shape, s("path", { d: path }));
}
