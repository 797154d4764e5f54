from core.domain.units import NS_PER_MINUTE, NS_PER_MS
from pages.figures import gaps
from tests.support.trades import START_NS

MINUTE_MS = NS_PER_MINUTE / NS_PER_MS
START_MS = START_NS / NS_PER_MS


def drawn(*spans):
    return gaps.draw(tuple(spans), step_ns=NS_PER_MINUTE)


def test_a_gap_shades_every_bar_that_it_touches():
    part = drawn((START_NS + 1, START_NS + NS_PER_MINUTE + 1))
    (band,) = part.shapes
    assert (band["x0"], band["x1"]) == (START_MS - MINUTE_MS / 2, START_MS + 1.5 * MINUTE_MS)
    assert part.annotations[0]["text"] == "trades missing"


def test_a_gap_that_ends_with_a_bar_does_not_touch_the_next():
    (band,) = drawn((START_NS, START_NS + NS_PER_MINUTE)).shapes
    assert band["x1"] == START_MS + MINUTE_MS / 2


def test_without_gaps_nothing_is_drawn():
    assert drawn().shapes == []
    assert drawn().annotations == []


def test_gaps_in_neighbouring_bars_are_one_band_and_none_is_left_out():
    near = [(START_NS + at * NS_PER_MINUTE, START_NS + at * NS_PER_MINUTE + 1) for at in range(9)]
    (band,) = drawn(*reversed(near)).shapes
    assert (band["x0"], band["x1"]) == (START_MS - MINUTE_MS / 2, START_MS + 8.5 * MINUTE_MS)
    apart = [
        (START_NS + at * NS_PER_MINUTE, START_NS + at * NS_PER_MINUTE + 1)
        for at in range(0, 200, 2)
    ]
    assert len(drawn(*apart).shapes) == 100
