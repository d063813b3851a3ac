"""What all the checks before have found together."""

from checks import FINDINGS, check, expect


@check("no page has a serious or critical finding of axe, in any language or theme")
def _(rig, browser):
    expect(not FINDINGS, "; ".join(FINDINGS))
