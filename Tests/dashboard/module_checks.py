"""Modules of the page by themselves: what they leave behind, how often they ask."""

from checks import check, expect

# Stands in for the server: pages of `total` jobs, the newest first. `asked` has every address.
SERVER = """
const asked = [], real = window.fetch, total = given[0] ?? 0;
const line = (n) => ({ jobId: `job_${n}`, caseId: `job_${n}`, family: "image", title: `Job ${n}`, status: "failed",
    final: true, totalImages: 1, completedImages: 0, failedImages: 1, cost: { micros: 0 }, createdAt: 1000 + n,
    updatedAt: 1000 + n });
let answer = async (url) => {
    const query = new URL(url, location).searchParams;
    const limit = Number(query.get("limit")), after = query.get("after");
    const from = after ? Number(after.split("_")[1]) - 1 : total;
    const jobs = Array.from({ length: Math.min(limit, from) }, (_, index) => line(from - index));
    const next = jobs.length < from ? `${jobs.at(-1).createdAt}.${jobs.at(-1).jobId}` : undefined;
    return { jobs, total, next };
};
window.fetch = async (url) => {
    asked.push(url);
    const document = await answer(url);
    return new Response(JSON.stringify(document.error ? { error: document.error } : document),
        { status: document.status ?? 200 });
};
const { JobListing } = await load("jobListing.js");
const filter = { states: new Set(), family: null, text: "" };
"""


@check("waiting leaves no listener behind, however it ends")
def _(rig, browser):
    left = browser.module("""
        const { pause, seen } = await load("waiting.js");
        const signal = new EventTarget();
        signal.aborted = false;
        let count = 0;
        const { addEventListener: add, removeEventListener: remove } = EventTarget.prototype;
        signal.addEventListener = (...all) => { count += 1; add.apply(signal, all); };
        signal.removeEventListener = (...all) => { count -= 1; remove.apply(signal, all); };
        for (let round = 0; round < 5; round += 1) { await pause(1, signal); await seen(signal); }
        const abort = new AbortController(), begun = performance.now();
        const long = pause(60000, abort.signal);
        abort.abort();
        await long;
        await pause(60000, abort.signal);
        return [count, performance.now() - begun < 30000];
    """)
    expect(left == [0, True], left)


@check("who comes back goes on behind the last event that came, and asks meanwhile if none do")
def _(rig, browser):
    found = browser.module("""
        const { EventFeed } = await load("eventFeed.js");
        const real = window.EventSource, opened = [], heard = [], told = [];
        window.EventSource = class extends EventTarget {
            static CLOSED = 2;
            readyState = 1;
            constructor(url) { super(); opened.push(url); window.fake = this; }
            close() { this.readyState = 2; }
        };
        const look = (hidden) => {
            Object.defineProperty(document, "hidden", { configurable: true, value: hidden });
            document.dispatchEvent(new Event("visibilitychange"));
        };
        const say = (name, id) => fake.dispatchEvent(new MessageEvent(name, { data: '{"n":1}', lastEventId: id }));
        let polled = 0;
        const poll = async (signal) => { polled += 1; };
        const feed = new EventFeed((after) => `/events?after=${after}`, { job: () => heard.push(1) }, poll,
            (state) => told.push(state));
        fake.onopen();
        say("job", "");
        say("job", "7");
        say("other", "9");
        look(true);
        look(false);
        fake.readyState = 2;
        fake.onerror();
        feed.stop();
        window.EventSource = real;
        return [opened, heard.length, polled, told];
    """)
    expect(found == [["/events?after=null", "/events?after=7"], 2, 1, ["on", "polling"]], found)


@check("what happened to a job is asked for once while it is on its way, then again, and after a failure")
def _(rig, browser):
    found = browser.module("""
        const { JobHistory } = await load("jobHistory.js");
        const real = [window.fetch, window.setTimeout];
        let timers = 0, answers = [], told = [], release;
        window.setTimeout = (...all) => { timers += 1; return real[1].apply(window, all); };
        const why = JSON.stringify({ entries: [], untold: [], status: "generating", createdAt: 1 });
        window.fetch = () => new Promise((resolve) => { answers.push(resolve); release?.(); });
        const asked = (n) => new Promise((resolve) => { release = () => answers.length >= n && resolve(); release(); });
        const history = new JobHistory("x", () => told.push("read"), () => told.push("failed"));
        history.refresh({ final: false });
        await asked(1);
        const before = timers;
        for (let news = 0; news < 3; news += 1) history.refresh({ final: false });
        await new Promise((resolve) => real[1].call(window, resolve, 300));
        const spun = timers - before;
        history.refresh({ final: true });
        answers[0](new Response("{}", { status: 503 }));
        await asked(2);
        answers[1](new Response(why));
        await new Promise((resolve) => real[1].call(window, resolve, 300));
        history.stop();
        [window.fetch, window.setTimeout] = real;
        return [spun < 5, answers.length, told];
    """)
    expect(found == [True, 2, ["failed", "read"]], found)


@check("a page of the list on its way is asked for once, and a failure is told once and then made good")
def _(rig, browser):
    found = browser.module(SERVER + """
        const usual = answer, told = [];
        answer = async () => ({ status: 503, error: { code: "unavailable", message: "not now" } });
        let changed;
        const listing = new JobListing(filter, {
            changed: () => changed?.(), failed: (error, failures) => told.push([error.status, failures]),
            refused() {}, needed: () => 0,
        });
        const read = Promise.all([listing.readOn(), listing.readOn(), listing.readOn()]);
        await sleep(200);
        const first = asked.length;
        answer = usual;
        await read;
        window.fetch = real;
        return [first, asked.length, told, listing.jobs.size, listing.hasMore];
    """, 120)
    expect(found == [1, 2, [[503, 1]], 50, True], found)


@check("what lies far below in a list is let go of, and read again behind what was kept")
def _(rig, browser):
    found = browser.module(SERVER + """
        const listing = new JobListing(filter, { changed() {}, failed() {}, refused() {}, needed: () => 0 });
        for (let page = 0; page < 4; page += 1) await listing.readOn();
        const read = listing.jobs.size;
        listing.cut(300);
        const cut = [listing.jobs.size, listing.total, listing.hasMore];
        listing.take([line(2000), line(5)]);
        await listing.readOn();
        window.fetch = real;
        const names = listing.jobs.all().map((job) => Number(job.jobId.slice(4)));
        const isWhole = names.slice(1).every((name, index) => index === 0 || name === names[index] - 1);
        return [read, cut, listing.jobs.size, names[0], isWhole];
    """, 1000)
    expect(found == [650, [300, 1000, True], 501, 2000, True], found)


@check("a list that is read again has what changed meanwhile, and not what was deleted")
def _(rig, browser):
    found = browser.module(SERVER + """
        const listing = new JobListing(filter, { changed() {}, failed() {}, refused() {}, needed: () => 60 });
        await listing.readOn();
        const usual = answer;
        let go;
        answer = async (url) => {
            const page = await usual(url);
            await new Promise((resolve) => { go = resolve; });
            return page;
        };
        const read = listing.refresh();
        await sleep(50);
        listing.deleted("job_99");
        listing.take([{ ...line(98), status: "completed", updatedAt: 5000 }, line(101)]);
        answer = usual;
        go();
        await read;
        window.fetch = real;
        const state = (n) => listing.jobs.all().find((job) => job.jobId === `job_${n}`)?.status ?? null;
        return [listing.jobs.size, state(101), state(99), state(98), state(1)];
    """, 100)
    expect(found == [100, "failed", None, "completed", "failed"], found)


@check("however many news come at once, the list is drawn once a frame")
def _(rig, browser):
    found = browser.module(SERVER + """
        const { WindowedList } = await load("windowedList.js");
        const { listPage } = await load("listPage.js");
        const Source = window.EventSource, show = WindowedList.prototype.show;
        let source, draws = 0;
        window.EventSource = class extends EventTarget {
            constructor() { super(); source = this; setTimeout(() => this.onopen?.()); }
            close() {}
        };
        WindowedList.prototype.show = function (items) { draws += 1; return show.call(this, items); };
        const root = document.createElement("div");
        document.body.append(root);
        const page = listPage(root);
        await sleep(300);
        const before = draws;
        for (let n = 200; n < 700; n += 1) {
            source.dispatchEvent(new MessageEvent("job", { data: JSON.stringify(line(n)) }));
        }
        await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 50)));
        page.end();
        root.remove();
        [window.EventSource, window.fetch, WindowedList.prototype.show] = [Source, real, show];
        return draws - before;
    """, 100)
    expect(1 <= found <= 3, found)
