/** The list of jobs: live, filtered, searched, however long it is. */
import { h, refill, setText } from "./dom.js";
import { count } from "./format.js";
import { JobReader, listenToJobs } from "./jobReader.js";
import { JobSet, fits } from "./jobSet.js";
import { jobRow } from "./jobRow.js";
import { isPlain, isWriting } from "./keys.js";
import { listFilters } from "./listFilters.js";
import { liveSign } from "./liveSign.js";
import { noteError } from "./notes.js";
import { t } from "./words.js";
import { WindowedList } from "./windowedList.js";

/** Kept while the page is open, so that coming back from a job finds the list as it was. */
const filter = { states: new Set(), family: null, text: "" };
const agesEvery = 20_000;

export function listPage(root) {
    const jobs = new JobSet();
    const live = liveSign();
    const found = h("p.found", { role: "status" });
    const rows = h("ul.rows", { id: "rows", "aria-label": t("list.title") });
    const empty = h("div.empty", { hidden: true });
    let reader = null;
    let total = 0;

    const list = new WindowedList(rows, { draw: jobRow, key: JobSet.name, nearEnd: readOn });
    const filters = listFilters(filter, begin);
    root.append(
        h("div.page-head", null, h("h1", null, t("list.title")), found, live.element), filters.element, rows, empty,
    );

    function draw() {
        list.show([...jobs.all()]);
        const all = Math.max(total, jobs.size);
        setText(found, all === 1 ? t("list.countOne") : t("list.count", { n: count(all) }));
        empty.hidden = jobs.size > 0 || reader.hasMore;
        if (empty.hidden) return;
        const isNarrowed = filter.text || filter.family || filter.states.size > 0;
        refill(empty, h("p", null, t(isNarrowed ? "list.nothing" : "list.empty")),
            isNarrowed ? null : h("p.hint", null, t("list.emptyHint")));
    }

    /** Reads the list anew, as the filters are now. */
    function begin() {
        reader?.stop();
        reader = new JobReader(filter);
        jobs.clear();
        readOn();
    }

    function take(changed) {
        // What lies beyond the pages that were read comes with its page.
        const last = reader.hasMore ? jobs.at(jobs.size - 1) : null;
        for (const job of changed) {
            if (!fits(job, filter)) total -= jobs.remove(job) ? 1 : 0;
            else if (!jobs.has(job)) total += !last || job.createdAt > last.createdAt ? 1 : 0;
        }
        jobs.put(
            changed.filter((job) => fits(job, filter) && (jobs.has(job) || !last || job.createdAt >= last.createdAt))
        );
        draw();
    }

    function deleted(caseId) {
        total -= jobs.remove({ caseId }) ? 1 : 0;
        draw();
    }

    /** Changes may have been missed: what is seen at the top is read again, or all if there is more. */
    async function catchUp() {
        if (!reader.isAtStart) return begin();
        const asked = reader;
        try {
            const page = await asked.newest();
            if (asked !== reader) return;
            take(page.jobs);
            total = page.total;
            draw();
        } catch (error) {
            failed(asked, error);
        }
    }

    async function readOn() {
        const asked = reader;
        if (!asked?.hasMore) return;
        try {
            const page = await asked.more();
            if (asked !== reader) return;
            jobs.put(page.jobs);
            total = page.total;
            draw();
        } catch (error) {
            failed(asked, error);
        }
    }

    function failed(asked, error) {
        if (asked !== reader || error.name === "AbortError") return;
        live.set("off");
        noteError(error);
    }

    const keys = (event) => {
        if (event.key !== "/" || isWriting(event) || !isPlain(event)) return;
        event.preventDefault();
        filters.search.focus();
    };
    addEventListener("keydown", keys);
    begin();
    const feed = listenToJobs({ changed: take, deleted, reset: catchUp, tell: live.set });
    const ages = setInterval(draw, agesEvery);
    return {
        title: t("list.title"),
        end() {
            feed.stop();
            reader.stop();
            reader = null;
            clearInterval(ages);
            removeEventListener("keydown", keys);
            list.end();
        },
    };
}
