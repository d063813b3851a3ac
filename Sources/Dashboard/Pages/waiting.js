/** Waiting, in ways that end when they are no longer wanted and leave nothing behind. */

/** Waits; ends early, without an error, when the signal is raised. */
export function pause(milliseconds, signal) {
    return new Promise((resolve) => {
        if (signal.aborted) return resolve();
        const end = () => {
            clearTimeout(timer);
            signal.removeEventListener("abort", end);
            resolve();
        };
        const timer = setTimeout(end, milliseconds);
        signal.addEventListener("abort", end);
    });
}

/** Waits until somebody looks at the page, or the signal is raised. */
export function seen(signal) {
    return new Promise((resolve) => {
        const look = () => {
            if (document.hidden && !signal.aborted) return;
            document.removeEventListener("visibilitychange", look);
            signal.removeEventListener("abort", look);
            resolve();
        };
        document.addEventListener("visibilitychange", look);
        signal.addEventListener("abort", look);
        look();
    });
}
