/** Errors in the page's language, where it has words for them; else in the server's own. */
import { hasWords, t } from "./words.js";

/** @param {Error} error an `ApiError`, or anything else that went wrong */
export function errorText(error) {
    const key = `error.${error.code}`;
    return t(hasWords(key) ? key : "error.other", { message: error.message });
}
