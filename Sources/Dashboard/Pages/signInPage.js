/** The page of whoever is not signed in. */
import { h, refill } from "./dom.js";
import { errorText } from "./errors.js";
import { signIn } from "./session.js";
import { t } from "./words.js";

/**
 * @param {string|null} reason "ended" where a session was lost
 * @param {function} entered called with the new session
 */
export function signInPage(root, reason, entered) {
    const key = h("input", {
        id: "key", type: "password", name: "key", autocomplete: "current-password", required: true, spellcheck: "false",
        "aria-describedby": "sign-in-hint sign-in-problem", maxlength: 512,
    });
    const problem = h("p.problem", { id: "sign-in-problem", role: "alert" }, reason && reasonText(reason));
    const button = h("button.primary", { type: "submit" }, t("signIn.button"));
    const submit = async (event) => {
        event.preventDefault();
        button.disabled = true;
        try {
            entered(await signIn(key.value.trim()));
        } catch (error) {
            refill(problem, error.status === 401 ? t("signIn.wrong") : errorText(error));
            key.select();
        } finally {
            button.disabled = false;
        }
    };
    root.append(h("form.sign-in", { onsubmit: submit },
        h("h1", null, t("signIn.title")),
        h("label", { for: "key" }, t("signIn.key")), key, problem, button,
        h("p.hint", { id: "sign-in-hint" }, t("signIn.hint"))));
    key.focus();
    return { title: t("signIn.title"), end() {} };
}

function reasonText(reason) { return t(reason === "ended" ? "signIn.ended" : "error.unreachable"); }
