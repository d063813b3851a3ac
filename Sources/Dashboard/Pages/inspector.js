/** One picture looked at closely: why it failed, the picture, its words, the reader's mark, its calls. */
import { iconButton, wordButton } from "./buttons.js";
import { callList } from "./callList.js";
import { h, refill, setText } from "./dom.js";
import { fact } from "./facts.js";
import { FailureBanner } from "./failureBanner.js";
import { duration, money } from "./format.js";
import { fallbackTitle } from "./frame.js";
import { markOf, setMark } from "./marks.js";
import { pictureAddress } from "./pictures.js";
import { PromptForm } from "./promptForm.js";
import { stateMark } from "./states.js";
import { t } from "./words.js";

export class Inspector {
    #select;
    #marked;
    #job = null;
    #asset = null;
    #why = null;
    #number = h("span.inspect-number.mono");
    #title = h("h2", { id: "inspect-title", tabindex: "-1" });
    #state = h("span");
    #banner;
    #print = h("div.print");
    #marks = {
        accept: wordButton("accept", t("act.accept"), () => this.#mark("accept"), { id: "mark-accept" }),
        reject: wordButton("cancel", t("act.reject"), () => this.#mark("reject"), { id: "mark-reject" }),
    };
    #facts = h("dl.facts");
    #form;
    #calls = h("section.calls");
    #previous = iconButton("previous", t("inspect.previous"), () => this.#step(-1), { style: ".quiet" });
    #next = iconButton("next", t("inspect.next"), () => this.#step(1), { style: ".quiet" });

    /** @param marked called when the reader has marked a picture */
    constructor(actions, select, marked) {
        this.#select = select;
        this.#marked = marked;
        this.#banner = new FailureBanner(actions, () => this.#form.focus(), this.#title);
        this.#form = new PromptForm(actions);
        const leave = () => select(null);
        const close = iconButton("cancel", t("act.close"), leave, { id: "inspect-close", style: ".quiet" });
        const marks = h("div.marks", { role: "group", "aria-label": t("inspect.marks") },
            Object.values(this.#marks), h("span.hint", null, t("inspect.marksHint")));
        this.element = h("section.inspector", { hidden: true, "aria-labelledby": "inspect-title" },
            h("header.inspect-head", null, this.#previous, this.#number, this.#next, this.#state, close),
            this.#banner.element, this.#print, this.#title, marks, this.#facts, this.#form.element, this.#calls);
    }

    /** @param {number} index of the picture; negative for none */
    show(job, index) {
        this.#job = job;
        const asset = index >= 0 ? job.assets[index] : null;
        const isOther = asset?.id !== this.#asset?.id;
        this.#asset = asset;
        this.element.hidden = !asset;
        if (!asset) return;
        setText(this.#number, `${index + 1} / ${job.assets.length}`);
        setText(this.#title, asset.name || asset.id);
        refill(this.#state, stateMark(asset.status));
        this.#previous.disabled = index === 0;
        this.#next.disabled = index === job.assets.length - 1;
        this.#banner.show(job, asset);
        this.#showPrint();
        this.#showMarks();
        this.#showFacts();
        this.#form.show(job, asset, isOther);
        refill(this.#calls, callList(this.#why, asset));
        if (isOther) this.#title.focus({ preventScroll: !matchMedia("(max-width: 60rem)").matches });
    }

    /** Brings what happened. */
    history(why) {
        this.#why = why;
        if (!this.#asset) return;
        this.#showFacts();
        refill(this.#calls, callList(why, this.#asset));
    }

    get hasFocus() { return this.element.contains(document.activeElement); }

    #step(by) {
        const index = this.#job.assets.findIndex((asset) => asset.id === this.#asset.id) + by;
        if (this.#job.assets[index]) this.#select(this.#job.assets[index].id);
    }

    #showPrint() {
        const address = pictureAddress(this.#job, this.#asset);
        if (this.#print.dataset.address === String(address)) return;
        this.#print.dataset.address = String(address);
        refill(this.#print, address
            ? h("a", { href: address, target: "_blank", rel: "noreferrer", title: t("inspect.full") },
                h("img", { src: address, alt: this.#asset.name || this.#asset.id, width: 512, height: 512 }))
            : h("p.print-none", null, t("inspect.noPicture")));
    }

    /** Accepting and rejecting waits for a picture. */
    #showMarks() {
        const mark = markOf(this.#job, this.#asset);
        for (const [name, button] of Object.entries(this.#marks)) {
            button.setAttribute("aria-pressed", String(mark === name));
            button.disabled = !this.#asset.image;
        }
    }

    #mark(name) {
        setMark(this.#job, this.#asset, markOf(this.#job, this.#asset) === name ? null : name);
        this.#showMarks();
        this.#marked();
    }

    #showFacts() {
        const asset = this.#asset;
        const cost = asset.cost ? [money(asset.cost.micros)] : [];
        if (asset.cost?.possibleMicros) cost.push(t("frame.possible", { n: money(asset.cost.possibleMicros) }));
        const time = this.#why?.times.get(asset.id);
        const maker = [asset.provider, asset.source?.model].filter(Boolean).join(" · ");
        refill(this.#facts,
            fact(t("inspect.provider"), maker || "–", { style: "mono" }),
            asset.source?.isFallback && fact(t("frame.fallback"), fallbackTitle(asset)),
            fact(t("inspect.attempts"), String(asset.attempts)),
            fact(t("inspect.cost"), cost.join(" · ") || "–"),
            fact(t("inspect.time"), time === undefined ? "–" : duration(time)));
    }
}
