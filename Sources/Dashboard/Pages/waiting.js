/** Waiting, in ways that end when they are no longer wanted. */

/** Waits; ends early, without an error, when the signal is raised. */
export function pause(milliseconds, signal) {
    return new Promise((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        signal.addEventListener("abort", () => { clearTimeout(timer); resolve(); }, { once: true });
    });
}

/** Waits until somebody looks at the page, or the signal is raised. */
export function seen(signal) {
    return new Promise((resolve) => {
        const look = () => {
            if (document.hidden && !signal.aborted) return;
            document.removeEventListener("visibilitychange", look);
            resolve();
        };
        document.addEventListener("visibilitychange", look);
        signal.addEventListener("abort", look, { once: true });
        look();
    });
}
