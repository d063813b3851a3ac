/** The list of jobs: live, filtered, searched, however long it is. */
import { get, part } from "./api.js";
import { h, refill, setText } from "./dom.js";
import { count } from "./format.js";
import { JobReader } from "./jobReader.js";
import { JobSet, fits, isFound } from "./jobSet.js";
import { jobRow } from "./jobRow.js";
import { isPlain, isWriting } from "./keys.js";
import { listFilters } from "./listFilters.js";
import { liveSign } from "./liveSign.js";
import { noteError } from "./notes.js";
import { href } from "./router.js";
import { t } from "./words.js";
import { WindowedList } from "./windowedList.js";

/** Kept while the page is open, so that coming back from a job finds the list as it was. */
const filter = { states: new Set(), family: null, text: "" };
const enoughFound = 50;
const agesEvery = 20_000;
const typedFor = 300;

export function listPage(root) {
    const jobs = new JobSet();
    const live = liveSign();
    const found = h("p.found", { role: "status" });
    const rows = h("ul.rows", { id: "rows", "aria-label": t("list.title") });
    const empty = h("div.empty", { hidden: true });
    let reader = null;
    let feed = null;
    let lookingUp = 0;

    const list = new WindowedList(rows, { draw: jobRow, key: JobSet.name, nearEnd: () => readOn() });
    const filters = listFilters(filter, (where) => (where === "server" ? begin() : draw()));
    root.append(
        h("div.page-head", null, h("h1", null, t("list.title")), found, live.element), filters.element, rows, empty);

    function draw(keepPlace = false) {
        const shown = filter.text ? jobs.all().filter((job) => isFound(job, filter.text)) : [...jobs.all()];
        list.show(shown, { keepPlace });
        const isRead = reader && !reader.hasMore;
        setText(found, filter.text ? t("list.found", { n: count(shown.length), all: count(jobs.size) })
            : t(isRead ? "list.loaded" : "list.loadedMore", { n: count(jobs.size) }));
        empty.hidden = shown.length > 0 || (!isRead && reader !== null && !filter.text);
        if (!empty.hidden) drawEmpty();
    }

    function drawEmpty() {
        const isNarrowed = filter.text || filter.family || filter.states.size > 0;
        refill(empty, h("p", null, t(isNarrowed ? "list.nothing" : "list.empty")),
            isNarrowed ? null : h("p.hint", null, t("list.emptyHint")));
        clearTimeout(lookingUp);
        if (filter.text) lookingUp = setTimeout(() => offerByID(filter.text, empty), typedFor);
    }

    /** Reads the list anew, as the filters are now. */
    function begin() {
        feed?.stop();
        jobs.clear();
        reader = new JobReader(filter);
        feed = reader.listen(take, begin, live.set);
        readOn();
    }

    function take(changed) {
        for (const job of changed) if (!fits(job, { ...filter, text: "" })) jobs.remove(job);
        // What lies beyond the pages that were read comes with its page.
        const last = reader.hasMore ? jobs.at(jobs.size - 1) : null;
        jobs.put(changed.filter((job) => fits(job, { ...filter, text: "" }) && (jobs.has(job) || !last || job.createdAt >= last.createdAt)));
        draw(true);
    }

    async function readOn() {
        const asked = reader;
        if (!asked?.hasMore) return;
        try {
            const page = await asked.more();
            if (asked !== reader) return;
            jobs.put(page);
            draw(true);
            if (filter.text && jobs.all().filter((job) => isFound(job, filter.text)).length < enoughFound) readOn();
        } catch (error) {
            if (asked === reader && error.name !== "AbortError") { live.set("off"); noteError(error); }
        }
    }

    const ages = setInterval(() => draw(true), agesEvery);
    const keys = (event) => {
        if (event.key !== "/" || isWriting(event) || !isPlain(event)) return;
        event.preventDefault();
        filters.search.focus();
    };
    addEventListener("keydown", keys);
    begin();
    return {
        title: t("list.title"),
        end() {
            feed.stop();
            reader = null;
            clearTimeout(lookingUp);
            clearInterval(ages);
            removeEventListener("keydown", keys);
            list.end();
        },
    };
}

/** A job that is not in the list, or lies far down in it, may be known by its whole id all the same. */
async function offerByID(id, box) {
    if (!/^[\w.~-]+$/.test(id)) return;
    try {
        await get(`/api/cases/${part(id)}/image-job`);
        if (filter.text === id) box.append(h("p", null, h("a.button", { href: href({ page: "job", job: id }) }, t("list.open", { id }))));
    } catch (error) {
        if (error.status !== 404 && error.status !== 410) noteError(error);
    }
}
