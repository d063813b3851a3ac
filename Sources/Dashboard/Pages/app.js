/** The dashboard: who is signed in, what the address asks for, and the page for it. */
import { onSignedOut, setOwner } from "./api.js";
import { drawBar } from "./bar.js";
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
    if (shown?.accepts?.(target)) return;
    shown?.end();
    main.replaceChildren();
    setOwner(target.owner);
    setText(document.getElementById("skip"), t("app.skip"));
    const isIn = session.signedIn || session.open;
    drawBar({ session, target: isIn ? target : null, redraw, signedOut: () => leave(null) });
    shown = isIn ? pages[target.page](main, target, session) : signInPage(main, session.reason, enter);
    document.title = shown.title ? `${shown.title} – Darkroom` : "Darkroom";
}

/** Another language or theme: everything is drawn anew. */
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
    if (!session.signedIn && !session.open) return;
    session = { signedIn: false, open: false, reason };
    redraw();
}

onSignedOut(() => leave("ended"));
follow(show);
session = await readSession();
show();
