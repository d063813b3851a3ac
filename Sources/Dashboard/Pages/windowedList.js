/**
 * A long list of rows of one height, of which only those near the window stand in the document. Rows are kept as long
 * as they are the same item's, so that the focus and what is read aloud stay where they are.
 */
const margin = 8;

export class WindowedList {
    #list;
    #items = [];
    #rows = new Map();
    #draw;
    #key;
    #nearEnd;
    #scheduled = 0;
    #end = 0;
    #onScroll = () => this.#schedule();

    /**
     * @param {HTMLElement} list an ordered or unordered list
     * @param {function(*, HTMLElement|null): HTMLElement} draw a row, or the row that an item has brought up to date
     * @param {function(*): string} key of an item
     * @param {function} nearEnd called when the last rows come near
     */
    constructor(list, { draw, key, nearEnd }) {
        this.#list = list;
        this.#draw = draw;
        this.#key = key;
        this.#nearEnd = nearEnd;
        addEventListener("scroll", this.#onScroll, { passive: true });
        addEventListener("resize", this.#onScroll);
        list.addEventListener("keydown", (event) => this.#move(event));
    }

    /** How many items there are from the first to the last of those near the window. */
    get end() { return this.#end; }

    stop() {
        removeEventListener("scroll", this.#onScroll);
        removeEventListener("resize", this.#onScroll);
        cancelAnimationFrame(this.#scheduled);
    }

    /** Shows other items. Whatever came or went above, what is seen stays where it was. */
    show(items) {
        const moved = scrollY > this.#top() ? this.#moved(items) : 0;
        this.#items = items;
        this.#list.style.height = `${items.length * this.#rowHeight()}px`;
        if (moved !== 0) scrollBy(0, moved * this.#rowHeight());
        this.#render();
    }

    /** By how many places the first item moves that is seen now and stays. */
    #moved(items) {
        const places = new Map(items.map((item, index) => [this.#key(item), index]));
        for (let index = this.#first(); index < this.#items.length; index += 1) {
            const place = places.get(this.#key(this.#items[index]));
            if (place !== undefined) return place - index;
        }
        return 0;
    }

    #rowHeight() { return parseFloat(getComputedStyle(this.#list).getPropertyValue("--row")) || 60; }
    #top() { return this.#list.getBoundingClientRect().top + scrollY; }
    #first() { return Math.max(0, Math.floor((scrollY - this.#top()) / this.#rowHeight())); }

    #schedule() {
        cancelAnimationFrame(this.#scheduled);
        this.#scheduled = requestAnimationFrame(() => this.#render());
    }

    #render() {
        const height = this.#rowHeight();
        const start = Math.max(0, this.#first() - margin);
        const end = Math.min(this.#items.length, this.#first() + Math.ceil(innerHeight / height) + margin);
        this.#end = end;
        const wanted = new Map();
        for (let index = start; index < end; index += 1) wanted.set(this.#key(this.#items[index]), index);
        for (const [name, row] of this.#rows) {
            if (wanted.has(name)) continue;
            row.remove();
            this.#rows.delete(name);
        }
        let previous = null;
        for (const [name, index] of wanted) {
            const row = this.#draw(this.#items[index], this.#rows.get(name) ?? null);
            this.#rows.set(name, row);
            row.style.transform = `translateY(${index * height}px)`;
            row.setAttribute("aria-posinset", index + 1);
            row.setAttribute("aria-setsize", this.#items.length);
            // In the order of the list, so that the tab key and readers go through it as it is seen.
            const place = previous ? previous.nextSibling : this.#list.firstChild;
            if (place !== row) this.#list.insertBefore(row, place);
            previous = row;
        }
        if (end >= this.#items.length - margin) this.#nearEnd();
    }

    /** Arrow keys go from row to row. */
    #move(event) {
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        const row = event.target.closest("li");
        if (!step || !row) return;
        const next = step > 0 ? row.nextElementSibling : row.previousElementSibling;
        if (!next) return;
        event.preventDefault();
        next.querySelector("a, button").focus();
    }
}
