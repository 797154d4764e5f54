from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.burst import burst
from core.calc.bursts import BurstRule, bursts, classic
from core.calc.taker_seconds import taker_seconds
from core.domain.arrays import empty_trades
from core.domain.marker import MarkerKind
from tests.support.tapes import NOON_NS, tapes
from tests.support.trades import START_NS, instrument, random_trades, trades

S = 1_000_000_000
COIN = instrument(tick="0.5", step="0.5")
SMALL = BurstRule(frac=Fraction(3, 4), end_frac=Fraction(1, 2), least=4)
QUIET = [(at, 100, 20 - at, 1 - 2 * (at % 2)) for at in range(8)]


def marked(rows, after_s=60, **how):
    return burst(rows, COIN, until_ns=START_NS + round(after_s * S), **how)


def test_a_burst_is_marked_at_the_end_of_its_second_with_its_numbers():
    (marker,) = marked(trades(*QUIET, (8.2, 101, 40, 1), (8.3, 101, 10, -1)), rule=SMALL).found
    assert (marker.kind, marker.side, marker.price_ticks) == (MarkerKind.BURST, 1, 101)
    assert (marker.event_ns, marker.known_ns) == (START_NS + 8 * S, START_NS + 9 * S)
    assert (marker.value, marker.threshold) == (40 * 101 / 4, 18 * 100 / 4)
    assert marker.reason == (
        "Buyers took 1,010 USDT in a second, 450 are needed (75.0 % of the seconds before had "
        "less); that is 80 % of all that was taken."
    )


def test_an_open_second_is_not_judged():
    rows = trades(*QUIET, (8.2, 101, 40, 1))
    assert marked(rows, 8.999, rule=SMALL).found == ()


def test_both_sides_at_once_are_no_burst():
    assert marked(trades(*QUIET, (8.2, 101, 40, 1), (8.3, 101, 20, -1)), rule=SMALL).found == ()


def test_seconds_that_follow_are_one_burst():
    rows = trades(*QUIET, (8, 101, 40, 1), (9, 102, 50, 1), (10, 102, 1, 1), (13, 102, 60, -1))
    seconds = taker_seconds(rows, until_ns=START_NS + 60 * S)
    first, second = bursts(seconds, rule=SMALL)
    assert (first.side, first.start_ns, first.known_ns) == (1, START_NS + 8 * S, START_NS + 9 * S)
    assert (second.side, second.start_ns) == (-1, START_NS + 13 * S)


def test_a_gap_is_no_quiet_time_and_ends_a_burst():
    rows = trades(*QUIET, (8, 101, 40, 1), (10, 102, 50, 1))
    gap = (START_NS + 9 * S, START_NS + 9 * S + 1)
    assert len(marked(rows, rule=SMALL).found) == 1
    assert len(marked(rows, rule=SMALL, gaps_ns=[gap]).found) == 2
    inside = (START_NS + 8 * S, START_NS + 8 * S + 1)
    (marker,) = marked(rows, rule=SMALL, gaps_ns=[inside]).found
    assert marker.event_ns == START_NS + 10 * S


def test_too_few_seconds_before_are_said_and_nothing_is_marked():
    found = marked(trades((0, 10, 99, 1)))
    assert (found.found, found.not_ready) == ((), "1 seconds with trades, 1000 are needed")
    assert marked(trades(*QUIET), rule=SMALL).not_ready == ""
    assert marked(empty_trades()).found == ()


def test_the_classic_form_wants_two_seconds_above_a_hundred_coins():
    rule = classic(0.5)
    rows = trades((0, 10, 201, 1), (1, 10, 201, 1))
    (marker,) = marked(rows, rule=rule).found
    assert marker.known_ns == START_NS + 2 * S
    assert marker.value == 100.5
    assert marked(trades((0, 10, 201, 1), (1, 10, 200, 1)), rule=rule).found == ()
    assert marked(rows, rule=rule).not_ready == ""


RULES = [
    SMALL,
    replace(SMALL, frac=Fraction(1, 2), least_s=2, one_sided_frac=0.0),
    BurstRule(fixed_lots=300, one_sided_frac=0.0),
]


@given(tapes(ticks=(1, 9), max_size=60), st.integers(-3, 400), st.sampled_from(RULES))
def test_what_is_known_never_changes(tape, after_s, rule):
    until_ns = NOON_NS + after_s * S
    early = burst(tape[tape["ts_event_ns"] <= until_ns], COIN, until_ns=until_ns, rule=rule).found
    late = burst(tape, COIN, until_ns=NOON_NS + 10_000 * S, rule=rule).found
    assert early == tuple(each for each in late if each.known_ns <= until_ns)
    assert all(each.event_ns < each.known_ns for each in late)


@given(st.integers(0, 39), st.integers(0, 121), st.sampled_from(RULES))
def test_what_is_known_of_a_busy_tape_never_changes(seed, cut_s, rule):
    tape = random_trades(np.random.default_rng(seed), 300, span_s=120, tick=1000)
    until_ns = START_NS + cut_s * S
    early = burst(tape[tape["ts_event_ns"] <= until_ns], COIN, until_ns=until_ns, rule=rule).found
    late = marked(tape, 200, rule=rule).found
    assert late
    assert early == tuple(each for each in late if each.known_ns <= until_ns)


def test_trades_out_of_order_are_refused():
    with pytest.raises(ValueError, match="sorted by ts_event_ns"):
        marked(trades((1, 10, 1, 1), (0, 10, 1, 1)))
