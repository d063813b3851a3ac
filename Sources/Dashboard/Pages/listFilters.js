/** What the list is narrowed down by: states, kind of job, a piece of an id. */
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { families, jobStates, tone } from "./states.js";
import { t } from "./words.js";

const typedFor = 250;

/**
 * @param filter `{ states: Set, family, text }`, which is changed
 * @param {function} changed called then; while somebody writes, once they pause
 * @returns `{ element, search }`
 */
export function listFilters(filter, changed) {
    let typing = 0;
    const changedSoon = () => {
        clearTimeout(typing);
        typing = setTimeout(changed, typedFor);
    };
    const search = h("input", {
        type: "search", id: "search", placeholder: t("list.search"), "aria-label": t("list.search"),
            spellcheck: "false",
        autocomplete: "off", maxlength: 128, value: filter.text, "aria-keyshortcuts": "/",
    });
    search.addEventListener("input", () => { filter.text = search.value.trim(); changedSoon(); });
    const family = h("select", { "aria-label": t("list.family"), id: "family" },
        h("option", { value: "" }, t("family.all")),
        families.map((name) => h("option", { value: name, selected: filter.family === name }, t(`family.${name}`))));
    family.addEventListener("change", () => { filter.family = family.value || null; changed(); });
    const chips = jobStates.map((state) => chip(state, filter, changed));
    return {
        search,
        element: h("div.filters", { role: "search" },
            h("span.search", null, icon("search"), search), family,
            h("div.chips", { role: "group", "aria-label": t("list.states") }, chips)),
    };
}

function chip(state, filter, changed) {
    const button = h(`button.chip.tone-${tone(state)}`, {
        type: "button", "aria-pressed": filter.states.has(state), "data-state": state,
    },
        icon(tone(state)), t(`state.${state}`));
    button.setAttribute("aria-pressed", String(filter.states.has(state)));
    button.addEventListener("click", () => {
        const isOn = !filter.states.delete(state);
        if (isOn) filter.states.add(state);
        button.setAttribute("aria-pressed", String(isOn));
        changed();
    });
    return button;
}
