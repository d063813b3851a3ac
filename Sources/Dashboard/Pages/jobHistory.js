/** What happened to a job: read again when there is news of it, and while it runs, but never in haste. */
import { get, part } from "./api.js";
import { isRefusal } from "./persisting.js";
import { lengths } from "./timelineModel.js";
import { seen } from "./waiting.js";

const pauseBetween = 2_000;
/** What runs grows longer without news. */
const pauseWithoutNews = 10_000;
const longestPause = 60_000;

export class JobHistory {
    #path;
    #take;
    #fail;
    #abort = new AbortController();
    #timer = 0;
    #readAt = -Infinity;
    #isReading = false;
    #isWanted = false;
    #isFinal = false;
    #failures = 0;

    /** @param take called with the timeline, to which `times` is added: how long each picture's calls took in all */
    constructor(id, take, fail) {
        this.#path = `/api/cases/${part(id)}/why`;
        this.#take = take;
        this.#fail = fail;
    }

    /** There is news of the job. */
    refresh(job) {
        this.#isFinal = job.final;
        this.#isWanted = true;
        this.#schedule();
    }

    stop() {
        clearTimeout(this.#timer);
        this.#abort.abort();
    }

    /** The next reading, if there is to be one; while one is under way, its end sees to the next. */
    #schedule() {
        clearTimeout(this.#timer);
        if (this.#isReading || this.#abort.signal.aborted || (this.#isFinal && !this.#isWanted)) return;
        const usual = this.#isWanted ? pauseBetween : pauseWithoutNews;
        const length = Math.min(longestPause, usual * 2 ** this.#failures);
        this.#timer = setTimeout(() => this.#read(), Math.max(0, this.#readAt + length - performance.now()));
    }

    async #read() {
        const { signal } = this.#abort;
        this.#isReading = true;
        await seen(signal);
        this.#isWanted = false;
        try {
            const why = await get(this.#path, {}, signal);
            this.#failures = 0;
            this.#take({ ...why, times: lengths(why) });
        } catch (error) {
            if (!signal.aborted) this.#failed(error);
        }
        this.#isReading = false;
        this.#readAt = performance.now();
        this.#schedule();
    }

    /** What may pass is tried again; a job that is gone is its page's to tell. */
    #failed(error) {
        this.#failures += 1;
        this.#fail(error);
        if (isRefusal(error)) this.stop();
        else this.#isWanted = true;
    }
}
