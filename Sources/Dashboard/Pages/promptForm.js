/** The words of one picture, filled in with those that it had last, to be changed and made anew. */
import { h, redrawn, setText } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./words.js";

const promptAtMost = 4_000;
const modelAtMost = 200;

export class PromptForm {
    #actions;
    #asset = null;
    #filledWith = null;
    #isSending = false;
    #prompt = h("textarea", { id: "prompt", rows: 5, maxlength: promptAtMost, "aria-describedby": "prompt-hint" });
    #model = h("input", {
        id: "model", class: "mono", spellcheck: "false", autocomplete: "off", maxlength: modelAtMost,
        placeholder: t("inspect.modelHint"),
    });
    #hint = h("p.hint", { id: "prompt-hint" });
    #send = h("button.primary", { type: "submit", id: "prompt-send" }, icon("retry"), t("act.regenerate"));

    constructor(actions) {
        this.#actions = actions;
        this.element = h("form.words", { onsubmit: (event) => this.#submit(event) },
            h("label", { for: "prompt" }, t("inspect.prompt")), this.#prompt,
            h("label", { for: "model" }, t("inspect.model")), this.#model, this.#hint, this.#send);
    }

    focus() {
        this.#prompt.focus();
        this.#prompt.scrollIntoView({ block: "center" });
    }

    /** What somebody has begun to write stays, until the picture is another or its words were changed elsewhere. */
    show(job, asset, isOther) {
        this.#asset = asset;
        const words = JSON.stringify([asset.prompt ?? "", asset.model ?? ""]);
        if (isOther || words !== this.#filledWith) {
            this.#prompt.value = asset.prompt ?? "";
            this.#model.value = asset.model ?? "";
            this.#filledWith = words;
        }
        const isMade = asset.status === "generated";
        const isFixed = isMade || !job.final || !this.#actions.isAllowed;
        this.#prompt.readOnly = this.#model.readOnly = isFixed;
        redrawn(this.element, () => { this.#send.hidden = isFixed; }, this.#prompt);
        setText(this.#hint, isMade ? t("inspect.formFixed") : job.final ? "" : t("inspect.formBusy"));
    }

    async #submit(event) {
        event.preventDefault();
        // An empty model leaves it to the provider.
        const words = { prompt: this.#prompt.value.trim(), model: this.#model.value.trim() };
        if (!words.prompt) return this.#prompt.focus();
        if (this.#isSending) return;
        this.#isSending = true;
        await this.#actions.edit(this.#asset.id, words);
        this.#isSending = false;
    }
}
