/** All pictures of a job as frames on a contact sheet. */
import { Frame } from "./frame.js";
import { h } from "./dom.js";
import { t } from "./words.js";

export class ContactSheet {
    #frames = new Map();
    #list = h("ol.sheet", { id: "sheet" });
    #select;
    #times = new Map();
    #selected = null;
    #job = null;

    constructor(select) {
        this.#select = select;
        this.element = h("section.sheet-box", { "aria-label": t("job.sheet") }, this.#list);
        this.#list.addEventListener("keydown", (event) => this.#move(event));
    }

    /** Draws what has changed; without a job, what a mark has changed. */
    show(job = this.#job) {
        this.#job = job;
        job.assets.forEach((asset, index) => {
            let frame = this.#frames.get(asset.id);
            if (!frame) {
                frame = new Frame(index, () => this.#select(asset.id));
                this.#frames.set(asset.id, frame);
                this.#list.append(frame.element);
            }
            frame.show(job, asset, this.#times.get(asset.id));
        });
    }

    /** How long each picture's calls took. */
    times(times) {
        this.#times = times;
        if (this.#job) this.show();
    }

    /** Marks the frame that is looked at closely. */
    select(id) {
        if (this.#selected === id) return;
        this.#frames.get(this.#selected)?.choose(false);
        this.#selected = id;
        this.#frames.get(id)?.choose(true);
    }

    focus(id) { this.#frames.get(id)?.focus(); }

    /** Arrow keys go from frame to frame, up and down by what lies there. */
    #move(event) {
        const frames = [...this.#list.querySelectorAll("button")];
        const at = frames.indexOf(event.target.closest("button"));
        if (at < 0) return;
        const columns = getComputedStyle(this.#list).gridTemplateColumns.split(" ").length;
        const step = {
            ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns, Home: -at, End: frames.length - 1 - at,
        }[event.key];
        if (step === undefined || !frames[at + step]) return;
        event.preventDefault();
        frames[at + step].focus();
    }
}
