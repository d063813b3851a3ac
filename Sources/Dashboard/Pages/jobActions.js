/** What can be done with a job: each action asks the server, and first the reader where something is lost or paid. */
import { change, lookedAt, part } from "./api.js";
import { wordButton } from "./buttons.js";
import { confirm } from "./confirm.js";
import { h } from "./dom.js";
import { count } from "./format.js";
import { note, noteError } from "./notes.js";
import { t } from "./words.js";

/**
 * @param {string} id of the job's case, or its own
 * @param {function} current the job as it is now
 * @param {boolean} isAllowed whether the reader's key may change things
 */
export function jobActions(id, current, isAllowed) {
    const path = `/api/cases/${part(id)}`;
    // Whatever page is shown when a question is answered, what was asked about was this owner's.
    const owner = lookedAt();

    async function run(method, route, body, done) {
        try {
            await change(method, `${path}/${route}`, body, owner);
            note(t(done));
            return true;
        } catch (error) {
            noteError(error);
            return false;
        }
    }

    const assets = (names) => (names ? { assets: names } : {});
    const asked = (names) => names?.length ?? current().assets.filter((asset) => asset.status !== "generated").length;
    const said = (number, one, many) => (number === 1 ? t(one) : t(many, { n: count(number) }));

    const actions = {
        isAllowed,
        retry: (names) => run("POST", "retry", assets(names), "done.retry"),
        deliver: () => run("POST", "redeliver", undefined, "done.deliver"),
        edit: (asset, words) => run("PATCH", `assets/${part(asset)}`, words, "done.edit"),
        async local(names) {
            const text = said(asked(names), "ask.localTextOne", "ask.localText");
            const isWanted = await confirm({ title: t("ask.local"), text, yes: t("ask.localYes"), icon: "local" });
            return isWanted && run("POST", "fallback", { provider: "local", ...assets(names) }, "done.local");
        },
        async retryAll() {
            const title = said(asked(), "ask.retryOne", "ask.retry");
            const text = t("ask.retryText");
            return (await confirm({ title, text, yes: t("ask.retryYes"), icon: "retry" })) && actions.retry();
        },
        async cancel() {
            const words = { title: t("ask.cancel"), text: t("ask.cancelText"), yes: t("ask.cancelYes") };
            const isWanted = await confirm({ ...words, icon: "cancel", isDanger: true });
            return isWanted && run("POST", "cancel", undefined, "done.canceling");
        },
        buttons: (play) => jobButtons(actions, play),
    };
    return actions;
}

/** The buttons of a whole job; those that do not fit its state are not there. */
function jobButtons(actions, play) {
    const make = (name, label, run, style = "") => wordButton(name, label, run, { id: `act-${name}`, style });
    const buttons = {
        play: make("play", t("act.play"), play, ".primary"),
        retry: make("retry", t("act.retryAll"), actions.retryAll),
        local: make("local", t("act.local"), () => actions.local()),
        deliver: make("deliver", t("act.deliver"), actions.deliver),
        cancel: make("cancel", t("act.cancel"), actions.cancel, ".danger"),
    };
    // What can be done is known once the job is.
    for (const button of Object.values(buttons)) button.hidden = true;
    return {
        element: h("div.actions", { role: "group", "aria-label": t("job.actions") }, Object.values(buttons)),
        show(job) {
            const focused = Object.values(buttons).find((button) => button === document.activeElement);
            const hasUnmade = job.completedImages < job.totalImages;
            const may = actions.isAllowed;
            buttons.play.hidden = false;
            buttons.retry.hidden = !may || !job.final || !hasUnmade;
            buttons.local.hidden = !may || !job.final || !hasUnmade;
            buttons.deliver.hidden = !may || !job.final;
            buttons.cancel.hidden = !may || job.final || Boolean(job.cancelAskedAt);
            if (focused?.hidden) buttons.play.focus();
        },
    };
}
