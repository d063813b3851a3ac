/** Asking for a job: one picture from a prompt, or a whole case from its file. */
import { change, lookedAt } from "./api.js";
import { h, refill } from "./dom.js";
import { errorText } from "./errors.js";
import { icon } from "./icons.js";
import { navigate } from "./router.js";
import { t } from "./words.js";

const fileAtMost = 4 * 1024 * 1024;

export function newJobPage(root) {
    const owner = lookedAt();
    let isOver = false;
    const desk = {
        create: (path, words) => change("POST", path, words, owner),
        // Whoever has gone elsewhere meanwhile stays there.
        made: (job) => { if (!isOver) navigate({ page: "job", job: job.caseId ?? job.jobId }); },
    };
    const forms = h("div.new", null, imageForm(desk), caseForm(desk));
    root.append(h("div.page-head", null, h("h1", null, t("new.title"))), forms);
    return { title: t("new.title"), end() { isOver = true; } };
}

function imageForm(desk) {
    const prompt = h("textarea", { id: "new-prompt", rows: 5, maxlength: 4_000, required: true });
    const title = h("input", { id: "new-title", maxlength: 200, autocomplete: "off" });
    return form("new-image", t("new.image"), [
        h("label", { for: "new-prompt" }, t("new.prompt")), prompt,
        h("label", { for: "new-title" }, t("new.name")), title,
    ], desk.made, () => {
        if (!prompt.value.trim()) throw new Error(t("new.promptNeeded"));
        const words = { prompt: prompt.value.trim() };
        if (title.value.trim()) words.title = title.value.trim();
        return desk.create("/api/image/generate", words);
    });
}

function caseForm(desk) {
    const file = h("input", { id: "new-file", type: "file", accept: "application/json,.json" });
    const text = h("textarea", { id: "new-text", class: "mono", rows: 5, spellcheck: "false", maxlength: fileAtMost });
    return form("new-case", t("new.case"), [
        h("label", { for: "new-file" }, t("new.file")), file, h("label", { for: "new-text" }, t("new.text")), text,
    ], desk.made, async () => {
        const words = file.files[0] ? await file.files[0].text() : text.value;
        if (!words.trim()) throw new Error(t("new.empty"));
        try { JSON.parse(words); } catch (error) { throw new Error(t("new.badJSON", { why: error.message })); }
        return desk.create("/api/generate-case", words);
    });
}

/** A form whose answer is a job. */
function form(id, title, fields, made, submit) {
    const problem = h("p.problem", { role: "alert" });
    const button = h("button.primary", { type: "submit" }, icon("plus"), t("new.create"));
    let isSending = false;
    const send = async (event) => {
        event.preventDefault();
        if (isSending) return;
        isSending = true;
        problem.replaceChildren();
        try {
            made(await submit());
        } catch (error) {
            refill(problem, error.code ? `${errorText(error)}` : error.message);
        } finally {
            isSending = false;
        }
    };
    return h("form.card", { id, onsubmit: send, novalidate: true }, h("h2", null, title), fields, problem, button);
}
