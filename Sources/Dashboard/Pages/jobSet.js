/** Jobs of a list in the order of their creation, newest first, each once. Pure: knows no page and no server. */

/** Whether a job comes before another in the list, which is in the server's order. */
export function comesBefore(one, other) {
    if (one.createdAt !== other.createdAt) return one.createdAt > other.createdAt;
    return one.jobId > other.jobId;
}

export class JobSet {
    #byName = new Map();
    #order = [];

    get size() { return this.#order.length; }
    at(index) { return this.#order[index]; }
    all() { return this.#order; }
    get last() { return this.#order.at(-1); }

    /** The name that the routes know a job by: its case, which for jobs of no case is its own id. */
    static name(job) { return job.caseId; }

    has(job) { return this.#byName.has(JobSet.name(job)); }

    /** Whether the same job is newer here. */
    isNewer(job) {
        const known = this.#byName.get(JobSet.name(job));
        return known?.jobId === job.jobId && known.updatedAt > job.updatedAt;
    }

    /** Takes jobs as they are now. What is known already is replaced, unless it is newer here. */
    put(jobs) {
        for (const job of jobs) {
            const known = this.#byName.get(JobSet.name(job));
            if (this.isNewer(job)) continue;
            if (known?.jobId === job.jobId) {
                this.#order[this.#place(known)] = job;
            } else {
                if (known) this.remove(known);
                this.#order.splice(this.#place(job), 0, job);
            }
            this.#byName.set(JobSet.name(job), job);
        }
    }

    /** Where a job stands, or would stand. */
    #place(job) {
        let [low, high] = [0, this.#order.length];
        while (low < high) {
            const middle = (low + high) >> 1;
            if (comesBefore(this.#order[middle], job)) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    /** @returns {boolean} whether it was there */
    remove(job) {
        const known = this.#byName.get(JobSet.name(job));
        if (!known) return false;
        this.#byName.delete(JobSet.name(job));
        this.#order.splice(this.#place(known), 1);
        return true;
    }

    /** Lets go of all but the first. */
    cut(length) {
        for (const job of this.#order.splice(length)) this.#byName.delete(JobSet.name(job));
    }
}

/**
 * What the filters let through.
 * @typedef {{ states: Set<string>, family: string|null, text: string }} Filter
 * @param {Filter} filter
 */
export function fits(job, filter) {
    if (filter.family && job.family !== filter.family) return false;
    if (filter.states.size > 0 && !filter.states.has(job.status)) return false;
    const wanted = filter.text.toLowerCase();
    return job.caseId.toLowerCase().includes(wanted) || job.jobId.toLowerCase().includes(wanted);
}

/** Whether the filter keeps anything out. */
export function isNarrow(filter) { return filter.text !== "" || filter.family !== null || filter.states.size > 0; }
