/** Dialogs that lie above a page. They go with the page that opened them: what they ask is about nothing else. */

/** Opens one, and takes it out of the document once it is closed. */
export function openDialog(dialog, closed) {
    dialog.addEventListener("close", () => {
        dialog.remove();
        closed();
    });
    document.body.append(dialog);
    dialog.showModal();
}

/** Closes all that are open, as the escape key does. */
export function closeDialogs() {
    for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
}
