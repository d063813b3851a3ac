"""A browser without a window, driven by Debian's chromedriver."""

import os

from processes import until
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

AXE = os.environ["DARKROOM_AXE"]
SHOTS = os.environ["DARKROOM_SHOTS"]
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
CHROMEDRIVER = os.environ.get("CHROMEDRIVER", "/usr/bin/chromedriver")

MODULE = """
const given = [...arguments].slice(0, -1), done = arguments[arguments.length - 1];
const place = document.querySelector("script[type=module]").src;
const load = (name) => import(new URL(name, place));
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
(async () => { %s })().then((value) => done({ value }), (error) => done({ error: String(error.stack ?? error) }));
"""


class Browser:
    def __init__(self, url):
        self.url = url
        options = webdriver.ChromeOptions()
        options.binary_location = CHROMIUM
        for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Service(CHROMEDRIVER))
        self.driver.set_script_timeout(120)
        self.size()
        self.media()

    def quit(self):
        self.driver.quit()

    def size(self, width=1280, height=900, scale=1, mobile=False):
        metrics = {"width": width, "height": height, "deviceScaleFactor": scale, "mobile": mobile}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def media(self, theme="dark", motion="no-preference"):
        features = [
            {"name": "prefers-color-scheme", "value": theme},
            {"name": "prefers-reduced-motion", "value": motion},
        ]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    def language(self, name):
        self.run("localStorage.setItem('darkroom.language', arguments[0])", name)

    def block(self, *patterns):
        """Requests to these addresses fail from now on."""
        self.driver.execute_cdp_cmd("Network.enable", {})
        self.driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": list(patterns)})

    def hide(self, hidden=True):
        """As if somebody looked at another tab; with False as if they came back."""
        self.run(
            "Object.defineProperty(document, 'hidden', { configurable: true, value: arguments[0] });"
            "document.dispatchEvent(new Event('visibilitychange'))",
            hidden,
        )

    def module(self, body, *arguments):
        """What the body of an async function gives that has `given` and may `load` the page's own modules."""
        found = self.driver.execute_async_script(MODULE % body, *arguments)
        if "error" in found:
            raise AssertionError(found["error"])
        return found.get("value")

    def open(self, path="/"):
        self.driver.get(self.url + path)

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector):
        """The first element that is seen, once there is one."""
        return until(selector, lambda: next((found for found in self.all(selector) if _is_seen(found)), None))

    def gone(self, selector):
        until(f"no {selector}", lambda: not any(_is_seen(found) for found in self.all(selector)))

    def click(self, selector):
        """Clicks the first that is seen, whatever lies above it: notes go by themselves."""
        until(
            selector,
            lambda: self.run(
                "const found = [...document.querySelectorAll(arguments[0])].find((one) => one.checkVisibility());"
                "found?.scrollIntoView({ block: 'center' }); found?.click(); return found !== undefined",
                selector,
            ),
        )

    def write(self, selector, text):
        element = self.one(selector)
        element.clear()
        element.send_keys(text)

    def property(self, selector, name):
        """Of the first that is there; in one step, for the page may draw it anew at any time."""
        script = "return document.querySelector(arguments[0])?.[arguments[1]] ?? null"
        until(selector, lambda: self.all(selector))
        return self.run(script, selector, name)

    def text(self, selector="body"):
        return self.run("return document.querySelector(arguments[0])?.innerText ?? ''", selector)

    def says(self, text, selector="body"):
        until(f"{selector} to say {text!r}", lambda: text in self.text(selector))

    def focused(self):
        """The id of what has the focus."""
        return self.run("return document.activeElement?.id ?? null")

    def frames(self):
        """The contact sheet: each picture's state by its id."""
        script = "return [...document.querySelectorAll('.frame')].map((one) => [one.dataset.asset, one.dataset.state])"
        return dict(self.run(script))

    def rest(self):
        """Waits until nothing moves any more, but for what moves for ever."""
        until(
            "animations to end",
            lambda: self.run(
                "return document.getAnimations().every((one) => one.playState !== 'running'"
                " || one.effect.getTiming().iterations === Infinity)"
            ),
        )

    def shot(self, name):
        """Keeps what is seen, once its pictures are there and nothing moves any more."""
        until(
            "pictures to be there",
            lambda: self.run(
                "return [...document.images].every((one) => one.complete || one.getBoundingClientRect().top > innerHeight)"
            ),
        )
        self.rest()
        self.driver.save_screenshot(os.path.join(SHOTS, f"{name}.png"))

    def problems(self):
        """What axe finds that is serious or critical, in words."""
        # Colours change from one theme to the other in a moment, and are neither meanwhile.
        self.rest()
        with open(AXE, encoding="utf-8") as script:
            self.run(script.read())
        done = "const done = arguments[arguments.length - 1]; axe.run().then((found) => done(found.violations), done)"
        found = self.driver.execute_async_script(done)
        return [
            f"{one['id']} ({one['impact']}): {one['nodes'][0]['html'][:160]} … {len(one['nodes'])} in all"
            for one in found
            if one["impact"] in ("serious", "critical")
        ]

    def overflow(self):
        """By how many pixels the page is wider than the window."""
        return self.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth")

    def complaints(self):
        """What the browser complained of since it was asked last: errors of scripts, breaches of the policy."""
        lines = [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE"]
        return [line for line in lines if "Failed to load resource" not in line]


def _is_seen(element):
    try:
        return element.is_displayed()
    except StaleElementReferenceException:
        return False
