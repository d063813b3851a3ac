/**
 * The pictures one after the other, as a slide show. A place that has no picture says why, and the show goes on: a set
 * with holes still plays.
 */
import { iconButton } from "./buttons.js";
import { openDialog } from "./dialogs.js";
import { h, refill } from "./dom.js";
import { icon } from "./icons.js";
import { isPlain } from "./keys.js";
import { pictureAddress } from "./pictures.js";
import { tone, whyMissing } from "./states.js";
import { t } from "./words.js";

const shownFor = 3_500;

/** Shows a job's pictures in their order until it is closed, or the page left. */
export function openPlayer(job) {
    let index = 0;
    let timer = 0;
    const stage = h("figure.stage");
    const caption = h("figcaption.stage-caption", { "aria-live": "polite" });
    const marks = job.assets.map((asset) => h(`li.tone-${tone(asset.status)}`));
    const ticks = h("ol.stage-ticks", { "aria-hidden": "true" }, marks);
    const play = iconButton("play", t("play.play"), () => (timer ? halt() : run()), { id: "player-play" });
    const dialog = h("dialog.player", { "aria-label": t("play.title") }, stage, caption, ticks,
        h("div.stage-buttons", null,
            iconButton("previous", t("play.previous"), () => step(-1)), play,
            iconButton("next", t("play.next"), () => step(1)),
            iconButton("cancel", t("act.close"), () => dialog.close())));

    /** By hand: from then on it stands still. */
    function step(by) {
        halt();
        turn(by);
    }

    function turn(by) { show((index + by + job.assets.length) % job.assets.length); }

    function show(next) {
        index = next;
        const asset = job.assets[index];
        const address = pictureAddress(job, asset);
        refill(stage, address ? h("img", { src: address, alt: "" }) : placeholder(asset));
        const number = t("play.place", { n: index + 1, total: job.assets.length });
        refill(caption, h("span.mono", null, number), " ", asset.name || asset.id);
        marks.forEach((tick, place) => tick.classList.toggle("now", place === index));
        const after = job.assets[(index + 1) % job.assets.length];
        const ahead = pictureAddress(job, after);
        if (ahead) new Image().src = ahead;
    }

    function run() {
        timer = setInterval(() => turn(1), shownFor);
        drawPlay();
    }

    function halt() {
        clearInterval(timer);
        timer = 0;
        drawPlay();
    }

    function drawPlay() {
        const words = t(timer ? "play.pause" : "play.play");
        refill(play, icon(timer ? "pause" : "play"));
        play.setAttribute("aria-label", words);
        play.title = words;
    }

    dialog.addEventListener("keydown", (event) => {
        if (!isPlain(event)) return;
        const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (by) step(by);
    });
    openDialog(dialog, () => clearInterval(timer));
    show(0);
    run();
    play.focus();
}

function placeholder(asset) {
    return h(`div.stage-missing.tone-${tone(asset.status)}`, null, icon(tone(asset.status)),
        h("p.stage-state", null, t("play.missing"), " · ", t(`state.${asset.status}`)),
        h("p", null, whyMissing(asset)));
}
