"""What checks of the dashboard have in common: their list, the case that they make, and what axe found meanwhile."""

NAMES = [
    "Torn Ferry Ticket",
    "Silver Cigarette Case",
    "Bloodstained Glove",
    "Keeper's Logbook",
    "Brass Lamp Key",
    '<img src=x onerror="window.hacked=1">',
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

CHECKS = []
FINDINGS = []


def check(name):
    def add(function):
        CHECKS.append((name, function))
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
            FINDINGS.extend(f"{page}, {language}, {theme}: {problem}" for problem in browser.problems())
        # The button draws the page anew; the address, and so the page, stays.
        browser.run("document.getElementById('language').click()")
        browser.one("main h1, main h2")
    browser.media()
