import numpy as np

from core.calc.naked_poc import UNTOUCHED, NakedPoc
from core.domain.units import NS_PER_DAY, NS_PER_HOUR, NS_PER_MS
from data.views.naked_poc import NakedPocView
from pages.figures import naked_poc
from tests.support.trades import START_NS, instrument

GRID = instrument(tick="0.5")
MIDNIGHT_NS = START_NS // NS_PER_DAY * NS_PER_DAY
NOW_NS = MIDNIGHT_NS + 5 * NS_PER_HOUR
TOUCH_NS = MIDNIGHT_NS + NS_PER_HOUR


def view(*rows):
    """Rows of (poc_ticks, touched_ns, is_exact), the last session ended at midnight."""
    pocs, touched, exact = zip(*rows, strict=True) if rows else ((), (), ())
    known = MIDNIGHT_NS - NS_PER_DAY * np.arange(len(rows))[::-1]
    found = NakedPoc(np.array(pocs, np.int64), known, np.array(touched, np.int64))
    return NakedPocView(GRID, 5, found, np.array(exact, np.bool_))


def draw(found, **more):
    return naked_poc.draw(found, newest_ns=NOW_NS, shown=(180, 220), **more)


def test_a_ray_goes_from_its_session_to_the_newest_bar_at_the_middle_of_the_row():
    part = draw(view((200, UNTOUCHED, True)))
    (ray,), (label,) = part.traces, part.annotations
    assert ray["x"][:2].tolist() == [MIDNIGHT_NS // NS_PER_MS, NOW_NS // NS_PER_MS]
    np.testing.assert_array_equal(ray["y"], [101.0, 101.0, np.nan])
    assert ray["line"]["dash"] == "solid"
    assert (label["text"], label["y"], label["xref"]) == ("nPOC 13 Nov", 101.0, "paper")


def test_one_that_was_touched_is_drawn_only_on_request_and_only_until_then():
    found = view((200, TOUCH_NS, True), (210, UNTOUCHED, True))
    assert len(draw(found).traces) == 1
    _, touched = draw(found, with_touched=True).traces
    assert touched["x"][1] == TOUCH_NS // NS_PER_MS
    assert len(draw(found, with_touched=True).annotations) == 1


def test_one_of_minutes_is_dashed_and_its_label_says_about():
    part = draw(view((200, UNTOUCHED, False), (210, UNTOUCHED, True)))
    assert [ray["line"]["dash"] for ray in part.traces] == ["solid", "dash"]
    assert [each["text"] for each in part.annotations] == ["≈nPOC 12 Nov", "nPOC 13 Nov"]


def test_one_far_from_the_pane_has_no_label():
    part = draw(view((500, UNTOUCHED, True), (250, UNTOUCHED, True)))
    assert [each["y"] for each in part.annotations] == [126.0]
    assert len(part.traces[0]["x"]) == 6


def test_without_sessions_nothing_is_drawn():
    assert draw(view()).traces == []
