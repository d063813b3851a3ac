/** The jobs that fit a filter, from the newest to where somebody has read, and kept as they are now. */
import { JobReader } from "./jobReader.js";
import { JobSet, comesBefore, fits, isNarrow } from "./jobSet.js";
import { persist } from "./persisting.js";

const recountAfter = 2_000;

export class JobListing {
    #filter;
    #told;
    #reader;
    #jobs = new JobSet();
    #total = 0;
    #abort = new AbortController();
    #isReading = false;
    /** The reading again that is under way. */
    #refreshing = null;
    #isStale = false;
    /** What changed while pages were on their way: they may not know of it. By the name; null for what was deleted. */
    #news = new Map();
    #reads = 0;
    #recounting = 0;

    /**
     * @param {Filter} filter as it is now
     * @param told `changed()`; `failed(error, failures)` when the server did not answer, which is asked again;
     *   `refused(error)` when it will not, after which nothing is told; and `needed()` how many jobs have to be there
     *   for what is looked at
     */
    constructor(filter, told) {
        this.#filter = { ...filter, states: new Set(filter.states) };
        this.#told = told;
        this.#reader = new JobReader(this.#filter);
    }

    get jobs() { return this.#jobs; }

    /** How many jobs fit. */
    get total() { return this.hasMore ? Math.max(this.#total, this.#jobs.size) : this.#jobs.size; }

    /** Whether there are jobs that were not read. */
    get hasMore() { return this.#reader.hasMore; }

    /** Breaks off all that is under way; nothing is told after it. */
    stop() {
        this.#abort.abort();
        this.#reader.stop();
        clearTimeout(this.#recounting);
    }

    /** Reads the next page, unless there is none or it is on its way. */
    async readOn() {
        if (this.#isReading || !this.hasMore) return;
        this.#isReading = true;
        await this.#during(async () => {
            const reader = this.#reader;
            const page = await persist(() => reader.more(), this.#told.failed, reader.signal);
            if (page) this.#put(this.#jobs, page);
        });
        this.#isReading = false;
    }

    /** Changes may have been missed: what is needed is read again, and takes the place of what was read. */
    refresh() {
        this.#isStale = true;
        this.#refreshing ??= this.#refreshOn().finally(() => { this.#refreshing = null; });
        return this.#refreshing;
    }

    /** Jobs have changed. */
    take(jobs) {
        for (const job of jobs) this.#remember(JobSet.name(job), job);
        for (const job of jobs) this.#take(job);
        this.#told.changed();
    }

    /** A job was deleted. */
    deleted(name) {
        this.#remember(name, null);
        this.#delete(name);
        this.#told.changed();
    }

    /** Lets go of what lies far below: it is read again when somebody comes near. */
    cut(length) {
        if (this.#isReading || this.#jobs.size <= length) return;
        this.#total = this.total;
        this.#jobs.cut(length);
        this.#reader.goOnAfter(this.#jobs.last);
    }

    async #refreshOn() {
        while (this.#isStale && !this.#abort.signal.aborted) {
            this.#isStale = false;
            await this.#during(() => this.#readAgain());
        }
    }

    async #readAgain() {
        const [reader, jobs] = [new JobReader(this.#filter), new JobSet()];
        let page = null;
        do {
            page = await persist(() => reader.more(), this.#told.failed, this.#abort.signal);
            if (!page) return;
            jobs.put(page.jobs);
        } while (reader.hasMore && jobs.size < this.#told.needed());
        this.#reader.stop();
        this.#reader = reader;
        this.#put(jobs, page);
    }

    /** Runs while news are remembered. */
    async #during(read) {
        this.#reads += 1;
        try {
            await read();
        } catch (error) {
            this.stop();
            this.#told.refused(error);
        } finally {
            this.#reads -= 1;
            if (this.#reads === 0) this.#news.clear();
        }
    }

    #remember(name, job) {
        if (this.#reads > 0) this.#news.set(name, job);
    }

    /** Takes a page's jobs, and all that was heard meanwhile. */
    #put(jobs, page) {
        this.#jobs = jobs;
        jobs.put(page.jobs);
        this.#total = page.total;
        for (const [name, job] of this.#news) {
            if (job) this.#take(job);
            else this.#delete(name);
        }
        if (this.#news.size > 0) this.#recountSoon();
        this.#told.changed();
    }

    #take(job) {
        if (this.#jobs.isNewer(job)) return;
        const isKnown = this.#jobs.has(job);
        if (isKnown && !fits(job, this.#filter)) {
            this.#jobs.remove(job);
            this.#total -= 1;
        } else if (isKnown || this.#isReadTo(job)) {
            if (!fits(job, this.#filter)) return;
            this.#jobs.put([job]);
            this.#total += isKnown ? 0 : 1;
        } else if (isNarrow(this.#filter)) {
            this.#recountSoon();
        }
    }

    #delete(name) {
        if (this.#jobs.remove({ caseId: name })) this.#total -= 1;
        else this.#recountSoon();
    }

    /** Whether all was read where the job stands. What lies beyond comes with its page. */
    #isReadTo(job) { return !this.hasMore || (this.#jobs.size > 0 && comesBefore(job, this.#jobs.last)); }

    /** Of jobs that were not read nobody here knows whether they were counted. */
    #recountSoon() {
        if (!this.hasMore) return;
        this.#recounting ||= setTimeout(() => this.#during(() => this.#recount()), recountAfter);
    }

    async #recount() {
        const reader = this.#reader;
        try {
            const total = await persist(() => reader.count(), this.#told.failed, reader.signal);
            if (total === null) return;
            this.#total = total;
            this.#told.changed();
        } finally {
            this.#recounting = 0;
        }
    }
}
