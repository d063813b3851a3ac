/**
 * News by server-sent events while they come, by asking when they do not.
 *
 * A page that nobody looks at listens to nothing: a browser has few connections to one server, and many tabs would use
 * them up. It goes on behind the last event that it had when it is looked at again.
 */

const failuresAllowed = 2;
const silenceAllowed = 8_000;
const tryAgainAfter = 60_000;

export class EventFeed {
    #url;
    #handlers;
    #poll;
    #tell;
    #place = null;
    #source = null;
    #polling = null;
    #failures = 0;
    #timer = 0;
    #onVisibility = () => (document.hidden ? this.#rest() : this.#listen());

    /**
     * Begins to listen.
     * @param {function(string|null): string} url of the events behind the one with this id; null where none came yet
     * @param {Object<string, function(*)>} handlers by the event's name, called with its document
     * @param {function(AbortSignal): Promise} poll asks until the signal is raised; called while there are no events
     * @param {function(string)} tell told `on`, `polling` or `off`
     */
    constructor(url, handlers, poll, tell) {
        this.#url = url;
        this.#handlers = handlers;
        this.#poll = poll;
        this.#tell = tell;
        document.addEventListener("visibilitychange", this.#onVisibility);
        if (!document.hidden) this.#listen();
    }

    stop() {
        document.removeEventListener("visibilitychange", this.#onVisibility);
        this.#rest();
    }

    #rest() {
        clearTimeout(this.#timer);
        this.#source?.close();
        this.#source = null;
        this.#stopPolling();
    }

    #listen() {
        clearTimeout(this.#timer);
        this.#source?.close();
        this.#source = new EventSource(this.#url(this.#place));
        this.#timer = setTimeout(() => this.#fallBack(), silenceAllowed);
        this.#source.onopen = () => {
            clearTimeout(this.#timer);
            this.#failures = 0;
            this.#stopPolling();
            this.#tell("on");
        };
        this.#source.onerror = () => this.#failed();
        for (const [name, handle] of Object.entries(this.#handlers)) {
            this.#source.addEventListener(name, (event) => {
                handle(JSON.parse(event.data));
                this.#place = event.lastEventId || this.#place;
            });
        }
    }

    #failed() {
        this.#failures += 1;
        // A closed source is a refusal: it will not try again by itself.
        if (this.#source.readyState === EventSource.CLOSED || this.#failures >= failuresAllowed) this.#fallBack();
        else this.#tell("off");
    }

    #fallBack() {
        clearTimeout(this.#timer);
        this.#source?.close();
        this.#source = null;
        if (!this.#polling) {
            this.#polling = new AbortController();
            this.#tell("polling");
            this.#poll(this.#polling.signal);
        }
        this.#timer = setTimeout(() => this.#listen(), tryAgainAfter);
    }

    #stopPolling() {
        this.#polling?.abort();
        this.#polling = null;
    }
}
