"""What checks of the dashboard have in common: their list, the case that they make, and what axe found meanwhile."""

from processes import until

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


def sign_in(browser, key):
    """Whoever was signed in before is not any more."""
    browser.open()
    browser.driver.delete_all_cookies()
    browser.open()
    browser.write("#key", key["key"])
    browser.click("form button")
    browser.one("#rows")


def picture(rig, key, title, prompt):
    """Asks for one picture; the job's id."""
    status, job = rig.ask(key, "/api/image/generate", "POST", {"prompt": prompt, "title": title})
    expect(status == 202, (status, job))
    return job["jobId"]


def ended(rig, key, job):
    """Waits until the job has ended, by the API."""
    path = f"/api/cases/{job}/image-job"
    until(f"the end of {job}", lambda: rig.ask(key, path)[1]["final"])


def delete(rig, key, job):
    status, _ = rig.ask(key, f"/api/admin/jobs/{job}", "DELETE")
    expect(status == 200, status)


def case(name, held="held back"):
    words = ["a torn ticket", "a dented case", "a bloodstained glove", f"a ledger, {held}", "a key", "plain"]
    evidence = [{"id": f"evidence-{n + 1}", "name": NAMES[n], "description": words[n]} for n in range(len(NAMES))]
    locations = [{"id": "location-1", "name": "Old Lighthouse", "description": "never to be seen"}]
    return {"caseId": name, "evidence": evidence, "locations": locations}


def axe(browser, page, again=None):
    """Notes what is hard to use for some, in both languages and themes. Another language closes what is open above the
    page: `again` opens it."""
    for _ in range(2):
        for theme in ("dark", "light"):
            browser.media(theme)
            language = browser.run("return document.documentElement.lang")
            FINDINGS.extend(f"{page}, {language}, {theme}: {problem}" for problem in browser.problems())
        # The button draws the page anew; the address stays, and so the page.
        browser.run("document.getElementById('language').click()")
        browser.one("main h1, main h2")
        if again:
            again()
    browser.media()
