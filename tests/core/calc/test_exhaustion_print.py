import pytest
from hypothesis import given

from core.calc.exhaustion_print import ExhaustionPrint, Measure, exhaustion_print
from core.calc.footprint import footprint
from tests.support.tapes import tapes
from tests.support.trades import trades
from tests.support.vectors import vector

NEITHER = ExhaustionPrint(high=False, low=False)


def bar_of(rows):
    """The footprint of rows of (sell lots, buy lots), ascending from tick 100."""
    cells = [
        (0, 100 + at, lots, side)
        for at, pair in enumerate(rows)
        for lots, side in zip(pair, (-1, 1), strict=True)
        if lots
    ]
    return footprint(trades(*cells), open_ns=0, ticks_per_row=1)


def test_the_prints_are_those_of_the_vector():
    case = vector("footprint-stacked")
    bar = bar_of([(row["bid"], row["ask"]) for row in case["inputs"]])
    found = exhaustion_print(bar, rows=case["params"]["exhaustion_rows"])
    assert found.high == case["expected"]["exhaustion_high_on_ask"]
    assert found.low == case["expected"]["exhaustion_low_on_bid"]


@given(tapes(ticks=(1, 5), max_size=25))
def test_turning_the_bar_upside_down_swaps_the_extremes(rows):
    turned = rows.copy()
    turned["price_ticks"], turned["aggressor"] = -rows["price_ticks"], -rows["aggressor"]
    bar, flipped = (footprint(each, open_ns=0, ticks_per_row=1) for each in (rows, turned))
    for measure in Measure:
        found = exhaustion_print(bar, rows=2, measure=measure)
        mirrored = exhaustion_print(flipped, rows=2, measure=measure)
        assert (found.high, found.low) == (mirrored.low, mirrored.high)


def test_equal_neighbours_and_too_few_rows_are_no_signal():
    assert exhaustion_print(bar_of([(1, 0), (2, 0), (2, 0)])) == NEITHER
    assert exhaustion_print(bar_of([(1, 0), (2, 0), (3, 0)])) == ExhaustionPrint(
        high=False, low=True
    )
    assert exhaustion_print(bar_of([(1, 0), (2, 0)])) == NEITHER


def test_a_row_in_which_nothing_traded_is_no_signal():
    found = exhaustion_print(bar_of([(9, 0), (0, 0), (0, 5), (0, 3)]))
    assert not found.high


def test_the_measure_chooses_whose_volume_counts():
    bar = bar_of([(0, 9), (5, 6), (4, 5), (3, 6)])
    assert exhaustion_print(bar, measure=Measure.OPPOSITE).high
    assert not exhaustion_print(bar).high
    assert not exhaustion_print(bar, measure=Measure.TOTAL).high


def test_one_row_cannot_grow():
    with pytest.raises(ValueError, match="at least two rows"):
        exhaustion_print(bar_of([(1, 1)]), rows=1)
