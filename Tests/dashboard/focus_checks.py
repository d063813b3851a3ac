"""The keyboard's focus stays where it was when the page is drawn anew, and is not lost with what is taken away."""

from checks import case, check, ended, expect
from processes import until
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

FOCUS = "document.querySelector(arguments[0]).focus()"
EPOCH = """
const names = [...document.querySelectorAll(".job-head dt")];
return names.find((one) => one.textContent === "Epoch")?.nextSibling.textContent;
"""
CHIPS = ".timeline .chips .chip"
# Where the focus is: in the picture's panel, or on nothing.
OUTSIDE = "return document.activeElement !== document.body && !document.activeElement.closest('.inspector')"


@check("the focus stays on a mark while the job goes on, and on an epoch while there are more of them")
def _(rig, browser):
    dora = rig.keys["dora"]
    rig.ask(dora, "/api/generate-case", "POST", case("focus"))
    browser.open("/?job=focus&image=evidence-1")
    until("the picture", lambda: browser.property("#mark-accept", "disabled") is False)
    browser.run(FOCUS, "#mark-accept")
    rig.release()
    ended(rig, dora, "focus")
    browser.says("Partial", "#job-state")
    expect(browser.focused() == "mark-accept", browser.focused())
    browser.run(FOCUS, "#act-retry")
    for epoch in (2, 3):
        rig.ask(dora, "/api/cases/focus/retry", "POST", {"assets": ["location-1"]})
        until(f"epoch {epoch}", lambda epoch=epoch: len(browser.all(CHIPS)) == epoch + 1)
        ended(rig, dora, "focus")
        if epoch == 2:
            browser.run(f"const all = [...document.querySelectorAll('{CHIPS}')].at(-1); all.focus(); all.click()")
    expect(browser.run(f"return document.activeElement === [...document.querySelectorAll('{CHIPS}')].at(-1)"), "lost")


@check("a button that goes away hands on the focus")
def _(rig, browser):
    browser.open("/?job=focus&image=location-1")
    browser.one("#banner-retry")
    browser.run(FOCUS, "#banner-retry")
    browser.click("#banner-retry")
    until("its end", lambda: browser.run(EPOCH) == "4" and "Partial" in browser.text("#job-state"))
    # Whether the page was told of what lies between or not.
    expect(browser.focused() in ("inspect-title", "banner-retry"), browser.focused())


@check("on a phone the picture covers the page: the focus stays in it, and goes back to its frame")
def _(rig, browser):
    browser.size(390, 844, 2, True)
    browser.open("/?job=focus&image=evidence-2")
    until("the picture", lambda: browser.focused() == "inspect-title")
    for _ in range(24):
        ActionChains(browser.driver).send_keys(Keys.TAB).perform()
        expect(not browser.run(OUTSIDE), browser.run("return document.activeElement.outerHTML.slice(0, 120)"))
    browser.run(FOCUS, "#inspect-close")
    browser.click("#inspect-close")
    browser.gone(".inspector")
    expect(browser.run("return document.activeElement.dataset.asset") == "evidence-2", "the focus is lost")
    expect(not browser.run("return document.getElementById('bar').inert"), "the bar cannot be reached")
    browser.size()


@check("on another page the focus begins anew")
def _(rig, browser):
    browser.open("/")
    browser.click("nav a[href='/?measures']")
    browser.one("#measures")
    expect(browser.focused() == "main", browser.focused())
