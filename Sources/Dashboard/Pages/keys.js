/** The keyboard. */

/** Whether somebody is writing: then letters are letters. */
export function isWriting(event) {
    return event.target.closest?.("input, textarea, select, [contenteditable]") !== null;
}

/** Whether the event is a plain key, without those that make it the browser's own. */
export function isPlain(event) { return !event.metaKey && !event.ctrlKey && !event.altKey; }
