/** The top of a job's page: what it is, how far it has come, what it cost, and what can be done with it. */
import { h, redrawn, refill, setText } from "./dom.js";
import { fact } from "./facts.js";
import { ago, count, duration, instant, money } from "./format.js";
import { icon } from "./icons.js";
import { liveSign } from "./liveSign.js";
import { href } from "./router.js";
import { stateMark, stateSign } from "./states.js";
import { t } from "./words.js";

const failuresNamed = 24;

export class JobHead {
    #actions;
    #select;
    #live = liveSign();
    #title = h("h1.job-title", { tabindex: "-1" });
    #state = h("div.job-state", { id: "job-state" });
    #words = h("p.job-words", { role: "status" });
    #trouble = h("p.job-trouble");
    #bar = h("div.progress", { role: "progressbar", "aria-label": t("job.progress"), "aria-valuemin": 0 });
    #facts = h("dl.facts");
    #buttons;
    #failures = h("div.failures");

    constructor(actions, play, select) {
        this.#actions = actions;
        this.#select = select;
        this.#buttons = actions.buttons(play);
        const back = h("a", { href: href({ page: "list" }) }, icon("back"), t("job.back"));
        this.element = h("section.job-head", null,
            h("p.crumb", null, back, this.#live.element),
            h("div.job-line", null, this.#title, this.#state),
            this.#bar, this.#words, this.#trouble, this.#facts, this.#buttons.element, this.#failures);
    }

    /** How fresh it is. */
    tell(state) { this.#live.set(state); }

    show(job) {
        setText(this.#title, jobTitle(job));
        if (this.#state.dataset.state !== job.status) refill(this.#state, stateMark(job.status));
        this.#state.dataset.state = job.status;
        setText(this.#words, words(job));
        setText(this.#trouble, job.status === "completed" ? "" : job.lastError ?? "");
        this.#bar.dataset.state = job.status;
        this.#bar.setAttribute("aria-valuemax", job.totalImages);
        this.#bar.setAttribute("aria-valuenow", job.completedImages);
        this.#bar.setAttribute("aria-valuetext", t("job.made", { made: job.completedImages, total: job.totalImages }));
        this.#bar.style.setProperty("--made", job.completedImages / job.totalImages);
        this.#bar.style.setProperty("--failed", job.failedImages / job.totalImages);
        refill(this.#facts, facts(job));
        this.#buttons.show(job);
        this.#showFailures(job);
    }

    /** One line that leads to each picture that was not made. */
    #showFailures(job) {
        const failed = job.assets.filter((asset) => job.failedIds.includes(asset.id));
        const key = failed.map((asset) => `${asset.id} ${asset.status}`).join();
        if (this.#failures.dataset.key === key) return;
        this.#failures.dataset.key = key;
        redrawn(this.#failures, () => this.#drawFailures(failed), this.#title);
    }

    #drawFailures(failed) {
        if (failed.length === 0) return this.#failures.replaceChildren();
        const title = failed.length === 1 ? t("job.notMadeOne") : t("job.notMade", { n: failed.length });
        const chips = failed.slice(0, failuresNamed).map((asset) => h("button.chip", {
            type: "button", id: `failure-${asset.id}`, title: asset.error?.message,
            onclick: () => this.#select(asset.id),
        }, stateSign(asset.status), asset.name || asset.id));
        refill(this.#failures, h("p.failures-title", null, icon("bad"), title),
            h("ul.failures-list", null, chips.map((chip) => h("li", null, chip))));
    }
}

/** What goes on, in a sentence. */
function words(job) {
    if (job.cancelAskedAt && !job.final) return t("job.ending");
    if (job.alertedAt && !job.final) return t("job.stuck");
    if (job.queue && !job.final) return t("job.queue", { n: job.queue.ahead });
    if (job.status === "pending") return t("job.waiting");
    if (job.status === "generating") {
        const providers = [...new Set(job.assets.map((asset) => asset.provider).filter(Boolean))];
        return providers.length > 0 ? t("job.running", { provider: providers.join(", ") }) : t("job.runningPlain");
    }
    return job.final ? "" : t("job.goesOn");
}

function facts(job) {
    const end = job.completedAt ?? null;
    const cost = [money(job.cost.micros)];
    if (job.cost.estimateMicros) cost.push(t("job.estimate", { n: money(job.cost.estimateMicros) }));
    if (job.cost.possiblyBilled > 0) cost.push(t("job.possible", { n: money(job.cost.possibleMicros) }));
    const made = [
        t("job.made", { made: count(job.completedImages), total: count(job.totalImages) }),
        job.failedImages > 0 ? t("job.failed", { n: count(job.failedImages) }) : null,
    ];
    return [
        fact(t("job.pictures"), made.filter(Boolean).join(" · ")),
        fact(t("job.id"), job.jobId, { style: "mono" }),
        fact(t("job.cost"), cost.join(" · ")),
        fact(t("job.created"), ago(job.createdAt), { title: instant(job.createdAt) }),
        end && job.retryCount === 0 ? fact(t("job.took"), duration(end - job.createdAt)) : null,
        job.epoch > 1 ? fact(t("job.epoch"), String(job.epoch)) : null,
    ];
}

/** A case's name; of a job of no case, what its first picture is called. */
export function jobTitle(job) {
    return job.caseId === job.jobId ? job.assets[0].name || job.jobId : job.caseId;
}
