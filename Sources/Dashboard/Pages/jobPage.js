/** One job: its head, the contact sheet filling in, one picture looked at closely, and what happened when. */
import { ContactSheet } from "./contactSheet.js";
import { closeDialogs } from "./dialogs.js";
import { h, refill } from "./dom.js";
import { errorText } from "./errors.js";
import { Inspector } from "./inspector.js";
import { JobFeed } from "./jobFeed.js";
import { JobHead, jobTitle } from "./jobHead.js";
import { JobHistory } from "./jobHistory.js";
import { jobActions } from "./jobActions.js";
import { isPlain, isWriting } from "./keys.js";
import { openPlayer } from "./player.js";
import { navigate } from "./router.js";
import { maySubmit } from "./session.js";
import { t } from "./words.js";
import { TimelineView } from "./timelineView.js";

const narrow = matchMedia("(max-width: 60rem)");

export function jobPage(root, target, session) {
    const id = target.job;
    let job = null;
    let image = target.image;
    let looked = null;

    const actions = jobActions(id, () => job, maySubmit(session));
    const select = (asset) => navigate({ page: "job", job: id, image: asset });
    const head = new JobHead(actions, () => openPlayer(job), select);
    const sheet = new ContactSheet(select);
    const inspector = new Inspector(actions, select, () => sheet.show());
    const timeline = new TimelineView(select);
    const history = new JobHistory(id, (why) => {
        timeline.show(why, job);
        sheet.times(why.times);
        inspector.history(why);
    }, (error) => timeline.fail(error));
    const feed = new JobFeed(id, { job: take, tell: (state) => head.tell(state), failed });

    const outside = [document.getElementById("skip"), document.getElementById("bar")];
    const desk = h("div.desk", null, sheet.element, inspector.element);
    root.append(head.element, desk, timeline.element);

    function take(next) {
        job = next;
        document.title = `${jobTitle(job)} ${job.completedImages}/${job.totalImages} – Darkroom`;
        head.show(job);
        sheet.show(job);
        showImage();
        history.refresh(job);
    }

    function showImage() {
        const index = job?.assets.findIndex((asset) => asset.id === image) ?? -1;
        const isLeft = index < 0 && inspector.hasFocus;
        desk.classList.toggle("desk-open", index >= 0);
        cover();
        sheet.select(index >= 0 ? image : null);
        inspector.show(job, index);
        if (isLeft) sheet.focus(looked);
        looked = index >= 0 ? image : null;
    }

    /** On a narrow screen the picture covers all: what lies below cannot be reached. */
    function cover() {
        const isCovered = narrow.matches && desk.classList.contains("desk-open");
        for (const each of [...outside, head.element, sheet.element, timeline.element]) each.inert = isCovered;
    }

    function uncover() {
        narrow.removeEventListener("change", cover);
        for (const each of outside) each.inert = false;
    }

    function failed(error) {
        closeDialogs();
        uncover();
        history.stop();
        job = null;
        const text = error.status === 404 ? t("job.none") : error.status === 410 ? t("job.gone") : errorText(error);
        refill(root, h("div.empty", { role: "alert" }, h("p", null, text), h("p.hint.mono", null, id)));
    }

    const keys = (event) => {
        if (!isPlain(event) || isWriting(event) || document.querySelector("dialog[open]")) return;
        if (event.key !== "Escape" || !image) return;
        event.preventDefault();
        const left = image;
        select(null);
        sheet.focus(left);
    };
    addEventListener("keydown", keys);
    narrow.addEventListener("change", cover);

    return {
        title: id,
        accepts(next) {
            if (next.page !== "job" || next.job !== id || next.owner !== target.owner) return false;
            image = next.image;
            showImage();
            return true;
        },
        end() {
            feed.stop();
            history.stop();
            removeEventListener("keydown", keys);
            uncover();
        },
    };
}
