/** One job in the list. */
import { h, refill, setText } from "./dom.js";
import { ago, instant, money } from "./format.js";
import { href } from "./router.js";
import { stateMark } from "./states.js";
import { t } from "./words.js";

const parts = new WeakMap();

/** Draws a job's row, or brings the row that it has up to date. */
export function jobRow(job, row) {
    const element = row ?? make();
    const drawn = parts.get(element);
    if (drawn.job === job) {
        setText(drawn.age, ago(job.createdAt));
        return element;
    }
    drawn.job = job;
    drawn.link.setAttribute("href", href({ page: "job", job: job.caseId }));
    drawn.link.setAttribute("aria-label", t("list.row", {
        id: job.title || job.caseId, state: t(`state.${job.status}`), made: job.completedImages, total: job.totalImages,
    }));
    setText(drawn.name, job.title || job.caseId);
    setText(drawn.id, job.title || job.caseId !== job.jobId ? job.jobId : "");
    setText(drawn.family, t(`family.${job.family}`));
    if (element.dataset.state !== job.status) refill(drawn.state, stateMark(job.status));
    element.dataset.state = job.status;
    drawn.strip.style.setProperty("--made", job.completedImages / job.totalImages);
    drawn.strip.style.setProperty("--failed", job.failedImages / job.totalImages);
    setText(drawn.count, `${job.completedImages}/${job.totalImages}`);
    setText(drawn.cost, job.cost.micros ? money(job.cost.micros) : "");
    setText(drawn.age, ago(job.createdAt));
    drawn.age.title = instant(job.createdAt);
    return element;
}

function make() {
    const drawn = {
        state: h("span.row-state"), name: h("span.row-name"), id: h("span.row-id"), family: h("span.row-family"),
        strip: h("span.strip", { "aria-hidden": "true" }), count: h("span.row-count"), cost: h("span.row-cost"),
            age: h("span.row-age"),
    };
    drawn.link = h("a.row", null, drawn.state,
        h("span.row-names", null, drawn.name, drawn.id), drawn.family,
        h("span.row-made", null, drawn.strip, drawn.count), drawn.cost, drawn.age);
    const element = h("li", null, drawn.link);
    parts.set(element, drawn);
    return element;
}
