/** One job's news: by events while it runs, else by asking with a wait. */
import { address, get, part } from "./api.js";
import { EventFeed } from "./eventFeed.js";
import { pause, seen } from "./waiting.js";

const waitSeconds = 30;
const pausesAtMost = 15_000;

export class JobFeed {
    #path;
    #handlers;
    #abort = new AbortController();
    #events = null;
    #revision = 0;
    #isResting = false;
    #failures = 0;

    /**
     * Begins at once.
     * @param {string} id of the job's case, or its own
     * @param handlers `job(view)` with each newer state; `tell(state)` how fresh it is; `failed(error)` if it cannot be
     *   read
     */
    constructor(id, handlers) {
        this.#path = `/api/cases/${part(id)}`;
        this.#handlers = handlers;
        this.#begin();
    }

    stop() {
        this.#events?.stop();
        this.#abort.abort();
    }

    async #begin() {
        const { signal } = this.#abort;
        try {
            this.#take(await get(`${this.#path}/image-job`, {}, signal));
        } catch (error) {
            if (error.name !== "AbortError") this.#handlers.failed(error);
        }
    }

    #take(job) {
        if (this.#abort.signal.aborted || job.revision < this.#revision) return;
        const isNew = job.revision > this.#revision;
        this.#revision = job.revision;
        if (isNew) this.#handlers.job(job);
        if (job.final) this.#rest();
        else this.#events ??= this.#listen();
    }

    #listen() {
        return new EventFeed(() => address(`${this.#path}/events`, { after: this.#revision }), {
            job: (job) => this.#take(job),
        }, (signal) => this.#poll(signal), this.#handlers.tell);
    }

    /** A job that has ended may go on by somebody's wish: it is asked about without haste. */
    #rest() {
        this.#events?.stop();
        this.#events = null;
        this.#handlers.tell("over");
        if (!this.#isResting) this.#restOn();
    }

    async #restOn() {
        this.#isResting = true;
        const { signal } = this.#abort;
        while (!this.#events && !signal.aborted) {
            await this.#ask(signal);
            await seen(signal);
        }
        this.#isResting = false;
    }

    async #poll(signal) {
        while (!signal.aborted && !this.#abort.signal.aborted) await this.#ask(signal);
    }

    async #ask(signal) {
        try {
            const job = await get(`${this.#path}/image-job`, { wait: waitSeconds, after: this.#revision }, signal);
            this.#failures = 0;
            if (this.#events) this.#handlers.tell("polling");
            this.#take(job);
        } catch (error) {
            if (error.name === "AbortError") return;
            this.#failures += 1;
            this.#handlers.tell("off");
            await pause(Math.min(pausesAtMost, 1_000 * 2 ** this.#failures), signal);
        }
    }
}
