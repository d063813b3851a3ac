/** Jobs of a list in the order of their creation, newest first, each once. Pure: knows no page and no server. */

/** Whether a job comes before another in the list. */
export function comesBefore(one, other) {
    if (one.createdAt !== other.createdAt) return one.createdAt > other.createdAt;
    return one.jobId < other.jobId;
}

export class JobSet {
    #byName = new Map();
    #order = [];

    get size() { return this.#order.length; }
    at(index) { return this.#order[index]; }
    all() { return this.#order; }

    /** The name that the routes know a job by: its case, which for jobs of no case is its own id. */
    static name(job) { return job.caseId; }

    has(job) { return this.#byName.has(JobSet.name(job)); }

    /** Takes jobs as they are now. What is known already is replaced, unless it is newer here. */
    put(jobs) {
        let isOrderKept = true;
        for (const job of jobs) {
            const name = JobSet.name(job);
            const known = this.#byName.get(name);
            if (known && known.updatedAt > job.updatedAt && known.jobId === job.jobId) continue;
            this.#byName.set(name, job);
            if (known?.jobId === job.jobId) {
                this.#order[this.#order.indexOf(known)] = job;
                continue;
            }
            if (known) this.#order.splice(this.#order.indexOf(known), 1);
            const last = this.#order.at(-1);
            isOrderKept &&= !last || comesBefore(last, job);
            this.#order.push(job);
        }
        if (!isOrderKept) this.#order.sort((one, other) => (comesBefore(one, other) ? -1 : 1));
    }

    /** @returns {boolean} whether it was there */
    remove(job) {
        const known = this.#byName.get(JobSet.name(job));
        if (!known) return false;
        this.#byName.delete(JobSet.name(job));
        this.#order.splice(this.#order.indexOf(known), 1);
        return true;
    }

    clear() {
        this.#byName.clear();
        this.#order = [];
    }
}

/**
 * What the filters let through.
 * @param {{ states: Set<string>, family: string|null, text: string }} filter
 */
export function fits(job, filter) {
    if (filter.family && job.family !== filter.family) return false;
    if (filter.states.size > 0 && !filter.states.has(job.status)) return false;
    const wanted = filter.text.toLowerCase();
    return job.caseId.toLowerCase().includes(wanted) || job.jobId.toLowerCase().includes(wanted);
}
