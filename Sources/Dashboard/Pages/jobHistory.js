/** What happened to a job, read again when there is news of it, but never in haste. */
import { get, part } from "./api.js";
import { lengths } from "./timelineModel.js";

const pauseBetween = 2_000;

export class JobHistory {
    #path;
    #take;
    #fail;
    #abort = new AbortController();
    #timer = 0;
    #readAt = -Infinity;
    #isReading = false;

    /** @param take called with the timeline, to which `times` is added: how long each picture's calls took in all */
    constructor(id, take, fail) {
        this.#path = `/api/cases/${part(id)}/why`;
        this.#take = take;
        this.#fail = fail;
    }

    /** There is news of the job; one that runs is read again later, too. */
    refresh(job) {
        clearTimeout(this.#timer);
        const due = Math.max(0, this.#readAt + pauseBetween - performance.now());
        this.#timer = setTimeout(() => this.#read(job), due);
    }

    stop() {
        clearTimeout(this.#timer);
        this.#abort.abort();
    }

    async #read(job) {
        if (this.#isReading) return this.refresh(job);
        this.#isReading = true;
        try {
            const why = await get(this.#path, {}, this.#abort.signal);
            this.#take({ ...why, times: lengths(why) });
        } catch (error) {
            if (error.name !== "AbortError") this.#fail(error);
        } finally {
            this.#isReading = false;
            this.#readAt = performance.now();
        }
    }
}
