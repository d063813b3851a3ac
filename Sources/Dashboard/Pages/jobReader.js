/** Reads lists of jobs page by page, and hears what changes in them. */
import { address, get } from "./api.js";
import { eventFeed, pause } from "./eventFeed.js";

const firstPage = 50;
const furtherPages = 200;
const askEvery = 3_000;

export class JobReader {
    #filter;
    #next = undefined;
    #reading = null;
    #abort = new AbortController();

    /** @param filter `{ states, family }`: what the server leaves out itself */
    constructor(filter) { this.#filter = filter; }

    /** Whether there are pages that were not read yet. */
    get hasMore() { return this.#next !== null; }

    /** The next page's jobs; the same promise for whoever asks while it is on its way. */
    more() {
        this.#reading ??= this.#read().finally(() => { this.#reading = null; });
        return this.#reading;
    }

    async #read() {
        const isFirst = this.#next === undefined;
        const page = await get("/api/jobs", {
            ...this.#parameters(), limit: isFirst ? firstPage : furtherPages, after: this.#next,
        }, this.#abort.signal);
        this.#next = page.next ?? null;
        return page.jobs;
    }

    #parameters() {
        return { state: [...this.#filter.states].join(","), family: this.#filter.family };
    }

    /**
     * Hears of changes until `stop`.
     * @param changed called with jobs as they are now, whether or not they fit the filter
     * @param reset called when changes were missed and the list has to be read again
     */
    listen(changed, reset, tell) {
        const feed = eventFeed(address("/api/jobs/events"), {
            job: (job) => changed([job]), reset,
        }, (signal) => this.#poll(changed, tell, signal), tell);
        return { stop: () => { feed.stop(); this.#abort.abort(); } };
    }

    /** Without events: the newest jobs, and those that run. */
    async #poll(changed, tell, signal) {
        while (!signal.aborted) {
            await pause(askEvery, signal);
            if (signal.aborted || document.hidden) continue;
            try {
                const [newest, running] = await Promise.all([
                    get("/api/jobs", { ...this.#parameters(), limit: firstPage }, signal),
                    get("/api/jobs", { state: "pending,generating", limit: furtherPages }, signal),
                ]);
                changed([...newest.jobs, ...running.jobs]);
                tell("polling");
            } catch (error) {
                if (error.name !== "AbortError") tell("off");
            }
        }
    }
}
