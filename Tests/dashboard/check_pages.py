"""Drives the dashboard in a real browser against the real programs. Each check goes on where the one before left the page."""

import os
import sys
import tempfile
import traceback

import case_checks  # noqa: F401 - these are the checks, in this order
import page_checks  # noqa: F401
import list_checks  # noqa: F401
import job_checks  # noqa: F401
import focus_checks  # noqa: F401
import module_checks  # noqa: F401
import last_checks  # noqa: F401
from browser import SHOTS, Browser
from checks import CHECKS, SCENARIO, expect
from processes import Rig


def main():
    os.makedirs(SHOTS, exist_ok=True)
    failed = 0
    with tempfile.TemporaryDirectory() as directory:
        rig = Rig(directory, SCENARIO)
        browser = None
        try:
            rig.keys = {"alice": rig.key("alice"), "second": rig.key("alice")}
            browser = Browser(rig.control.url)
            for number, (name, function) in enumerate(CHECKS):
                try:
                    function(rig, browser)
                    complaints = browser.complaints()
                    expect(not complaints, f"the browser complained: {complaints[:2]}")
                    print(f"PASS dashboard: {name}", flush=True)
                except Exception as error:  # noqa: BLE001 - whatever went wrong, it is told
                    failed += 1
                    browser.driver.save_screenshot(os.path.join(SHOTS, f"failed-{number}.png"))
                    reason = " ".join(f"{type(error).__name__}: {error}".split())[:600]
                    print(f"FAIL dashboard: {name}: {reason}", flush=True)
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
