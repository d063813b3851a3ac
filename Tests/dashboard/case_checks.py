"""A case from its making to its end, as somebody would see to it who looks after it."""

import json

from checks import JOB, NAMES, axe, case, check, expect
from processes import until
from selenium.webdriver.common.keys import Keys

# Each picture's calls as they are drawn: where they begin, and how long they are.
LANES = """
const places = (lane) => [...lane.querySelectorAll(".stretch")].map((one) => [one.x.baseVal.value, one.width.baseVal.value]);
return Object.fromEntries([...document.querySelectorAll(".line-svg .lane")].map((one) => [one.dataset.lane, places(one)]));
"""
FACT = """
const names = [...document.querySelectorAll(".job-head dt")];
return names.find((one) => one.textContent === arguments[0])?.nextSibling.textContent;
"""


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
    until(
        "all but the held one",
        lambda: browser.frames().get("evidence-4") == "generating"
        and list(browser.frames().values()).count("generated") >= 3,
    )
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
    expect(browser.run("return window.hacked === undefined"), "hacked")
    expect(not browser.all("#sheet img[src=x]"), "the name became an element")
    browser.click("[data-asset=evidence-6]")
    browser.says(NAMES[5], "#inspect-title")
    expect(browser.run("return window.hacked === undefined"), "hacked")


@check("a picture that failed says why and what next, its words are in the form, and accepting waits for a picture")
def _(rig, browser):
    browser.click("[data-asset=evidence-3]")
    banner = browser.text("#banner")
    told = ("refused these words", "[SENSITIVE_CONTENT]", "a bloodstained glove", "gemini", "Retries: 0", "What next")
    for words in told:
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
    expect(browser.focused() == "banner-show", browser.focused())
    browser.click("#banner-show")
    browser.one("#banner")
    expect(browser.focused() == "banner-dismiss", browser.focused())


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

    def again():
        browser.click("#act-play")
        shown = browser.one("dialog.player")
        for _ in range(2):
            shown.send_keys(Keys.ARROW_RIGHT)

    axe(browser, "slide show", again)
    browser.one("dialog.player").send_keys(Keys.ESCAPE)
    browser.gone("dialog.player")


@check("the timeline is to scale")
def _(rig, browser):
    browser.one(".line-svg .lane")
    _, why = rig.ask(rig.keys["alice"], "/api/cases/ferry/why")
    events = [entry for entry in why["entries"] if entry.get("asset") == "evidence-2"]
    begun = next(entry["at"] for entry in events if entry["event"]["state"] == "generating")
    held = [entry for entry in why["entries"] if entry.get("asset") == "evidence-4"]
    length = held[-1]["at"] - next(entry["at"] for entry in held if entry["event"]["state"] == "generating")
    first = min(entry["at"] for entry in why["entries"])
    lanes = browser.run(LANES)
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
    epoch = int(until("the epoch", lambda: browser.run(FACT, "Epoch")))
    browser.click("#banner-retry")
    until("another epoch", lambda: int(browser.run(FACT, "Epoch") or 0) > epoch)
    until("its end", lambda: browser.frames()["location-1"] == "needs_prompt_update")
    browser.says("Partial", "#job-state")


@check("switching to local asks first, makes the rest, and says openly who made it")
def _(rig, browser):
    browser.open(JOB)
    browser.click("#act-local")
    browser.says("Switch to local generation?", "dialog")
    browser.shot("ask")

    def again():
        browser.click("#act-local")
        browser.one("dialog.ask")

    axe(browser, "question", again)
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
