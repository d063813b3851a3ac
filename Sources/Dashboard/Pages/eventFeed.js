/** News by server-sent events while they come, by asking when they do not. */

const failuresAllowed = 2;
const silenceAllowed = 8_000;
const tryAgainAfter = 60_000;

/**
 * Starts to listen.
 * @param {string} url of the events
 * @param {Object<string, function(*)>} handlers by the event's name, called with its document
 * @param {function(AbortSignal): Promise} poll asks until the signal is raised; called while there are no events
 * @param {function(string)} tell told `on`, `polling` or `off`
 * @returns {{ stop: function }}
 */
export function eventFeed(url, handlers, poll, tell) {
    let source = null;
    let polling = null;
    let failures = 0;
    let timer = 0;
    let stopped = false;

    function listen() {
        source = new EventSource(url);
        timer = setTimeout(fallBack, silenceAllowed);
        source.onopen = () => { clearTimeout(timer); failures = 0; stopPolling(); tell("on"); };
        source.onerror = () => {
            failures += 1;
            // A closed source is a refusal: it will not try again by itself.
            if (source.readyState === EventSource.CLOSED || failures >= failuresAllowed) fallBack();
            else tell("off");
        };
        for (const [name, handle] of Object.entries(handlers)) {
            source.addEventListener(name, (event) => { failures = 0; handle(event.data ? JSON.parse(event.data) : null); });
        }
    }

    function fallBack() {
        clearTimeout(timer);
        source?.close();
        source = null;
        if (stopped) return;
        if (!polling) {
            polling = new AbortController();
            tell("polling");
            poll(polling.signal);
        }
        timer = setTimeout(listen, tryAgainAfter);
    }

    function stopPolling() {
        polling?.abort();
        polling = null;
    }

    listen();
    return {
        stop() {
            stopped = true;
            clearTimeout(timer);
            source?.close();
            stopPolling();
        },
    };
}

/** Waits; ends early, without an error, when the signal is raised. */
export function pause(milliseconds, signal) {
    return new Promise((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        signal.addEventListener("abort", () => { clearTimeout(timer); resolve(); }, { once: true });
    });
}
