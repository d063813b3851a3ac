/** The bar at the top: where to go, whose jobs, language, theme, signing out. */
import { iconButton } from "./buttons.js";
import { h, refill } from "./dom.js";
import { keep, kept } from "./keeping.js";
import { noteError } from "./notes.js";
import { href, navigate } from "./router.js";
import { mayAdminister, maySubmit, signOut } from "./session.js";
import { language, setLanguage, t } from "./words.js";

/**
 * @param target the place that is shown; null while nobody is signed in
 * @param redraw draws everything anew
 * @param drawTop draws the bar anew
 */
export function drawBar({ session, target, redraw, drawTop, signedOut }) {
    refill(document.getElementById("bar"),
        h("a.brand", { href: href({ owner: target?.owner ?? null }) },
            h("span.brand-mark", { "aria-hidden": "true" }), "Darkroom"),
        target && h("nav", { "aria-label": t("nav.label") },
            link(t("nav.jobs"), { page: "list" }, ["list", "job"], target),
            link(t("nav.measures"), { page: "measures" }, ["measures"], target),
            maySubmit(session) && link(t("nav.new"), { page: "new" }, ["new"], target)),
        h("div.bar-end", null,
            target && ownerField(session, target), languageButton(redraw), themeButton(drawTop),
            session.signedIn && signOutButton(signedOut)));
}

function link(text, place, pages, target) {
    return h("a", { href: href(place), "aria-current": pages.includes(target.page) && "page" }, text);
}

/** An administrator may look at another owner's jobs; others see whose theirs are. */
function ownerField(session, target) {
    if (session.open) return h("span.owner.owner-open", { title: t("nav.openTitle") }, t("nav.open"));
    if (!mayAdminister(session)) return h("span.owner", { title: t("nav.owner") }, session.owner);
    const field = h("input.owner", {
        value: target.owner ?? session.owner, "aria-label": t("nav.owner"), title: t("nav.owner"),
        spellcheck: "false", autocomplete: "off", maxlength: 128, size: 12,
    });
    const choose = () => {
        const name = field.value.trim();
        const owner = name && name !== session.owner ? name : null;
        if (owner !== target.owner) navigate({ page: "list", owner });
    };
    field.addEventListener("change", choose);
    return field;
}

function languageButton(redraw) {
    const next = language() === "en" ? "ja" : "en";
    const choose = () => {
        setLanguage(next);
        redraw();
        document.getElementById("language").focus();
    };
    const attributes = { type: "button", lang: next, onclick: choose, id: "language" };
    return h("button.quiet", attributes, next === "ja" ? "日本語" : "English");
}

function themeButton(drawTop) {
    const order = ["auto", "dark", "light"];
    const now = order.includes(kept("theme")) ? kept("theme") : "auto";
    const choose = () => {
        const next = order[(order.indexOf(now) + 1) % order.length];
        keep("theme", next === "auto" ? null : next);
        if (next === "auto") delete document.documentElement.dataset.theme;
        else document.documentElement.dataset.theme = next;
        drawTop();
        document.getElementById("theme").focus();
    };
    const name = t("nav.theme", { name: t(`theme.${now}`) });
    return iconButton("theme", name, choose, { id: "theme", style: ".quiet" });
}

function signOutButton(signedOut) {
    const leave = async () => {
        try { await signOut(); signedOut(); } catch (error) { noteError(error); }
    };
    return h("button.quiet", { type: "button", id: "sign-out", onclick: leave }, t("nav.signOut"));
}
