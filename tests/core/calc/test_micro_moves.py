from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.calc.bursts import BurstRule, bursts
from core.calc.micro_moves import MicroRule, micro_moves
from core.calc.taker_seconds import taker_seconds
from core.domain.marker import MarkerKind
from tests.support.tapes import NOON_NS, tapes
from tests.support.trades import START_NS, instrument, random_trades, trades

COIN = instrument()

S = 1_000_000_000
SMALL = BurstRule(frac=Fraction(3, 4), end_frac=Fraction(1, 2), least=4)


def moves(rows, until_ns=START_NS + 200 * S, **how):
    seconds = taker_seconds(rows, until_ns=until_ns)
    return micro_moves(seconds, bursts(seconds, rule=SMALL), COIN, **how).found


RISE = [(30 + at, 100 + 2 * at, 30 - 2 * at, 1) for at in range(8)]


def test_a_burst_that_extends_the_move_before_it_is_a_push():
    rows = trades((0, 100, 10, 1), *RISE, (38, 120, 40, 1))
    (push,) = [each for each in moves(rows) if each.known_ns == START_NS + 39 * S]
    assert (push.kind, push.side) == (MarkerKind.MICRO_PUSH, 1)
    assert (push.value, push.threshold, push.price_ticks) == (20.0, 14.0, 120)
    assert push.reason == "A burst extends a move of 1.4 USDT to 2.0 USDT."


def test_a_move_from_a_price_of_before_a_gap_is_none():
    rows = trades((0, 100, 10, 1), *RISE, (38, 120, 40, 1))
    of_now = [each.known_ns for each in moves(rows)]
    gap = (START_NS + 3 * S, START_NS + 4 * S)
    assert START_NS + 39 * S in of_now
    assert START_NS + 39 * S not in [each.known_ns for each in moves(rows, gaps_ns=[gap])]


def test_a_burst_against_the_move_is_none():
    rows = trades((0, 100, 10, 1), *RISE, (38, 110, 40, -1))
    assert [each for each in moves(rows) if each.side < 0] == []


PULLBACK = [
    (39, 118, 3, -1),
    (40, 117, 3, -1),
    (41, 116, 3, -1),
    (42, 115, 1, -1),
    (43, 114, 1, -1),
]


def test_a_pullback_is_marked_when_the_other_side_takes_less():
    rows = trades((0, 100, 10, 1), *RISE, (38, 120, 40, 1), *PULLBACK)
    found = [each for each in moves(rows) if each.kind is MarkerKind.MICRO_PULLBACK]
    (marker,) = [each for each in found if each.known_ns > START_NS + 40 * S]
    # In the three seconds up to 44 s sellers took 5 lots, in the three before that 6.
    assert (marker.side, marker.known_ns) == (1, START_NS + 44 * S)
    assert (marker.value, marker.threshold, marker.price_ticks) == (0.3, 0.25, 114)
    assert marker.reason == (
        "Of a move of 2.0 USDT, 30 % is taken back (25 % to 60 % are needed) while sellers take "
        "less and less."
    )


def test_a_move_that_is_taken_back_at_once_has_no_pullback():
    rows = trades((0, 100, 10, 1), *RISE, (38, 120, 40, 1), (39, 107, 3, -1), (45, 115, 1, -1))
    known = [each for each in moves(rows) if each.known_ns > START_NS + 39 * S]
    assert [each for each in known if each.kind is MarkerKind.MICRO_PULLBACK] == []


@given(tapes(ticks=(1, 30), max_size=60, sides=(-1, 1)), st.integers(-3, 400))
def test_what_is_known_of_pushes_never_changes(tape, after_s):
    until_ns = NOON_NS + after_s * S
    rule = MicroRule(before_ns=8 * S, least_frac=0.1, most_frac=0.9)
    early = moves(tape[tape["ts_event_ns"] <= until_ns], until_ns, rule=rule)
    late = moves(tape, NOON_NS + 10_000 * S, rule=rule)
    assert early == tuple(each for each in late if each.known_ns <= until_ns)


KINDS = {MarkerKind.MICRO_PUSH, MarkerKind.MICRO_PULLBACK}


@given(st.integers(0, 39), st.integers(0, 301))
def test_what_is_known_of_a_busy_tape_never_changes(seed, cut_s):
    tape = random_trades(np.random.default_rng(seed), 900, span_s=300, tick=1000)
    until_ns = START_NS + cut_s * S
    rule = MicroRule(before_ns=8 * S, least_frac=0.1, most_frac=0.9)
    early = moves(tape[tape["ts_event_ns"] <= until_ns], until_ns, rule=rule)
    late = moves(tape, START_NS + 400 * S, rule=rule)
    assert {each.kind for each in late} == KINDS
    assert early == tuple(each for each in late if each.known_ns <= until_ns)
