"""Drives the dashboard in a real browser against the real programs, as somebody would who looks after a case."""

import http.server
import json
import os
import sys
import tempfile
import threading
import traceback

from browser import SHOTS, Browser
from processes import Rig, call, until
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

NAMES = [
    "Torn Ferry Ticket", "Silver Cigarette Case", "Bloodstained Glove", "Keeper's Logbook", "Brass Lamp Key",
    "<img src=x onerror=\"window.hacked=1\">",
]
SCENARIO = {
    "seed": 7,
    "rules": [
        {"prompt": "held back", "do": "hold"},
        {"prompt": "Silver Cigarette Case", "do": {"flaky": 3}},
        {"prompt": "a bloodstained", "do": "prompt-blocked"},
        {"prompt": "never to be", "do": "prompt-blocked"},
    ],
}
JOB = "/?job=ferry"
_checks = []
_findings = []


def check(name):
    def add(function):
        _checks.append((name, function))
        return function

    return add


def expect(condition, message):
    if not condition:
        raise AssertionError(message)


def case(name, held="held back"):
    words = ["a torn ticket", "a dented case", "a bloodstained glove", f"a ledger, {held}", "a key", "plain"]
    evidence = [{"id": f"evidence-{n + 1}", "name": NAMES[n], "description": words[n]} for n in range(len(NAMES))]
    locations = [{"id": "location-1", "name": "Old Lighthouse", "description": "never to be seen"}]
    return {"caseId": name, "evidence": evidence, "locations": locations}


def axe(browser, page):
    """Notes what is hard to use for some, in both languages and themes."""
    for _ in range(2):
        for theme in ("dark", "light"):
            browser.media(theme)
            language = browser.run("return document.documentElement.lang")
            _findings.extend(f"{page}, {language}, {theme}: {problem}" for problem in browser.problems())
        # The button draws the page anew; the address, and so the page, stays.
        browser.run("document.getElementById('language').click()")
        browser.one("main h1, main h2")
    browser.media()


@check("only a key that is known opens it, and no script can read the session")
def _(rig, browser):
    browser.open()
    browser.write("#key", "dk_nobody")
    browser.click("form button")
    browser.says("not known here")
    browser.shot("sign-in")
    axe(browser, "sign-in")
    browser.write("#key", rig.keys["alice"]["key"])
    browser.click("form button")
    browser.one("#rows")
    browser.says("No jobs yet.")
    cookie = next(one for one in browser.driver.get_cookies() if one["name"] == "darkroom_session")
    expect(cookie["httpOnly"] and cookie["sameSite"] == "Strict", cookie)
    expect(browser.run("return document.cookie") == "", "a script can read the session")
    kept = browser.run("return JSON.stringify([{ ...localStorage }, { ...sessionStorage }])")
    expect(rig.keys["alice"]["key"] not in kept, "the key is kept in the browser")


@check("a case is asked for, and its contact sheet fills in while one picture is still being made")
def _(rig, browser):
    browser.click("nav a[href^='/?new']")
    axe(browser, "new job")
    browser.write("#new-text", "{ no case")
    browser.click("#new-case button")
    browser.says("not JSON")
    browser.run("document.getElementById('new-text').value = arguments[0]", json.dumps(case("ferry")))
    browser.click("#new-case button")
    browser.one("#sheet")
    until("all but the held one", lambda: browser.frames().get("evidence-4") == "generating" and list(
        browser.frames().values()).count("generated") >= 3)
    expect(browser.text("#job-state").strip() == "Generating", browser.text("#job-state"))
    browser.says("Generating… (gemini)")
    browser.shot("job-filling")
    axe(browser, "job that runs")
    browser.driver.switch_to.new_window("tab")
    browser.open()
    browser.says("ferry", "#rows")
    browser.shot("list")
    rig.release()
    until("the list to say so by itself", lambda: "Partial" in browser.text("#rows"))
    browser.driver.close()
    browser.driver.switch_to.window(browser.driver.window_handles[0])
    until("the sheet to be complete", lambda: browser.frames().get("evidence-4") == "generated")
    browser.says("Partial", "#job-state")
    expect(browser.frames()["evidence-3"] == "needs_prompt_update", browser.frames())
    browser.shot("job-partial")


@check("names are text, whatever is in them")
def _(rig, browser):
    expect(NAMES[5] in browser.text("#sheet"), "the name is not there as it was written")
    expect(browser.run("return window.hacked === undefined && document.querySelector('#sheet img[src=x]') === null"), "hacked")
    browser.click("[data-asset=evidence-6]")
    browser.says(NAMES[5], "#inspect-title")
    expect(browser.run("return window.hacked === undefined"), "hacked")


@check("a picture that failed says why and what next, its words are in the form, and accepting waits for a picture")
def _(rig, browser):
    browser.click("[data-asset=evidence-3]")
    banner = browser.text("#banner")
    for words in ("refused these words", "[SENSITIVE_CONTENT]", "a bloodstained glove", "gemini", "Retries: 0", "What next"):
        expect(words in banner, f"{words!r} is not in {banner!r}")
    expect("a bloodstained glove" in browser.property("#prompt", "value"), "the form is not filled in")
    for name in ("accept", "reject"):
        expect(browser.property(f"#mark-{name}", "disabled"), f"{name} does not wait for a picture")
    tooltip = browser.property("[data-asset=evidence-3]", "title")
    expect("will not make" in tooltip, tooltip)
    browser.shot("picture-refused")
    axe(browser, "picture that failed")
    browser.click("#banner-dismiss")
    browser.gone("#banner")
    browser.click("#banner-show")
    browser.one("#banner")


@check("a set with holes plays as a slide show that says what is missing")
def _(rig, browser):
    browser.click("#act-play")
    dialog = browser.one("dialog.player")
    seen = {}
    for _ in range(7):
        seen[browser.text(".stage-caption")] = browser.text(".stage-missing")
        dialog.send_keys(Keys.ARROW_RIGHT)
    missing = [text for text in seen.values() if text]
    expect(len(seen) == 7 and len(missing) == 2, seen)
    expect(all("No picture" in text and "will not make" in text for text in missing), missing)
    for _ in range(2):
        dialog.send_keys(Keys.ARROW_RIGHT)
    browser.shot("slide-show")
    axe(browser, "slide show")
    dialog.send_keys(Keys.ESCAPE)
    browser.gone("dialog.player")


@check("the timeline is to scale")
def _(rig, browser):
    browser.one(".line-svg .lane")
    _, why = call(rig.control.url + "/api/cases/ferry/why", Authorization=f"Bearer {rig.keys['alice']['key']}")
    events = [entry for entry in why["entries"] if entry.get("asset") == "evidence-2"]
    begun = next(entry["at"] for entry in events if entry["event"]["state"] == "generating")
    held = [entry for entry in why["entries"] if entry.get("asset") == "evidence-4"]
    length = held[-1]["at"] - next(entry["at"] for entry in held if entry["event"]["state"] == "generating")
    first = min(entry["at"] for entry in why["entries"])
    lanes = browser.run("""return Object.fromEntries([...document.querySelectorAll('.line-svg .lane')].map((lane) => [lane.dataset.lane,
        [...lane.querySelectorAll('.stretch')].map((one) => [one.x.baseVal.value, one.width.baseVal.value])]))""")
    width = browser.run("return document.querySelector('.line-svg').getBoundingClientRect().width - 16")
    last = max(entry["at"] for entry in why["entries"])
    scale = width / (last - first)
    expect(len(lanes) == 7, lanes.keys())
    calls = sum(1 for entry in events if entry["event"]["state"] == "generating")
    expect(len(lanes["evidence-2"]) == calls and calls > 1, (lanes["evidence-2"], calls))
    expect(abs(lanes["evidence-4"][0][1] - length * scale) < 2, (lanes["evidence-4"], length * scale))
    expect(abs(lanes["evidence-2"][0][0] - 8 - (begun - first) * scale) < 2, (lanes["evidence-2"], begun))
    browser.click(".line-list summary")
    browser.says("Webhook", ".line-list")
    browser.run("document.querySelector('.timeline').scrollIntoView()")
    browser.shot("timeline")
    browser.run("scrollTo(0, 0)")


@check("new words make the picture, and it can be accepted then; the mark stays")
def _(rig, browser):
    browser.click("[data-asset=evidence-3]")
    browser.write("#prompt", "A grey glove on a table.")
    browser.click("#prompt-send")
    until("the picture", lambda: browser.frames()["evidence-3"] == "generated")
    browser.gone("#banner")
    until("accepting to be open", lambda: not browser.property("#mark-accept", "disabled"))
    browser.click("#mark-accept")
    browser.one("[data-asset=evidence-3] .grease")
    browser.open(JOB + "&image=evidence-3")
    browser.one("[data-asset=evidence-3] .grease")
    expect(browser.property("#mark-accept", "ariaPressed") == "true", "the mark is lost")
    expect(browser.property("#prompt", "value") == "A grey glove on a table.", "the new words are lost")
    browser.shot("picture-accepted")


@check("trying again: what the provider refuses is refused again")
def _(rig, browser):
    browser.open(JOB + "&image=location-1")
    epoch = int(until("the epoch", lambda: _fact(browser, "Epoch")))
    browser.click("#banner-retry")
    until("another epoch", lambda: int(_fact(browser, "Epoch") or 0) > epoch and browser.frames()["location-1"] == "needs_prompt_update")
    browser.says("Partial", "#job-state")


def _fact(browser, name):
    return browser.run(
        "return [...document.querySelectorAll('.job-head dt')].find((one) => one.textContent === arguments[0])?.nextSibling.textContent",
        name,
    )


@check("switching to local asks first, makes the rest, and says openly who made it")
def _(rig, browser):
    browser.open(JOB)
    browser.click("#act-local")
    browser.says("Switch to local generation?", "dialog")
    browser.shot("ask")
    axe(browser, "question")
    browser.click("#ask-no")
    browser.gone("dialog")
    expect(browser.frames()["location-1"] == "needs_prompt_update", "it began without a yes")
    browser.click("#act-local")
    browser.click("#ask-yes")
    until("the picture", lambda: browser.frames()["location-1"] == "generated")
    browser.says("Completed", "#job-state")
    title = browser.property("[data-asset=location-1] .stand-in", "title")
    expect("local" in title and "gemini" in title and "refused" in title, title)
    browser.click("#act-deliver")
    browser.says("sent once more", "#notes")


@check("canceling asks first, and ends the job")
def _(rig, browser):
    browser.open("/?new")
    browser.write("#new-prompt", "A pier, held back")
    browser.write("#new-title", "Pier")
    browser.click("#new-image button")
    browser.says("Generating… (gemini)")
    browser.click("#act-cancel")
    browser.says("Cancel this job?", "dialog")
    browser.one("dialog").send_keys(Keys.ESCAPE)
    browser.gone("dialog")
    expect("Generating" in browser.text("#job-state"), "it was canceled without a yes")
    browser.click("#act-cancel")
    browser.click("#ask-yes")
    browser.says("Canceled", "#job-state")
    browser.shot("job-canceled")
    rig.release()


@check("without events the page asks instead, and fills in all the same")
def _(rig, browser):
    browser.block("*/events*")
    headers = {"Authorization": f"Bearer {rig.keys['alice']['key']}"}
    call(rig.control.url + "/api/generate-case", "POST", case("polled"), **headers)
    browser.open("/?job=polled")
    browser.says("Asking every few seconds")
    until("pictures", lambda: list(browser.frames().values()).count("generated") >= 3)
    rig.release()
    until("the held picture", lambda: browser.frames().get("evidence-4") == "generated")
    browser.block()


@check("the page goes on after the server was away, and its session too")
def _(rig, browser):
    browser.open("/")
    browser.says("Live", ".live")
    rig.restart_control()
    headers = {"Authorization": f"Bearer {rig.keys['alice']['key']}"}
    status, _ = call(rig.control.url + "/api/image/generate", "POST", {"prompt": "after it all", "title": "Afterwards"}, **headers)
    expect(status == 202, status)
    browser.says("Afterwards", "#rows")


@check("another site cannot use the session")
def _(rig, browser):
    page = f"""<!doctype html><title>elsewhere</title><form method=post action="{rig.control.url}/api/cases/polled/retry"></form>
    <script>window.answers = Promise.all(["no-cors", "cors"].map((mode) => fetch("{rig.control.url}/api/cases/polled/retry",
        {{ method: "POST", mode, credentials: "include" }}).then(() => "taken", () => "refused")));</script>"""
    before = call(rig.control.url + "/api/cases/polled/image-job", Authorization=f"Bearer {rig.keys['alice']['key']}")[1]
    server = _serve(page)
    browser.driver.get(f"http://localhost:{server.server_address[1]}/")
    browser.driver.execute_async_script("window.answers.then(arguments[arguments.length - 1])")
    browser.run("document.forms[0].submit()")
    browser.says("unauthorized")
    server.shutdown()
    after = call(rig.control.url + "/api/cases/polled/image-job", Authorization=f"Bearer {rig.keys['alice']['key']}")[1]
    expect(before["epoch"] == after["epoch"] and after["final"], "another site has retried the job")
    browser.complaints()  # of what it kept the other page from


def _serve(page):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = page.encode()
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@check("the list narrows down by state, kind and id, and goes by the keyboard")
def _(rig, browser):
    browser.open("/")
    browser.says("4 jobs", ".found")
    browser.click(".chip[data-state=canceled]")
    browser.says("1 job", ".found")
    browser.click(".chip[data-state=canceled]")
    browser.run("document.getElementById('family').value = 'case'; document.getElementById('family').dispatchEvent(new Event('change'))")
    browser.says("2 jobs", ".found")
    browser.run("document.getElementById('family').value = ''; document.getElementById('family').dispatchEvent(new Event('change'))")
    browser.says("4 jobs", ".found")
    ActionChains(browser.driver).send_keys("/").send_keys("ferr").perform()
    browser.says("1 job", ".found")
    axe(browser, "list")
    browser.write("#search", "nothing-like-it")
    browser.says("No job fits.")
    browser.write("#search", "ferr")
    browser.says("1 job", ".found")
    browser.run("document.querySelector('#rows a').focus()")
    ActionChains(browser.driver).send_keys(Keys.ENTER).perform()
    browser.one("#sheet")
    browser.run("document.querySelector('[data-asset=evidence-1]').focus()")
    ActionChains(browser.driver).send_keys(Keys.ARROW_RIGHT, Keys.ENTER).perform()
    browser.says(NAMES[1], "#inspect-title")
    ActionChains(browser.driver).send_keys(Keys.ESCAPE).perform()
    browser.gone(".inspector")
    focused = browser.run("return document.activeElement.dataset.asset")
    expect(focused == "evidence-2", f"the focus is on {focused}")


@check("the measures are drawn")
def _(rig, browser):
    browser.open("/?measures")
    browser.says("Pictures made")
    browser.one(".percentiles")
    browser.shot("measures")
    axe(browser, "measures")


@check("Japanese, light, and as wide as a phone")
def _(rig, browser):
    browser.language("ja")
    browser.media("light")
    for name, path in (("list", "/"), ("job", JOB), ("picture", "/?job=polled&image=evidence-3"), ("measures", "/?measures"), ("new", "/?new")):
        for width, kind in ((1280, "wide"), (390, "phone")):
            browser.size(width, 900 if kind == "wide" else 844, 1 if kind == "wide" else 2, kind == "phone")
            browser.open(path)
            browser.one("main h1, main h2")
            if name in ("job", "picture"):
                browser.one(".lane")
            expect(browser.overflow() <= 0, f"{name} at {width} is {browser.overflow()} pixels too wide")
            browser.shot(f"ja-light-{name}-{kind}")
    browser.open("/?job=polled&image=evidence-3")
    for words in ("プロバイダーがこの内容を拒否しました", "リトライ回数: 0/", "再試行", "ローカル生成に切り替え"):
        browser.says(words)
    axe(browser, "picture on a phone")
    browser.size()
    browser.media()
    browser.language("en")


@check("who wants no motion gets none")
def _(rig, browser):
    browser.media(motion="reduce")
    browser.open(JOB)
    browser.one(".frame img")
    moving = "return document.getAnimations().filter((one) => one.effect.getComputedTiming().duration > 1).length"
    expect(browser.run(moving) == 0, "something moves")
    browser.media()


@check("a key that is revoked signs out, and so does the button")
def _(rig, browser):
    browser.open("/")
    browser.one("#rows")
    rig.initiator("keys", "revoke", rig.keys["alice"]["id"])
    browser.open(JOB)
    browser.one("#key")
    browser.write("#key", rig.keys["second"]["key"])
    browser.click("form button")
    browser.one("#sheet")
    browser.click("#sign-out")
    browser.one("#key")
    names = [one["name"] for one in browser.driver.get_cookies()]
    expect("darkroom_session" not in names, names)
    browser.open(JOB)
    browser.one("#key")


@check("no page has a serious or critical finding of axe, in any language or theme")
def _(rig, browser):
    expect(not _findings, "; ".join(_findings))


def main():
    os.makedirs(SHOTS, exist_ok=True)
    failed = 0
    with tempfile.TemporaryDirectory() as directory:
        rig = Rig(directory, SCENARIO)
        browser = None
        try:
            rig.keys = {"alice": rig.key("alice"), "second": rig.key("alice")}
            browser = Browser(rig.control.url)
            for number, (name, function) in enumerate(_checks):
                try:
                    function(rig, browser)
                    complaints = browser.complaints()
                    expect(not complaints, f"the browser complained: {complaints[:2]}")
                    print(f"PASS dashboard: {name}", flush=True)
                except Exception as error:  # noqa: BLE001 - whatever went wrong, it is told
                    failed += 1
                    browser.driver.save_screenshot(os.path.join(SHOTS, f"failed-{number}.png"))
                    print(f"FAIL dashboard: {name}: {' '.join(f'{type(error).__name__}: {error}'.split())[:600]}", flush=True)
                    traceback.print_exc(file=sys.stderr)
                    # Each goes on where the one before left the page.
                    break
        finally:
            if browser:
                browser.quit()
            rig.stop()
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
