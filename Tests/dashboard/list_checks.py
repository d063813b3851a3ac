"""The list of jobs as it is kept up to date: told of changes, asking for them, and read again after it missed some."""

from checks import check, delete, ended, expect, picture, sign_in
from processes import until

MANY = 70
STATE = """
const row = [...document.querySelectorAll("#rows > li")].find((one) => one.textContent.includes(arguments[0]));
return row?.dataset.state ?? null;
"""
LAST = "return Math.max(0, ...[...document.querySelectorAll('#rows > li')].map((one) => one.ariaPosInSet))"
# The name and place of the first row that is seen whole.
SEEN = """
const rows = [...document.querySelectorAll("#rows > li")];
const first = rows.find((one) => one.getBoundingClientRect().top >= 0);
return [first.querySelector(".row-name").textContent, Math.round(first.getBoundingClientRect().top)];
"""


def state(browser, title):
    return browser.run(STATE, title)


def scroll_down(browser, number):
    """Goes on to the end until the row with this number stands in the document."""

    def look():
        browser.run("scrollTo(0, document.body.scrollHeight)")
        return browser.run(LAST) >= number

    until(f"row {number}", look)


@check("what ended while nobody looked is not shown as if it went on")
def _(rig, browser):
    rig.keys["carol"] = rig.key("carol", "--scope", "submit,read,admin")
    sign_in(browser, rig.keys["carol"])
    job = picture(rig, rig.keys["carol"], "Overnight", "held back")
    browser.click(".chip[data-state=generating]")
    until("the job", lambda: state(browser, "Overnight") == "generating")
    browser.hide()
    rig.release()
    ended(rig, rig.keys["carol"], job)
    browser.hide(False)
    browser.says("No job fits.")
    browser.says("0 jobs", ".found")
    browser.click(".chip[data-state=generating]")
    until("its end", lambda: state(browser, "Overnight") == "completed")


@check("who comes back finds the list where it was left")
def _(rig, browser):
    carol = rig.keys["carol"]
    rig.keys["oldest"] = picture(rig, carol, "Oldest", "held back")
    jobs = [picture(rig, carol, f"Job {number}", f"never to be {number}") for number in range(MANY)]
    for job in jobs:
        ended(rig, carol, job)
    browser.open()
    scroll_down(browser, MANY + 2)
    browser.run("scrollBy(0, -300)")
    browser.says("Live", ".live")
    before = until("rows", lambda: browser.run(SEEN))
    browser.hide()
    picture(rig, carol, "While away", "never to be there")
    browser.hide(False)
    browser.says(f"{MANY + 3} jobs", ".found")
    after = browser.run(SEEN)
    expect(before[0] == after[0] and abs(before[1] - after[1]) <= 1, (before, after))


@check("without events the list asks: for what ended far below, and for what was deleted")
def _(rig, browser):
    carol = rig.keys["carol"]
    browser.block("*/events*")
    browser.open()
    browser.says("Asking every few seconds", ".live")
    scroll_down(browser, MANY + 3)
    expect(state(browser, "Oldest") == "generating", state(browser, "Oldest"))
    rig.release()
    until("its end", lambda: state(browser, "Oldest") == "completed")
    delete(rig, carol, rig.keys["oldest"])
    until("its deletion", lambda: state(browser, "Oldest") is None)
    browser.says(f"{MANY + 2} jobs", ".found")
    browser.block()


@check("the number of jobs under a filter stays right, for those too that were not read")
def _(rig, browser):
    carol = rig.keys["carol"]
    browser.open()
    browser.says("Live", ".live")
    browser.click(".chip[data-state=failed]")
    browser.click(".chip[data-state=completed]")
    browser.says(f"{MANY + 2} jobs", ".found")
    _, page = rig.ask(carol, "/api/jobs?search=&limit=200")
    first = next(one for one in page["jobs"] if one["title"] == "Overnight")
    expect(state(browser, "Overnight") is None, "it was read: this shows nothing")
    delete(rig, carol, first["jobId"])
    browser.says(f"{MANY + 1} jobs", ".found")
