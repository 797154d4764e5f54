from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.bars import time_bars
from core.calc.stop_grab import stop_grab
from core.calc.stop_grab_rule import CLASSIC, StopGrabRule
from core.domain.arrays import BAR_DTYPE, empty_bars
from core.domain.marker import MarkerKind
from tests.support.tapes import tapes
from tests.support.trades import START_NS, instrument, random_trades
from tests.support.vectors import vector, whole

M = 60_000_000_000
COIN = instrument()
SMALL = StopGrabRule(swing_bars=2, most_atr=None, volume_bars=5)


def bars_of(*rows):
    """One-minute bars of rows (open, high, low, close, lots)."""
    out = np.zeros(len(rows), BAR_DTYPE)
    for at, (opens, high, low, close, lots) in enumerate(rows):
        out["open_ns"][at] = START_NS + at * M
        for name, value in (("open", opens), ("high", high), ("low", low), ("close", close)):
            out[f"{name}_ticks"][at] = value
        out["buy_lots"][at] = lots
    return out


def example():
    rows = vector("sweep-stop-hunt")["inputs"]
    return bars_of(
        *((*(whole(row[key], "0.1") for key in ("c", "h", "l", "c")), row["v"]) for row in rows)
    )


def turned(bars):
    """The same bars upside down."""
    out = bars.copy()
    for name, other in (("high", "low"), ("low", "high"), ("open", "open"), ("close", "close")):
        out[f"{name}_ticks"] = 3000 - bars[f"{other}_ticks"]
    return out


def opens(found):
    return [(each.event_ns - START_NS) // M for each in found.found]


def test_the_grab_is_that_of_the_vector():
    expected = vector("sweep-stop-hunt")["expected"]
    found = stop_grab(example(), COIN, step_ns=M, rule=SMALL)
    assert opens(found) == [expected["event_bar_same_bar_variant"]]
    (marker,) = found.found
    assert (marker.kind, marker.side, marker.price_ticks) == (MarkerKind.STOP_GRAB, -1, 1040)
    assert marker.known_ns == START_NS + (expected["sweep_bar"] + 1) * M
    assert marker.value == 40 / expected["baseline_volume"]
    assert marker.reason == (
        "Traded 1.0 USDT beyond the high of 4 bars before and closed under it, on 4.0 times the "
        "median of the 5 bars before (2 are needed)."
    )


def test_with_confirmation_it_is_stamped_at_the_close_that_confirms():
    expected = vector("sweep-stop-hunt")["expected"]
    rule = replace(SMALL, confirm=True)
    found = stop_grab(example(), COIN, step_ns=M, rule=rule)
    assert opens(found) == [expected["event_bar_with_confirmation"]]
    assert found.found[0].known_ns == START_NS + (expected["event_bar_with_confirmation"] + 1) * M
    assert stop_grab(example()[:-1], COIN, step_ns=M, rule=rule).found == ()


def test_a_grab_below_a_low_is_the_same_upside_down():
    (marker,) = stop_grab(turned(example()), COIN, step_ns=M, rule=SMALL).found
    assert (marker.side, marker.price_ticks) == (1, 3000 - 1040)


def test_a_close_beyond_the_swing_is_a_breakout():
    bars = example()
    bars["close_ticks"][6] = 1030
    assert stop_grab(bars, COIN, step_ns=M, rule=SMALL).found == ()


def test_too_little_volume_or_too_far_beyond_is_none():
    assert stop_grab(example(), COIN, step_ns=M, rule=replace(SMALL, volume_ratio=4.1)).found == ()
    long = np.concatenate((bars_of(*[(1000, 1010, 1000, 1005, 10)] * 15), example()))
    long["open_ns"] = START_NS + np.arange(long.size) * M
    # The average range is about 17 ticks, the grab is 10 beyond the swing.
    assert len(stop_grab(long, COIN, step_ns=M, rule=replace(SMALL, most_atr=1.0)).found) == 1
    assert stop_grab(long, COIN, step_ns=M, rule=replace(SMALL, most_atr=0.5)).found == ()


def test_nothing_is_marked_across_a_gap():
    gap = (START_NS + 3 * M, START_NS + 3 * M + 1)
    assert stop_grab(example(), COIN, step_ns=M, rule=SMALL, gaps_ns=[gap]).found == ()
    later = (START_NS + 7 * M, START_NS + 8 * M)
    assert len(stop_grab(example(), COIN, step_ns=M, rule=SMALL, gaps_ns=[later]).found) == 1


def test_the_classic_form_wants_a_wick_and_a_reversal():
    quiet = [(1000, 1001, 999, 1000, 10)] * 10
    wick = (1000, 1010, 1000, 1001, 16)
    assert opens(
        stop_grab(bars_of(*quiet, wick, (1001, 1001, 990, 995, 9)), COIN, step_ns=M, rule=CLASSIC)
    ) == [11]
    assert (
        opens(
            stop_grab(
                bars_of(*quiet, wick, (1001, 1005, 1001, 1003, 9)), COIN, step_ns=M, rule=CLASSIC
            )
        )
        == []
    )


@given(
    tapes(ticks=(1, 8), max_size=60),
    st.integers(0, 60),
    st.sampled_from(
        [
            StopGrabRule(swing_bars=1, most_atr=None, volume_ratio=0.5, volume_bars=2),
            StopGrabRule(swing_bars=1, most_atr=2.0, volume_ratio=0.5, volume_bars=2, confirm=True),
            replace(CLASSIC, volume_bars=2, volume_ratio=0.5, wick_to_body=0.5),
        ]
    ),
)
def test_what_is_known_never_changes(tape, cut, rule):
    bars = time_bars(tape, step_ns=1_000_000_000)
    later = stop_grab(bars, COIN, step_ns=1_000_000_000, rule=rule).found
    early = stop_grab(bars[:cut], COIN, step_ns=1_000_000_000, rule=rule).found
    until_ns = (
        int(bars["open_ns"][min(cut, bars.size) - 1]) + 1_000_000_000 if cut and bars.size else 0
    )
    assert early == tuple(each for each in later if each.known_ns <= until_ns)
    assert all(each.event_ns < each.known_ns for each in later)


@given(st.integers(0, 39), st.integers(0, 300), st.booleans())
def test_what_is_known_of_a_busy_tape_never_changes(seed, cut, confirm):
    tape = random_trades(np.random.default_rng(seed), 2000, span_s=300, tick=1000)
    bars = time_bars(tape, step_ns=1_000_000_000)
    rule = StopGrabRule(swing_bars=2, most_atr=2.0, volume_ratio=1.0, confirm=confirm)
    late = stop_grab(bars, COIN, step_ns=1_000_000_000, rule=rule).found
    early = stop_grab(bars[:cut], COIN, step_ns=1_000_000_000, rule=rule).found
    until_ns = START_NS if not cut else int(bars["open_ns"][:cut][-1]) + 1_000_000_000
    assert late
    assert early == tuple(each for each in late if each.known_ns <= until_ns)


def test_too_few_bars_are_said():
    found = stop_grab(empty_bars(), COIN, step_ns=M)
    assert (found.found, found.not_ready) == ((), "there are 0 bars, 21 are needed")
    assert stop_grab(bars_of(*[(1, 1, 1, 1, 1)] * 21), COIN, step_ns=M).not_ready == ""


def test_bars_out_of_order_are_refused():
    with pytest.raises(ValueError, match="sorted by open_ns"):
        stop_grab(np.flip(example()), COIN, step_ns=M)
