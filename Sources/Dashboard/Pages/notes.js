/** Short notes at the edge of the page, read aloud too, that go by themselves. */
import { h } from "./dom.js";
import { errorText } from "./errors.js";

const shownFor = 6_000;
const atMost = 3;

/** Says something. */
export function note(text, tone = "plain") {
    const box = document.getElementById("notes");
    const line = h(`p.note.note-${tone}`, null, text);
    box.append(line);
    while (box.children.length > atMost) box.firstChild.remove();
    setTimeout(() => line.remove(), shownFor);
}

/** Says what went wrong. */
export function noteError(error) { note(errorText(error), "bad"); }
