from dataclasses import replace

import numpy as np
import pytest

from core.calc.icebergs import Iceberg
from core.calc.wall_events import WallEvent, WallEventKind
from core.domain.arrays import BookSide
from core.domain.units import NS_PER_MINUTE, NS_PER_MS, NS_PER_S
from data.views.walls import WallsView
from pages.figures import palette, walls
from pages.figures.liquidations import MARK
from tests.support.trades import START_NS, instrument

PERP = instrument()
NOW_NS = START_NS + 5 * NS_PER_MINUTE


def wall(side, ticks, lots, kind=WallEventKind.CREATED, **changes):
    made = WallEvent(
        kind=kind,
        side=side,
        price_ticks=ticks,
        event_ns=START_NS + NS_PER_MINUTE,
        known_ns=START_NS + NS_PER_MINUTE + NS_PER_S,
        since_ns=START_NS,
        size_lots=lots,
        peak_lots=lots,
        least_lots=1_000,
        added_lots=0,
        filled_lots=0,
        cancelled_lots=0,
        distance_bps=5.0,
        is_near=True,
    )
    return replace(made, **changes)


def view(standing=(), ended=(), icebergs=(), **changes):
    made = WallsView(
        PERP, tuple(standing), tuple(ended), tuple(icebergs), START_NS, "", is_live=True
    )
    return replace(made, **changes)


def pulled(**changes):
    return wall(BookSide.ASK, 1_000, 0, WallEventKind.PULLED, **{"peak_lots": 2_000} | changes)


def draw(found, *, span=(99.0, 101.0), marks=True):
    return walls.draw(found, step_ns=NS_PER_MINUTE, now_ns=NOW_NS, span=span, marks=marks)


def test_a_wall_is_a_line_from_when_it_was_first_seen_until_now():
    (line,) = draw(view([wall(BookSide.BID, 1_000, 1_500)])).traces
    half_ms = 30_000
    assert line["x"].tolist()[:2] == [
        START_NS // NS_PER_MS - half_ms,
        NOW_NS // NS_PER_MS - half_ms,
    ]
    assert np.array_equal(line["y"], [100.0, 100.0, np.nan], equal_nan=True)
    assert line["line"] == {"color": palette.faded(palette.BUY, 0.75), "width": 1.2}


def test_the_larger_it_is_the_thicker_its_line_and_asks_are_red():
    found = [wall(BookSide.ASK, 1_010, lots) for lots in (9_000, 3_000, 1_500)]
    lines = draw(view(found)).traces
    assert [each["line"]["width"] for each in lines] == [4.0, 2.4, 1.2]
    assert {each["line"]["color"] for each in lines} == {palette.faded(palette.SELL, 0.75)}


def test_the_largest_that_are_seen_have_a_label_with_size_and_age():
    found = [wall(BookSide.BID, 1_000 - n, 9_000 - n) for n in range(6)]
    labels = draw(view([wall(BookSide.BID, 500, 99_000), *found])).annotations
    assert [each["y"] for each in labels] == pytest.approx([100.0, 99.9, 99.8, 99.7])
    assert labels[0]["text"] == "wall 9.000, 5 min"
    assert draw(view(found), span=None).annotations == []


def test_ends_and_levels_filled_up_again_are_marks_with_their_reasons():
    eaten = wall(
        BookSide.BID, 1_000, 0, WallEventKind.EATEN, peak_lots=4_000, filled_lots=3_900,
        cancelled_lots=100,
    )  # fmt: skip
    iceberg = Iceberg(BookSide.ASK, 1_010, START_NS, START_NS + 1, START_NS, 900, 300, 3, 5)
    (marks,) = draw(view(ended=[eaten], icebergs=[iceberg])).traces
    assert marks["meta"]["kind"] == MARK
    titles = [marks["meta"]["kinds"][at]["title"] for at in marks["kind"]]
    assert titles == ["Wall eaten", "Level filled up again and again"]
    assert marks["reason"] == [
        "it stood 1 min; 3.900 BTC filled, 0.100 went that no trade accounts for",
        "0.900 BTC filled while 0.300 showed at most, filled up 3 times or more",
    ]
    assert (marks["value"], marks["threshold"]) == ([4.0, 0.9], [1.0, 0.3])
    assert marks["strength"].tolist() == [75, 67]
    assert draw(view(ended=[eaten]), marks=False).traces == []


def test_a_wall_that_was_pulled_is_a_dashed_line_for_as_long_as_it_stood():
    dashed, _ = draw(view(ended=[pulled(), pulled(peak_lots=9_000)])).traces[:2]
    assert dashed["line"] == {
        "color": palette.faded(palette.SELL, 0.75),
        "width": 2.4,
        "dash": "dash",
    }
    half_ms = 30_000
    assert dashed["x"].tolist()[:2] == [
        START_NS // NS_PER_MS - half_ms,
        (START_NS + NS_PER_MINUTE) // NS_PER_MS - half_ms,
    ]
    assert np.array_equal(dashed["y"], [100.0, 100.0, np.nan], equal_nan=True)
    assert draw(view(ended=[pulled()]), marks=False).traces == []


def test_a_wall_that_trades_took_and_one_that_stands_are_not_dashed():
    eaten = wall(BookSide.BID, 990, 0, WallEventKind.EATEN, peak_lots=4_000)
    traces = draw(view([wall(BookSide.BID, 1_000, 1_500)], ended=[eaten])).traces
    assert [each.get("line", {}).get("dash") for each in traces] == [None, None]


def test_what_went_by_no_trade_is_an_unattributed_reduction():
    _, marks = draw(view(ended=[pulled()])).traces
    assert marks["meta"]["kinds"][0]["title"] == "Wall gone by an unattributed reduction"


@pytest.mark.parametrize(
    "changes",
    [{"is_near": False}, {"peak_lots": 1_999}, {"event_ns": START_NS + 9 * NS_PER_S}],
)
def test_one_that_went_from_afar_or_soon_or_was_hardly_a_wall_is_not_marked(changes):
    assert draw(view(ended=[pulled(**changes)])).traces == []


def test_where_nothing_can_be_said_a_note_says_why():
    words = [
        draw(each).annotations[-1]["text"]
        for each in (
            view(is_live=False),
            view(since_ns=None),
            view(not_ready="12 of 500 sizes of levels were seen"),
        )
    ]
    assert words == [
        "Walls: the book of Binance is not live",
        "Walls: the next change of the book of Binance is awaited",
        "Walls: not ready yet; 12 of 500 sizes of levels were seen",
    ]
    assert draw(view()).annotations == []
