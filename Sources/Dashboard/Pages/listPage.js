/** The list of jobs: live, filtered, searched, however long it is. */
import { h, refill, setText } from "./dom.js";
import { errorText } from "./errors.js";
import { count } from "./format.js";
import { JobListing } from "./jobListing.js";
import { listenToJobs } from "./jobReader.js";
import { JobSet, isNarrow } from "./jobSet.js";
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
/** So many rows below what is seen are kept, once there are more than the other. */
const keptBelow = 300;
const farBelow = 600;

export function listPage(root) {
    const live = liveSign();
    const found = h("p.found", { role: "status" });
    const rows = h("ul.rows", { id: "rows", "aria-label": t("list.title") });
    const empty = h("div.empty", { hidden: true });
    let listing = null;
    let freshness = "polling";
    let scheduled = 0;

    const list = new WindowedList(rows, { draw: jobRow, key: JobSet.name, nearEnd: () => listing.readOn() });
    const filters = listFilters(filter, begin);
    root.append(
        h("div.page-head", null, h("h1", null, t("list.title")), found, live.element), filters.element, rows, empty,
    );

    /** However much is told at once, it is drawn with the next frame. */
    function drawSoon() { scheduled ||= requestAnimationFrame(draw); }

    function draw() {
        cancelAnimationFrame(scheduled);
        scheduled = 0;
        if (listing.jobs.size > list.end + farBelow) listing.cut(list.end + keptBelow);
        list.show([...listing.jobs.all()]);
        const { total } = listing;
        setText(found, total === 1 ? t("list.countOne") : t("list.count", { n: count(total) }));
        empty.hidden = listing.jobs.size > 0 || listing.hasMore;
        if (empty.hidden) return;
        refill(empty, h("p", null, t(isNarrow(filter) ? "list.nothing" : "list.empty")),
            isNarrow(filter) ? null : h("p.hint", null, t("list.emptyHint")));
    }

    /** Reads the list anew, as the filters are now. */
    function begin() {
        listing?.stop();
        listing = new JobListing(filter, { changed, failed, refused, needed: () => list.end + 1 });
        listing.readOn();
    }

    function changed() {
        live.set(freshness);
        drawSoon();
    }

    function failed(error, failures) {
        live.set("off");
        if (failures === 1) noteError(error);
    }

    function refused(error) {
        feed.stop();
        clearInterval(ages);
        live.set("off");
        refill(empty, h("p", { role: "alert" }, errorText(error)));
        empty.hidden = false;
    }

    function tell(state) {
        freshness = state;
        live.set(state);
    }

    const keys = (event) => {
        if (event.key !== "/" || isWriting(event) || !isPlain(event)) return;
        event.preventDefault();
        filters.search.focus();
    };
    addEventListener("keydown", keys);
    begin();
    const feed = listenToJobs({
        changed: (jobs) => listing.take(jobs), deleted: (name) => listing.deleted(name),
        refresh: () => listing.refresh(), tell,
    });
    const ages = setInterval(drawSoon, agesEvery);
    return {
        title: t("list.title"),
        end() {
            feed.stop();
            listing.stop();
            cancelAnimationFrame(scheduled);
            clearInterval(ages);
            removeEventListener("keydown", keys);
            list.stop();
        },
    };
}
