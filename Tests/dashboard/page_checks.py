"""What holds on every page: connections that are lost, other sites, languages, themes, sizes, keys that end."""

import http.server
import threading

from checks import JOB, NAMES, axe, case, check, expect
from processes import until
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

CHOOSE = """
const field = document.querySelector(arguments[0]);
field.value = arguments[1];
field.dispatchEvent(new Event("change"));
"""


@check("without events the page asks instead, and fills in all the same")
def _(rig, browser):
    browser.block("*/events*")
    rig.ask(rig.keys["alice"], "/api/generate-case", "POST", case("polled"))
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
    words = {"prompt": "after it all", "title": "Afterwards"}
    status, _ = rig.ask(rig.keys["alice"], "/api/image/generate", "POST", words)
    expect(status == 202, status)
    browser.says("Afterwards", "#rows")


@check("another site cannot use the session")
def _(rig, browser):
    target = f"{rig.control.url}/api/cases/polled/retry"
    page = f"""<!doctype html><title>elsewhere</title><form method=post action="{target}"></form><script>
        const ask = (mode) => fetch("{target}", {{ method: "POST", mode, credentials: "include" }});
        window.answers = Promise.allSettled([ask("no-cors"), ask("cors")]);
    </script>"""
    _, before = rig.ask(rig.keys["alice"], "/api/cases/polled/image-job")
    server = _serve(page)
    browser.driver.get(f"http://localhost:{server.server_address[1]}/")
    browser.driver.execute_async_script("window.answers.then(arguments[arguments.length - 1])")
    browser.run("document.forms[0].submit()")
    browser.says("unauthorized")
    server.shutdown()
    _, after = rig.ask(rig.keys["alice"], "/api/cases/polled/image-job")
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
    browser.run(CHOOSE, "#family", "case")
    browser.says("2 jobs", ".found")
    browser.run(CHOOSE, "#family", "")
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
    picture = "/?job=polled&image=evidence-3"
    pages = {"list": "/", "job": JOB, "picture": picture, "measures": "/?measures", "new": "/?new"}
    for name, path in pages.items():
        for width, kind in ((1280, "wide"), (390, "phone")):
            browser.size(width, 900 if kind == "wide" else 844, 1 if kind == "wide" else 2, kind == "phone")
            browser.open(path)
            browser.one("main h1, main h2")
            if name in ("job", "picture"):
                browser.one(".lane")
            expect(browser.overflow() <= 0, f"{name} at {width} is {browser.overflow()} pixels too wide")
            browser.shot(f"ja-light-{name}-{kind}")
    browser.open(picture)
    for words in ("プロバイダーがこの画像を拒否しました (PROHIBITED_CONTENT)", "プロバイダーがこの内容を拒否しました", "リトライ回数: 0/", "再試行", "ローカル生成に切り替え"):
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
