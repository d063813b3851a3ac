/** Asks before something is lost or paid. */
import { openDialog } from "./dialogs.js";
import { h } from "./dom.js";
import { icon as drawing } from "./icons.js";
import { t } from "./words.js";

/**
 * Shows a question until it is answered.
 * @param {{ title: string, text: string, yes: string, icon: string, isDanger?: boolean }} question
 * @returns {Promise<boolean>} false also where it was closed by the escape key, or with its page
 */
export function confirm({ title, text, yes, icon, isDanger = false }) {
    return new Promise((resolve) => {
        const dialog = h("dialog.ask", { "aria-labelledby": "ask-title", "aria-describedby": "ask-text" },
            h("h2", { id: "ask-title" }, drawing(icon), title), h("p", { id: "ask-text" }, text),
            h("form.ask-buttons", { method: "dialog" },
                h("button", { value: "no", autofocus: true, id: "ask-no" }, t("act.keep")),
                h(isDanger ? "button.danger.filled" : "button.primary", { value: "yes", id: "ask-yes" }, yes)));
        openDialog(dialog, () => resolve(dialog.returnValue === "yes"));
    });
}
