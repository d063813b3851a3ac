/** Reads lists of jobs page by page, and hears what changes in them. */
import { address, get } from "./api.js";
import { EventFeed } from "./eventFeed.js";
import { pause } from "./waiting.js";

const firstPage = 50;
const furtherPages = 200;
const askEvery = 3_000;

export class JobReader {
    #filter;
    #next = undefined;
    #pages = 0;
    #reading = null;
    #abort = new AbortController();

    /** @param filter `{ states, family, text }`: what is asked for */
    constructor(filter) { this.#filter = { ...filter, states: new Set(filter.states) }; }

    /** Whether there are pages that were not read yet. */
    get hasMore() { return this.#next !== null; }

    /** Whether no more than the first page was asked for. */
    get isAtStart() { return this.#pages <= 1; }

    /** The next page, `{ jobs, total }`; the same promise for whoever asks while it is on its way. */
    more() {
        this.#reading ??= this.#read().finally(() => { this.#reading = null; });
        return this.#reading;
    }

    /** The newest jobs as they are now, without going on. */
    newest() { return get("/api/jobs", { ...this.#parameters(), limit: firstPage }, this.#abort.signal); }

    /** Breaks off what is under way. */
    stop() { this.#abort.abort(); }

    async #read() {
        const limit = this.#next === undefined ? firstPage : furtherPages;
        this.#pages += 1;
        const page = await get("/api/jobs", { ...this.#parameters(), limit, after: this.#next }, this.#abort.signal);
        this.#next = page.next ?? null;
        return page;
    }

    #parameters() {
        const { states, family, text } = this.#filter;
        return { state: [...states].join(","), family, search: text };
    }
}

/**
 * Hears of changes in an owner's jobs, whatever a list is narrowed down to.
 * @param handlers `changed(jobs)` with jobs as they are now, `deleted(caseId)`, `reset()` when changes may have been
 *   missed, and `tell(state)` how fresh all this is
 * @returns {{ stop: function }}
 */
export function listenToJobs({ changed, deleted, reset, tell }) {
    return new EventFeed(() => address("/api/jobs/events"), {
        job: (job) => changed([job]), deleted: (gone) => deleted(gone.caseId), reset,
    }, (signal) => poll(changed, tell, signal), tell);
}

/** Without events: the newest jobs, and those that run. */
async function poll(changed, tell, signal) {
    while (!signal.aborted) {
        await pause(askEvery, signal);
        if (signal.aborted) return;
        try {
            const [newest, running] = await Promise.all([
                get("/api/jobs", { limit: firstPage }, signal),
                get("/api/jobs", { state: "pending,generating", limit: furtherPages }, signal),
            ]);
            changed([...newest.jobs, ...running.jobs]);
            tell("polling");
        } catch (error) {
            if (error.name !== "AbortError") tell("off");
        }
    }
}
