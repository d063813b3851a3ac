/** The page's words in the language that was chosen. */
import { english } from "./words-en.js";
import { japanese } from "./words-ja.js";
import { keep } from "./keeping.js";

const languages = { en: english, ja: japanese };

/** `en` or `ja`. */
export function language() { return document.documentElement.lang === "ja" ? "ja" : "en"; }

/** Chooses one, for this browser. The page has to be drawn anew. */
export function setLanguage(name) {
    document.documentElement.lang = name;
    keep("language", name);
}

/**
 * The words for a key, with `{name}` replaced. A word that is missing shows as its key, which a test looks for.
 * @param {string} key
 * @param {Object<string, string|number>} [values]
 */
export function t(key, values = {}) {
    const words = languages[language()][key] ?? english[key] ?? key;
    return words.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** Whether there are words for a key. */
export function hasWords(key) { return key in english; }
