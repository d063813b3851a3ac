/** The dashboard: who is signed in, what the address asks for, and the page for it. */
import { onSignedOut, setOwner } from "./api.js";
import { drawBar } from "./bar.js";
import { closeDialogs } from "./dialogs.js";
import { setText } from "./dom.js";
import { jobPage } from "./jobPage.js";
import { listPage } from "./listPage.js";
import { measuresPage } from "./measuresPage.js";
import { newJobPage } from "./newJobPage.js";
import { follow, place } from "./router.js";
import { readSession } from "./session.js";
import { signInPage } from "./signInPage.js";
import { t } from "./words.js";

const main = document.getElementById("main");
const pages = { list: listPage, job: jobPage, measures: measuresPage, new: newJobPage };

let session = null;
let shown = null;

/** Draws the page for the address. What stands there is told of the new address first, and may keep its place. */
function show() {
    const target = place();
    closeDialogs();
    if (shown?.accepts?.(target)) return;
    shown?.end();
    main.replaceChildren();
    setOwner(target.owner);
    setText(document.getElementById("skip"), t("app.skip"));
    drawTop();
    shown = isIn() ? pages[target.page](main, target, session) : signInPage(main, session.reason, enter);
    document.title = shown.title ? `${shown.title} – Darkroom` : "Darkroom";
}

/** Goes where the address says. On another page the focus begins anew, unless the page has seen to it. */
function go() {
    const before = shown;
    show();
    if (shown !== before && !main.contains(document.activeElement)) main.focus({ preventScroll: true });
}

function isIn() { return session.signedIn || session.open; }

/** The bar alone: what somebody has begun to write on the page stays. */
function drawTop() {
    drawBar({ session, target: isIn() ? place() : null, redraw, drawTop, signedOut: () => leave(null) });
}

/** In another language, or for another reader: everything is drawn anew. */
function redraw() {
    shown?.end();
    shown = null;
    show();
}

function enter(newSession) {
    session = newSession;
    redraw();
    main.focus({ preventScroll: true });
}

function leave(reason) {
    if (!isIn()) return;
    session = { signedIn: false, open: false, reason };
    redraw();
}

onSignedOut(() => leave("ended"));
follow(go);
session = await readSession();
show();
