/** One job's news: by events while it runs, else by asking with a wait. */
import { address, get, part } from "./api.js";
import { EventFeed } from "./eventFeed.js";
import { noteError } from "./notes.js";
import { persist } from "./persisting.js";
import { seen } from "./waiting.js";

const waitSeconds = 30;

export class JobFeed {
    #path;
    #handlers;
    #abort = new AbortController();
    #events = null;
    #revision = 0;
    #isResting = false;

    /**
     * Begins at once.
     * @param {string} id of the job's case, or its own
     * @param handlers `job(view)` with each newer state; `tell(state)` how fresh it is; `failed(error)` once, if
     *   there is no such job, or none any more: then nothing more is told
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
        await this.#untilLost(async () => {
            const { signal } = this.#abort;
            const troubled = (error, failures) => this.#troubled(error, failures);
            const job = await persist(() => get(`${this.#path}/image-job`, {}, signal), troubled, signal);
            if (job) this.#take(job);
        });
    }

    /** Whoever looks at an empty page is told why. */
    #troubled(error, failures) {
        this.#handlers.tell("off");
        if (failures === 1) noteError(error);
    }

    /** A refusal is the end: there is no such job, not any more, or not for this reader. */
    async #untilLost(read) {
        try {
            await read();
        } catch (error) {
            this.stop();
            this.#handlers.failed(error);
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
            end: ({ reason }) => { if (reason === "deleted") this.#look(); },
        }, (signal) => this.#poll(signal), this.#handlers.tell);
    }

    /** The job that was followed is gone: the server tells what became of it, or that there is another of its name. */
    #look() {
        this.#events?.stop();
        this.#events = null;
        this.#revision = 0;
        this.#begin();
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
        await this.#untilLost(async () => {
            while (!this.#events && !signal.aborted) {
                await this.#ask(signal);
                await seen(signal);
            }
        });
        this.#isResting = false;
    }

    async #poll(signal) {
        await this.#untilLost(async () => {
            while (!signal.aborted) await this.#ask(signal);
        });
    }

    async #ask(signal) {
        const question = () => ({ wait: waitSeconds, after: this.#revision });
        const read = () => get(`${this.#path}/image-job`, question(), signal);
        const job = await persist(read, () => this.#handlers.tell("off"), signal);
        if (!job) return;
        this.#handlers.tell(this.#events ? "polling" : "over");
        this.#take(job);
    }
}
