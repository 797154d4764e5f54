"""Rules with small thresholds, on tapes with ties and silences: in pieces they find the same."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.calc.absorption import Held
from core.calc.bar_absorption import BarAbsorptionRule, BarAbsorptions
from core.calc.bars import time_bars
from core.calc.bursts import BurstRule, Bursts
from core.calc.effort_no_result import EffortsNoResult
from core.calc.efforts import Heard
from core.calc.finders.slope_divergences import SlopeDivergences, SlopeRule
from core.calc.finders.stop_grabs import StopGrabs
from core.calc.finders.swing_divergences import SwingDivergences, SwingRule
from core.calc.large_orders import LargeOrders, WhaleRule
from core.calc.marker_rules import MARKER_RULES
from core.calc.marker_stream import MarkerStream
from core.calc.stop_grab_rule import StopGrabRule
from core.calc.sweep_rule import BookSweepRule
from core.calc.sweeps import Sweeps
from core.calc.taker_seconds import taker_seconds
from core.calc.tape_orders import tape_orders
from core.calc.trailing import Usual
from core.domain.arrays import BAR_DTYPE
from core.domain.marker import Preset
from tests.core.calc.test_effort_no_result import EASY, world_of
from tests.support.marker_worlds import S, pieces_of
from tests.support.tapes import long_tapes, tapes
from tests.support.trades import instrument

COIN = instrument()
STEP_NS = 300_000_000
FEW = Usual(Fraction(1, 2), window_ns=20 * STEP_NS, least=3)
HALF_STOP = StopGrabRule(swing_bars=1, most_atr=None, volume_ratio=0.5, volume_bars=2)
BY_BAR = {
    "bar absorption": lambda: BarAbsorptions(
        COIN, step_ns=STEP_NS, rule=BarAbsorptionRule(rare=FEW, third=Fraction(2, 3))
    ),
    "slope": lambda: SlopeDivergences(
        COIN, step_ns=STEP_NS, rule=SlopeRule(window=3, usual=FEW, least_r2=0.1)
    ),
    "swing": lambda: SwingDivergences(
        COIN, step_ns=STEP_NS, rule=SwingRule(left=1, right=2, least_bars=2, most_bars=9)
    ),
    "stop grab": lambda: StopGrabs(COIN, step_ns=STEP_NS, rule=HALF_STOP),
    "confirmed grab": lambda: StopGrabs(
        COIN, step_ns=STEP_NS, rule=replace(HALF_STOP, confirm=True, most_atr=9.0)
    ),
}
CUTS = st.lists(st.integers(0, 400), max_size=8)


@pytest.mark.parametrize("name", BY_BAR)
@given(tape=long_tapes(count=12_000), cuts=CUTS, gap=st.integers(0, 300))
@settings(max_examples=40, deadline=None)
def test_bars_told_in_pieces(name, tape, cuts, gap):
    tape["price_ticks"] = 1_000_000 + (tape["price_ticks"] - 1_000_000) // 15
    bars = time_bars(tape, step_ns=STEP_NS)
    at_ns = int(bars["open_ns"][min(gap, bars.size - 1)])
    gaps_ns = ((at_ns, at_ns + 1),)
    once, rule = BY_BAR[name](), BY_BAR[name]()
    whole, found = once.after(bars, gaps_ns), []
    for part in np.split(bars, sorted(cuts)):
        ahead = rule.fork().after(part, gaps_ns)
        found += (now := rule.after(part, gaps_ns))
        assert ahead == now
    assert (found, rule.not_ready) == (whole, once.not_ready)


@pytest.mark.parametrize("name", BY_BAR)
def test_the_tapes_of_the_test_above_have_something_to_find(name):
    rng = np.random.default_rng(1)
    closes = 1_000 + rng.integers(-3, 4, 400).cumsum()
    assert BY_BAR[name]().after(_bars(closes))


def _bars(closes):
    rng = np.random.default_rng(2)
    bars = np.zeros(closes.size, BAR_DTYPE)
    bars["open_ns"] = (10**9 + np.arange(closes.size)) * STEP_NS
    bars["close_ticks"] = closes
    bars["open_ticks"] = np.append(closes[:1], closes[:-1])
    bars["high_ticks"] = np.maximum(closes, bars["open_ticks"]) + rng.integers(0, 6, closes.size)
    bars["low_ticks"] = np.minimum(closes, bars["open_ticks"]) - rng.integers(0, 6, closes.size)
    bars["buy_lots"], bars["sell_lots"] = rng.integers(1, 99, (2, closes.size))
    return bars


def parts_of(tape, cuts):
    """The tape cut before some of its trades, whole instants only."""
    stamps = tape["ts_event_ns"]
    before_ns = [stamps[at] for at in sorted(cuts) if at < tape.size]
    return np.split(tape, np.searchsorted(stamps, before_ns))


@given(tapes(max_size=60, ticks=(1, 8)), CUTS)
def test_orders_told_in_pieces(tape, cuts):
    hours_ns = 3 * 3_600_000_000_000
    small = WhaleRule(quantile=0.5, volume_frac=0.01, window_ns=hours_ns, least_values=3)
    tape["ts_event_ns"] = tape["ts_event_ns"][:1].sum() + 99 * (
        tape["ts_event_ns"] - tape["ts_event_ns"][:1].sum()
    )
    parts = parts_of(tape, cuts)
    once, told = (LargeOrders(small, tick_lot_quote=1.0) for _ in range(2))
    whole = once.after(tape_orders(tape))
    found = [each for part in parts for each in told.after(tape_orders(part))]
    assert (found, told.not_ready) == (whole, once.not_ready)
    for usual in (None, Usual(Fraction(1, 2), window_ns=hours_ns, least=3)):
        rule = BookSweepRule(least=2, window_ns=400_000_000_000, usual=usual)
        once, sweeps = Sweeps(COIN, rule), Sweeps(COIN, rule)
        whole = once.after(tape, ())
        assert [each for part in parts for each in sweeps.after(part, ())] == whole
        assert sweeps.not_ready == once.not_ready


@given(tapes(max_size=60, ticks=(1, 8)), st.lists(st.integers(0, 500), max_size=8))
def test_bursts_told_in_pieces(tape, cuts_s):
    rule = BurstRule(frac=Fraction(1, 2), end_frac=Fraction(1, 4), least=3, one_sided_frac=0.1)
    end_ns = 2**62
    whole = Bursts(rule).after(taker_seconds(tape, until_ns=end_ns))
    told, found = Bursts(rule), []
    first_s = int(tape["ts_event_ns"][:1].sum()) // 10**9
    edges_ns = [(first_s + each) * 10**9 for each in sorted(cuts_s)]
    for part in np.split(tape, np.searchsorted(tape["ts_event_ns"], edges_ns)):
        found += told.after(taker_seconds(part, until_ns=end_ns))
    assert found == whole


@given(
    tapes(max_size=60, ticks=(1, 8)),
    st.lists(st.integers(-3 * 10**9, 400 * 10**9), max_size=8),
    st.sampled_from(Preset),
)
@settings(deadline=None)
def test_a_few_trades_with_silences_told_in_pieces(tape, cuts_ns, preset):
    world = {"trades": tape}
    begin_ns = int(tape["ts_event_ns"][:1].sum())
    end_ns = begin_ns + 600 * 10**9
    every = []
    for untils_ns in ([end_ns], sorted({*(begin_ns + each for each in cuts_ns), end_ns})):
        stream = MarkerStream(
            COIN, step_ns=10**9, ticks_per_row=1, rules=tuple(MARKER_RULES), preset=preset
        )
        found = [stream.after(piece) for piece in pieces_of(world, untils_ns, gaps_ns=())]
        every.append(({name: sum((each[name] for each in found), ()) for name in MARKER_RULES},
                      stream.not_ready()))  # fmt: skip
    assert every[0] == every[1]


@given(long_tapes(count=12_000), st.lists(st.integers(-2, 130), max_size=12), st.booleans())
@settings(max_examples=20, deadline=None)
def test_efforts_told_in_pieces(tape, cuts_s, has_gap):
    tape, quotes = world_of(tape)
    begin_s, end_ns = int(tape["ts_event_ns"][0]) // S, int(tape["ts_event_ns"][-1]) // S * S
    gaps_ns = (((begin_s + 60) * S, (begin_s + 60) * S + 1),) if has_gap else ()
    every = []
    for cuts in ([], cuts_s):
        ends_ns = sorted({*((begin_s + each) * S for each in cuts), end_ns})
        told, held = EffortsNoResult(COIN, EASY), Held(EASY)
        efforts, holds, from_ns, closed_ns = [], [], 0, 0
        for until_ns in [each for each in ends_ns if each <= end_ns]:
            trades, new = (between(rows, from_ns, until_ns) for rows in (tape, quotes))
            minutes = time_bars(between(tape, 0, until_ns), step_ns=60 * S)
            over_ns = minutes["open_ns"] + 60 * S
            minutes = minutes[(over_ns <= until_ns) & (over_ns > closed_ns)]
            heard = Heard(until_ns, trades, new, minutes)
            now = told.fork().after(heard, gaps_ns)
            assert now == told.after(heard, gaps_ns)
            efforts += now
            holds += held.after(heard, now, gaps_ns)
            from_ns = closed_ns = until_ns
        every.append((efforts, holds, told.not_ready))
    assert every[0] == every[1]


def between(rows, from_ns, until_ns):
    first, end = np.searchsorted(rows["ts_event_ns"], (from_ns, until_ns))
    return rows[first:end]
