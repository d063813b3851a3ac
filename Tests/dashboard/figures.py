"""How quick the dashboard is with 10,000 jobs in the list and 200 images in one job: prints a line for each figure.

First paint is the browser's own `first-contentful-paint`; the list and the sheet are measured to the frame in which their
first rows, or all of their frames, stand in the document and are painted. An update is measured from the moment at which
the browser has the event to the frame in which the change is painted.
"""

import concurrent.futures
import sys
import tempfile
import time

from browser import Browser
from processes import Rig, until

JOBS = 10_000
IMAGES = 200
ROUNDS = 5
# Fewer than a job has under way at once, or the others would wait for them.
HELD = 2
FIRST_PAINT_MS = 1_000
UPDATE_MS = 200
SCENARIO = {"seed": 7, "rules": [{"prompt": "held back", "do": "hold"}, {"prompt": "refused", "do": "prompt-blocked"}]}

# The browser writes down its first paint some time after it: that is waited for.
PAINTED = """
const done = arguments[arguments.length - 1], [selector, wanted] = arguments;
const first = new Promise((told) => new PerformanceObserver((list) => {
    const found = list.getEntriesByName("first-contentful-paint")[0];
    if (found) told(found.startTime);
}).observe({ type: "paint", buffered: true }));
(function look() {
    if (document.querySelectorAll(selector).length < wanted) return requestAnimationFrame(look);
    requestAnimationFrame(() => setTimeout(() => {
        const all = performance.now();
        first.then((start) => done([start, all]));
    }));
})();
"""

# Before the page's own scripts: the time of each event as it comes in.
WATCH = """
window.cameIn = [];
const Source = window.EventSource;
window.EventSource = class extends Source {
    constructor(...all) {
        super(...all);
        super.addEventListener("job", (event) => cameIn.push([performance.now(), event.data]));
    }
};
"""

UPDATED = """
const done = arguments[arguments.length - 1], [selector, text, mark] = arguments;
(function look() {
    const found = document.querySelector(selector);
    if (!found?.outerHTML.includes(text)) return requestAnimationFrame(look);
    requestAnimationFrame(() => setTimeout(() => {
        const came = cameIn.find(([, data]) => data.includes(mark));
        done(came ? performance.now() - came[0] : null);
    }));
})();
"""

LAST_ROW = """
scrollTo(0, document.body.scrollHeight);
return document.querySelector("#rows > li:last-child")?.ariaPosInSet;
"""

_slow = []


def figure(name, values, bound):
    """One line: the median and the worst of several rounds."""
    values = sorted(values)
    median, worst = values[len(values) // 2], values[-1]
    verdict = "" if bound is None else f"   bound {bound} ms"
    if bound is not None and worst > bound:
        _slow.append(name)
        verdict += " EXCEEDED"
    print(f"{name:58} median {median:6.0f} ms   worst {worst:6.0f} ms{verdict}", flush=True)


def painted(browser, path, selector, wanted):
    """First paint, and when so many elements were painted, in milliseconds from the navigation."""
    browser.open(path)
    return browser.driver.execute_async_script(PAINTED, selector, wanted)


def fill(rig, key):
    """As many jobs as the list is to have. They are refused by the provider, which is quick and costs nothing."""

    def make(number):
        while True:
            words = {"prompt": f"refused {number}", "title": f"Job {number}"}
            status, _ = rig.ask(key, "/api/image/generate", "POST", words)
            if status == 202:
                return
            if status not in (429, 503):
                raise RuntimeError(f"a job was answered with {status}")
            time.sleep(0.5)

    begun = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        for done, _ in enumerate(pool.map(make, range(JOBS))):
            if done % 1_000 == 0:
                print(f"  {done} jobs after {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
    running = "/api/jobs?state=pending,generating&limit=1"
    until("all jobs to have ended", lambda: rig.ask(key, running)[1]["total"] == 0, 900)


def measure_list(rig, browser, key):
    rounds = [painted(browser, "/", "#rows > li", 10) for _ in range(ROUNDS)]
    figure(f"list of {JOBS} jobs: first paint", [one[0] for one in rounds], FIRST_PAINT_MS)
    figure(f"list of {JOBS} jobs: rows painted", [one[1] for one in rounds], FIRST_PAINT_MS)
    browser.says("Live", ".live")
    updates = []
    for number in range(ROUNDS):
        words = {"prompt": "held back", "title": f"News {number}"}
        _, job = rig.ask(key, "/api/image/generate", "POST", words)
        updates.append(browser.driver.execute_async_script(UPDATED, "#rows", job["jobId"], job["jobId"]))
    figure(f"list of {JOBS} jobs: a new job, from its event to its paint", updates, UPDATE_MS)
    rig.release()
    begun = time.monotonic()
    total = JOBS + ROUNDS
    until("the last row", lambda: int(browser.run(LAST_ROW) or 0) == total, 300)
    print(f"{'the whole list scrolled through, every page read':58} {time.monotonic() - begun:13.1f} s")
    nodes = browser.run("return document.querySelectorAll('#rows > li').length")
    print(f"{'rows that stand in the document then':58} {nodes:6}")


def measure_job(rig, browser, key):
    words = ["held back"] * HELD + ["plain"] * (IMAGES - HELD)
    evidence = [{"id": f"e{n}", "name": f"Picture {n}", "description": text} for n, text in enumerate(words)]
    rig.ask(key, "/api/generate-case", "POST", {"caseId": "large", "evidence": evidence, "locations": []})
    job = "/api/cases/large/image-job"
    until("all but the held ones", lambda: rig.ask(key, job)[1]["completedImages"] == IMAGES - HELD, 300)
    rounds = [painted(browser, "/?job=large", ".frame", IMAGES) for _ in range(ROUNDS)]
    figure(f"job of {IMAGES} images: first paint", [one[0] for one in rounds], FIRST_PAINT_MS)
    figure(f"job of {IMAGES} images: all frames painted", [one[1] for one in rounds], FIRST_PAINT_MS)
    browser.says("Live", ".live")
    browser.run("cameIn.length = 0")
    rig.release()
    ended = ("#job-state", 'data-state="completed"', '"status":"completed"')
    length = browser.driver.execute_async_script(UPDATED, *ended)
    figure(f"job of {IMAGES} images: its end, from the event to its paint", [length], UPDATE_MS)


def main():
    with tempfile.TemporaryDirectory() as directory:
        rig = Rig(directory, SCENARIO, picture="small")
        browser = None
        try:
            key = rig.key("alice")
            fill(rig, key)
            browser = Browser(rig.control.url)
            browser.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": WATCH})
            browser.open()
            browser.write("#key", key["key"])
            browser.click("form button")
            browser.one("#rows > li")
            measure_list(rig, browser, key)
            measure_job(rig, browser, key)
        finally:
            if browser:
                browser.quit()
            rig.stop()
    if _slow:
        sys.exit(f"slower than they should be: {', '.join(_slow)}")


if __name__ == "__main__":
    main()
