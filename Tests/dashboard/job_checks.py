"""A job's page when the job goes, the server fails, or somebody leaves with a question open."""

from checks import check, delete, ended, expect, picture, sign_in
from processes import until


@check("a page whose job is deleted says so, whether the job had ended or nobody looked")
def _(rig, browser):
    dora = rig.keys["dora"] = rig.key("dora", "--scope", "submit,read,admin")
    sign_in(browser, dora)
    job = picture(rig, dora, "Let go of", "held back")
    browser.open(f"/?job={job}")
    browser.says("Live", ".live")
    browser.hide()
    rig.release()
    ended(rig, dora, job)
    delete(rig, dora, job)
    browser.hide(False)
    browser.says("This job was let go of.", "main")
    job = picture(rig, dora, "Over", "never to be")
    ended(rig, dora, job)
    browser.open(f"/?job={job}")
    browser.one("#sheet")
    browser.says("Ended", ".live")
    delete(rig, dora, job)
    browser.says("This job was let go of.", "main")
    browser.open("/?job=nothing-like-it")
    browser.says("There is no such job.", "main")
    sign_in(browser, rig.key("frank"))
    browser.open("/?owner=dora")
    browser.says("This key may not do that.", ".empty")
    expect(not browser.all(".note"), "it is said over and over")
    sign_in(browser, dora)


@check("a page that could not be read at first is read as soon as it can be")
def _(rig, browser):
    job = picture(rig, rig.keys["dora"], "Late", "never to be")
    browser.block("*/image-job*")
    browser.open(f"/?job={job}")
    browser.says("No connection", ".live")
    browser.block()
    browser.says("Late", "#sheet")
    browser.block("*/api/jobs*")
    browser.open()
    browser.says("No connection", ".live")
    browser.block()
    browser.says("Late", "#rows")


@check("a question goes with the page that asked it, and so does the slide show")
def _(rig, browser):
    erin = rig.keys["erin"] = rig.key("erin")
    job = rig.keys["foreign"] = picture(rig, erin, "Another's", "never to be")
    ended(rig, erin, job)
    page = f"/?job={job}&owner=erin"
    for button in ("#act-play", "#act-retry"):
        browser.open("/?owner=erin")
        browser.click("#rows a")
        browser.click(button)
        browser.one("dialog")
        browser.driver.back()
        browser.one("#rows")
        browser.gone("dialog")
    browser.open(page)
    browser.click("#act-play")
    browser.one("dialog")
    # Whatever it asks next is refused: nobody is signed in any more.
    browser.driver.delete_all_cookies()
    browser.run("document.querySelector('nav a').click()")
    browser.one("#key")
    browser.gone("dialog")
    sign_in(browser, rig.keys["dora"])


@check("an action is about the owner whose job was looked at, whoever is looked at when it is confirmed")
def _(rig, browser):
    browser.open(f"/?job={rig.keys['foreign']}&owner=erin")
    browser.one("#sheet")
    asked = browser.module(
        """
        const { setOwner, lookedAt } = await load("api.js");
        const { jobActions } = await load("jobActions.js");
        const before = lookedAt(), real = window.fetch, asked = [];
        const actions = jobActions("ferry", () => null, true);
        window.fetch = async (url) => { asked.push(url); return new Response("{}"); };
        setOwner(null);
        const done = actions.cancel();
        document.getElementById("ask-yes").click();
        await done;
        window.fetch = real;
        setOwner(before);
        return asked;
        """
    )
    expect(asked == ["/api/cases/ferry/cancel?owner=erin"], asked)


@check("clearing the model leaves it to the provider")
def _(rig, browser):
    dora = rig.keys["dora"]
    job = picture(rig, dora, "By whom", "never to be")
    ended(rig, dora, job)
    path = f"/api/cases/{job}/image-job"
    asset = rig.ask(dora, path)[1]["assets"][0]["id"]
    words = {"prompt": "never to be again", "model": "another-model"}
    status, _ = rig.ask(dora, f"/api/cases/{job}/assets/{asset}", "PATCH", words)
    expect(status == 202, status)
    ended(rig, dora, job)
    browser.open(f"/?job={job}&image={asset}")
    until("its model", lambda: browser.property("#model", "value") == "another-model")
    browser.write("#model", "")
    browser.click("#prompt-send")
    until("it to be the provider's", lambda: "model" not in rig.ask(dora, path)[1]["assets"][0])
    ended(rig, dora, job)


@check("the measures say whose they are, and their trend comes with them")
def _(rig, browser):
    browser.open("/?measures")
    browser.says("Of all owners", "#measures-whose")
    browser.one(".trend-plot")
    columns = "return document.querySelector('.trend-plot').querySelectorAll('rect').length"
    expect(browser.run(columns) == 12, browser.run(columns))
    asked = "return performance.getEntriesByType('resource').filter((one) => one.name.includes('/metrics/')).length"
    expect(browser.run(asked) == 1, browser.run(asked))
    browser.open("/?measures&owner=erin")
    browser.one(".measure")
    expect(not browser.all("#measures-whose"), "they are of one owner")


@check("another theme leaves what was written, and so does a refusal")
def _(rig, browser):
    browser.open("/?new")
    browser.write("#new-prompt", "A pier, half w")
    for _ in range(3):
        browser.click("#theme")
        expect(browser.focused() == "theme", browser.focused())
        expect(browser.property("#new-prompt", "value") == "A pier, half w", "what was written is gone")
    browser.click("#language")
    expect(browser.focused() == "language", browser.focused())
    browser.click("#language")
    browser.run("document.getElementById('new-prompt').value = 'x'.repeat(5000)")
    browser.click("#new-image button")
    browser.says("This is not right", "#new-image .problem")
    expect(len(browser.property("#new-prompt", "value")) == 5000, "what was written is gone")
