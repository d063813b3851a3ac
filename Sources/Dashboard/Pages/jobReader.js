/** Reads a list of jobs page by page, the newest first, and hears what changes in lists. */
import { address, get } from "./api.js";
import { EventFeed } from "./eventFeed.js";
import { pause } from "./waiting.js";

const firstPage = 50;
const furtherPages = 200;
const askEvery = 3_000;

export class JobReader {
    #filter;
    #next = undefined;
    #abort = new AbortController();

    /** @param {Filter} filter what is asked for */
    constructor(filter) { this.#filter = filter; }

    /** Whether there are pages that were not read yet. */
    get hasMore() { return this.#next !== null; }

    /** Raised when nothing of it is wanted any more. */
    get signal() { return this.#abort.signal; }

    /** The next page, `{ jobs, total }`. To be awaited before the one behind it is asked for. */
    async more() {
        const limit = this.#next === undefined ? firstPage : furtherPages;
        const page = await this.#read({ limit, after: this.#next });
        this.#next = page.next ?? null;
        return page;
    }

    /** How many jobs there are on all pages. */
    async count() { return (await this.#read({ limit: 1 })).total; }

    /** The next page is the one behind this job. */
    goOnAfter(job) { this.#next = `${job.createdAt}.${job.jobId}`; }

    /** Breaks off what is under way. */
    stop() { this.#abort.abort(); }

    #read(page) {
        const { states, family, text } = this.#filter;
        return get("/api/jobs", { state: [...states].join(","), family, search: text, ...page }, this.signal);
    }
}

/**
 * Hears of changes in an owner's jobs, whatever a list is narrowed down to.
 * @param handlers `changed(jobs)` with jobs as they are now, `deleted(caseId)`, `refresh()` when what was read has to
 *   be read again, which gives a promise of that, and `tell(state)` how fresh all this is
 * @returns {{ stop: function }}
 */
export function listenToJobs({ changed, deleted, refresh, tell }) {
    const poll = async (signal) => {
        while (!signal.aborted) {
            await pause(askEvery, signal);
            if (!signal.aborted) await refresh();
        }
    };
    return new EventFeed((after) => address("/api/jobs/events", { after }), {
        job: (job) => changed([job]), deleted: (gone) => deleted(gone.caseId), reset: () => refresh(),
    }, poll, tell);
}
