from dataclasses import replace

import pytest

from core.domain.marker import Marker, MarkerKind
from core.domain.units import NS_PER_S
from pages.figures import markers, palette
from tests.support.trades import START_NS, instrument

GRID = instrument()
MINUTE_NS = 60 * NS_PER_S
FOUND = Marker(
    kind=MarkerKind.BURST,
    side=1,
    event_ns=START_NS + 61 * NS_PER_S,
    known_ns=START_NS + 63 * NS_PER_S,
    price_ticks=600_000,
    value=8.123456,
    threshold=5.0,
    strength=0.384,
    reason="8 BTC bought in a second, 5 are needed",
)


def drawn(*found, **changes):
    return markers.draw(found, GRID, step_ns=MINUTE_NS, **changes).traces


def test_a_marker_belongs_to_the_candle_that_holds_its_event_not_the_one_in_which_it_was_known():
    (trace,) = drawn(replace(FOUND, known_ns=START_NS + 125 * NS_PER_S))
    assert trace["x"].tolist() == [(START_NS + MINUTE_NS) // 1_000_000]
    assert trace["at"].tolist() == [(START_NS + 61 * NS_PER_S) // 1_000_000]
    assert trace["known"].tolist() == [(START_NS + 125 * NS_PER_S) // 1_000_000]
    assert trace["y"].tolist() == [pytest.approx(60_000.0)]


def test_a_marker_says_its_reason_its_value_and_what_that_had_to_reach():
    (trace,) = drawn(FOUND)
    assert trace["reason"] == ["8 BTC bought in a second, 5 are needed"]
    assert (trace["value"], trace["threshold"]) == ([8.1235], [5.0])
    assert trace["strength"].tolist() == [38]
    assert trace["side"].tolist() == [1]


def test_kinds_are_told_by_shape_and_sides_by_colour_and_word():
    (trace,) = drawn(FOUND, replace(FOUND, kind=MarkerKind.SWEEP, side=-1))
    kinds = [trace["meta"]["kinds"][at] for at in trace["kind"].tolist()]
    assert [each["shape"] for each in kinds] == ["triangle", "chevrons"]
    assert [each["title"] for each in kinds] == ["Burst", "Book sweep"]
    assert (kinds[0]["up"], kinds[1]["down"]) == ("buying", "of bids")
    assert (trace["meta"]["buy"], trace["meta"]["sell"]) == (palette.BUY_MARK, palette.SELL_MARK)
    assert trace["side"].tolist() == [1, -1]


def test_every_kind_has_a_shape_of_its_own():
    assert set(markers.GLYPHS) == set(MarkerKind)
    assert len({each.shape for each in markers.GLYPHS.values()}) == len(MarkerKind)
    assert [kind for kind, each in markers.GLYPHS.items() if each.at_price] == [
        MarkerKind.LARGE_TRADE
    ]


def test_of_many_the_newest_are_sent():
    (trace,) = drawn(*(replace(FOUND, price_ticks=at) for at in range(markers.MOST + 7)))
    assert trace["y"].size == len(trace["reason"]) == markers.MOST
    assert trace["y"][0] == pytest.approx(0.7)


def test_rules_that_wait_are_told_even_where_nothing_was_found():
    (trace,) = drawn(waits=["Bursts: too few seconds"])
    assert trace["meta"]["waits"] == ["Bursts: too few seconds"]
    assert trace["x"].size == 0


def test_without_a_marker_and_without_a_wait_there_is_no_trace():
    assert drawn() == []
