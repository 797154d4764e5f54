"""Zones, unfinished auctions and exhaustion prints as they are drawn."""

import numpy as np
import pytest

from core.calc.zones import Zone
from core.domain.units import NS_PER_MINUTE, NS_PER_MS
from data.views.exhaustion_prints import ExhaustionPrintsView
from data.views.unfinished import UnfinishedExtreme, UnfinishedView
from data.views.zones import ZonesView
from pages.figures import exhaustion_prints, palette, unfinished, zones
from tests.support.trades import START_NS, instrument

GRID = instrument(tick="0.5")
NEWEST_NS = START_NS + 60 * NS_PER_MINUTE


def minute(at):
    return START_NS + at * NS_PER_MINUTE


def zone(at, low=100, *, side=1, rows=3, end=None):
    end_ns = None if end is None else minute(end)
    high = low + 2 * rows - 1
    return Zone(side, rows, low, high, 50, minute(at), minute(at + 1), end_ns)


def drawn_zones(holding=(), ended=(), *, frac=1.0, shown=(90, 130), last=110):
    view = ZonesView(GRID, 2, tuple(holding), tuple(ended), frac)
    return zones.draw(view, newest_ns=NEWEST_NS, shown=shown, last_ticks=last)


def corners(trace):
    """(first, last, lowest, highest) of each closed piece, in minutes and prices."""
    x = (trace["x"].reshape(-1, 6)[:, :5] * NS_PER_MS - START_NS) / NS_PER_MINUTE
    y = trace["y"].reshape(-1, 6)
    assert np.isnan(y[:, 5]).all()
    y = y[:, :5]
    assert (x[:, 0] == x[:, 4]).all()
    assert (y[:, 0] == y[:, 4]).all()
    both = x.min(1), x.max(1), y.min(1), y.max(1)
    return list(zip(*(each.tolist() for each in both), strict=True))


def test_a_zone_reaches_from_its_candle_to_its_end_or_to_now_and_over_its_rows():
    part = drawn_zones([zone(5), zone(7, 200)], [zone(1, 80, end=9)])
    ended, holding, _ = part.traces
    assert corners(holding) == [(5, 60, 49.75, 52.75), (7, 60, 99.75, 102.75)]
    assert corners(ended) == [(1, 9, 39.75, 42.75)]
    assert {each["fill"] for each in (ended, holding)} == {"toself"}


def test_of_a_zone_that_holds_the_edge_that_ends_it_is_a_line():
    part = drawn_zones([zone(5), zone(7, 200), zone(6, side=-1)], [zone(1, 80, end=9)])
    buys, sells = (each for each in part.traces if "fill" not in each)
    np.testing.assert_array_equal(buys["y"], [49.75, 49.75, np.nan, 99.75, 99.75, np.nan])
    np.testing.assert_array_equal(sells["y"], [52.75, 52.75, np.nan])
    assert buys["x"][::3].tolist() == [minute(at) // NS_PER_MS for at in (5, 7)]
    assert sells["x"][1] == NEWEST_NS // NS_PER_MS


def test_those_of_buyers_are_green_and_those_of_sellers_red():
    part = drawn_zones([zone(5), zone(6, side=-1)])
    colours = [each["fillcolor"] for each in part.traces if "fill" in each]
    assert colours == [palette.faded(palette.BUY, 0.24), palette.faded(palette.SELL, 0.24)]
    assert len(part.traces) == 4
    assert part.shapes == []


def test_only_the_four_nearest_that_hold_are_named_on_the_axis():
    holding = [zone(at, 100 + 10 * at, rows=3 + at % 2) for at in range(8)]
    part = drawn_zones(holding, [zone(1, 150, end=3)], last=150)
    assert [each["text"] for each in part.annotations] == [
        "Buy zone ×4",
        "Buy zone ×3",
        "Buy zone ×3",
        "Buy zone ×4",
    ]
    assert [each["y"] for each in part.annotations] == [76.75, 71.25, 81.25, 66.75]


def test_a_zone_far_from_what_is_shown_is_not_named():
    assert drawn_zones([zone(5, 500, side=-1)]).annotations == []
    (label,) = drawn_zones([zone(5, 160, side=-1)]).annotations
    assert label["text"] == "Sell zone ×3"
    assert label["font"]["color"] == palette.SELL


def rays(extremes=(), finished=(), *, frac=1.0, **look):
    def made(rows):
        return tuple(
            UnfinishedExtreme(1, ticks, minute(at), minute(at + 1), end and minute(end))
            for ticks, at, end in rows
        )

    view = UnfinishedView(GRID, made(extremes), made(finished), frac)
    return unfinished.draw(view, newest_ns=NEWEST_NS, **look)


def test_a_ray_goes_from_its_candle_to_now_dotted_with_a_gap_before_the_next():
    (trace,) = rays([(100, 3, None), (120, 5, None)], [(90, 1, 4)]).traces
    np.testing.assert_array_equal(trace["y"], [50, 50, np.nan, 60, 60, np.nan])
    assert trace["x"][[0, 1, 3]].tolist() == [
        each // NS_PER_MS for each in (minute(3), NEWEST_NS, minute(5))
    ]
    assert trace["line"]["dash"] == "dot"
    assert not trace["connectgaps"]


def test_those_finished_end_where_price_came_back_and_are_fainter():
    faint, clear = rays([(100, 3, None)], [(90, 1, 4)], with_finished=True).traces
    assert faint["x"][:2].tolist() == [minute(1) // NS_PER_MS, minute(4) // NS_PER_MS]
    assert faint["line"]["color"] == palette.faded(palette.UNFINISHED, 0.35)
    assert clear["line"]["color"] == palette.faded(palette.UNFINISHED, 0.85)


def prints(*rows, frac=1.0):
    columns = np.array(rows, np.int64).reshape(-1, 4).T
    view = ExhaustionPrintsView(GRID, minute(columns[0]), *columns[1:], frac)
    return exhaustion_prints.draw(view, step_ns=NS_PER_MINUTE)


def test_a_bracket_beside_the_candle_reaches_over_the_rows_looked_at():
    high, low = prints((3, 1, 120, 115), (3, -1, 100, 105), (4, -1, 90, 95)).traces
    np.testing.assert_array_equal(high["y"], [60.25, 60.25, 57.25, 57.25, np.nan])
    np.testing.assert_array_equal(low["y"][:4], [49.75, 49.75, 52.75, 52.75])
    assert low["y"].size == 10
    after_ms = high["x"] - minute(3) // NS_PER_MS
    assert 0 < after_ms.min() < after_ms.max() < 30_000
    assert (high["line"]["color"], low["line"]["color"]) == (palette.SELL_MARK, palette.BUY_MARK)


@pytest.mark.parametrize("draw", [drawn_zones, rays, prints])
def test_while_the_past_is_read_a_note_says_so(draw):
    assert draw().annotations == []
    (note,) = draw(frac=0.25).annotations
    assert note["text"].endswith("reading the past, 25 %")
    assert draw().traces == []
