import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.calc.bars import time_bars
from core.calc.fixed_absorption import CLASSIC, FixedAbsorptionRule, fixed_absorption
from core.domain.arrays import empty_bars
from core.domain.marker import MarkerKind
from core.domain.units import NS_PER_S
from tests.support.tapes import long_tapes
from tests.support.trades import START_NS, instrument, trades


def find(*rows, step="1", **how):
    """Trades of (second, ticks, lots, side)."""
    bars = time_bars(trades(*rows), step_ns=NS_PER_S)
    return fixed_absorption(bars, instrument(step=step), **how)


def test_the_classic_thresholds_are_those_that_circulate():
    assert (
        FixedAbsorptionRule(window_s=5, most_range_frac=0.0005, least_ratio=2.0, above_base=100.0)
        == CLASSIC
    )


@pytest.mark.parametrize("side", [1, -1])
def test_much_of_one_side_in_a_narrow_range_is_marked_when_its_second_is_over(side):
    (marker,) = find(
        (0, 100_000, 30, side), (1, 100_001, 41, -side), (2.5, 100_040, 60, -side)
    ).found
    assert (marker.kind, marker.side) == (MarkerKind.ABSORPTION, side)
    assert marker.known_ns == START_NS + 3 * NS_PER_S
    assert marker.event_ns == START_NS + 2 * NS_PER_S
    assert marker.price_ticks == (100_000 if side > 0 else 100_040)
    assert (marker.value, marker.threshold) == (131.0, 100.0)
    words = ("Sellers", "buyers") if side > 0 else ("Buyers", "sellers")
    assert marker.reason == (
        f"{words[0]} took 101 BTC and {words[1]} 30 in 5 s within 0.05 % of the price "
        "(fixed thresholds)."
    )


@pytest.mark.parametrize(
    ("rows", "count"),
    [
        ([(0, 100_000, 101, -1)], 1),
        ([(0, 100_000, 100, -1)], 0),
        ([(0, 100_000, 80, -1), (1, 100_000, 40, 1)], 1),
        ([(0, 100_000, 80, -1), (1, 100_000, 41, 1)], 0),
        ([(0, 100_000, 60, -1), (1, 100_049, 60, -1)], 1),
        ([(0, 100_000, 60, -1), (1, 100_050, 60, -1)], 0),
        ([(0, 100_000, 60, -1), (4.9, 100_000, 60, -1)], 1),
        ([(0, 100_000, 60, -1), (5, 100_000, 60, -1)], 0),
        ([(0, 100_000, 300, 0)], 0),
        ([(0, 100_000, 60, -1), (1, 100_000, 60, 0)], 1),
    ],
)
def test_each_threshold_has_its_edge(rows, count):
    assert len(find(*rows).found) == count


def test_size_is_measured_in_base_coins():
    assert find((0, 100_000, 150, -1), step="0.5").found == ()


def test_no_window_touches_a_gap():
    gap = (START_NS - 2 * NS_PER_S, START_NS - NS_PER_S)
    assert find((0, 100_000, 300, -1), gaps_ns=[gap]).found == ()


def test_without_trades_it_says_so():
    found = fixed_absorption(empty_bars(), instrument())
    assert (found.found, found.not_ready) == ((), "no trades are known")


@given(long_tapes(count=2_000), st.integers(1, 2_000))
@settings(max_examples=30, deadline=None)
def test_what_was_known_never_changes(tape, cut):
    rule = FixedAbsorptionRule(window_s=1, least_ratio=1.05, above_base=10.0)
    until_ns = int(tape["ts_event_ns"][cut - 1])

    def known(rows):
        bars = time_bars(rows, step_ns=NS_PER_S)
        found = fixed_absorption(bars, instrument(step="1"), rule=rule).found
        return [each for each in found if each.known_ns <= until_ns]

    assert known(tape[:cut]) == known(tape)
