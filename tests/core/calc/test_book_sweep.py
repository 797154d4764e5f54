from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.book_sweep import CLASSIC, BookSweepRule, book_sweep
from core.calc.tape_orders import tape_orders
from core.calc.trailing import Usual
from core.domain.arrays import empty_trades
from core.domain.marker import MarkerKind
from core.domain.units import Aggressor
from tests.support.tapes import NOON_NS, tapes
from tests.support.trades import START_NS, instrument, trades
from tests.support.vectors import vector, whole

COIN = instrument(tick="0.5", step="0.5")
S = 1_000_000_000


def books_of(*levels):
    ticks, lots = np.array(levels, np.int64).T
    return lambda *_: (ticks, lots)


RARE = BookSweepRule(least=2, usual=Usual(Fraction(9, 10), window_ns=100 * S, least=5))


def sweeps(rows, **how):
    """What the fixed rule finds, if no other is given."""
    return book_sweep(rows, COIN, **{"rule": CLASSIC, **how}).found


def test_the_sweep_is_that_of_the_vector():
    case = vector("sweep-book")
    rows = trades(
        *(
            (at / 1000, whole(p, "0.5"), whole(q, "0.5"), 1)
            for at, p, q, _ in case["inputs"]["fills"]
        )
    )
    asks = [(whole(p, "0.5"), whole(q, "0.5")) for p, q in case["inputs"]["asks_before"]]
    rule = replace(CLASSIC, least=case["params"]["min_levels"])
    (marker,) = sweeps(rows, books=books_of(*asks), rule=rule)
    assert case["expected"]["is_sweep"]
    assert (marker.kind, marker.side, marker.price_ticks) == (MarkerKind.SWEEP, 1, 203)
    assert marker.value == case["expected"]["levels_cleared"]
    stamp_ns = START_NS + case["expected"]["stamp_ms"] * 1_000_000
    assert marker.event_ns == marker.known_ns == stamp_ns
    assert marker.reason == (
        "Bought at once 6.5 BTC (653.2 USDT) from 100.0 to 101.5: 3 levels cleared, 59 % of what "
        "was seen resting (3 are needed), on average 50.0 bps worse than its start."
    )


def test_the_book_is_asked_for_before_the_first_order():
    asked = []

    def books(at_ns, side):
        asked.append((at_ns, side))
        return np.array([100, 101, 102]), np.array([1, 1, 1])

    rows = trades((0, 100, 1, 1), (0.02, 101, 1, 1), (0.04, 102, 1, 1))
    (marker,) = sweeps(rows, books=books)
    assert set(asked) == {(START_NS, Aggressor.BUY)}
    assert (marker.value, marker.known_ns) == (3.0, START_NS + 40_000_000)


def test_a_thick_book_is_not_swept_by_an_order_that_leaves_its_last_level():
    rows = trades((0, 100, 1, 1), (0, 101, 1, 1), (0, 102, 1, 1))
    assert sweeps(rows, books=books_of((100, 1), (101, 1), (102, 9))) == ()


def test_without_a_book_the_ticks_count():
    down = trades(*((0, 100 - at, 1, -1) for at in range(4)))
    (marker,) = sweeps(down)
    assert (marker.side, marker.value, marker.price_ticks) == (-1, 3.0, 97)
    assert sweeps(down, books=lambda *_: None) == (marker,)
    assert sweeps(down[:3]) == ()


def test_orders_farther_apart_than_the_window_are_not_one():
    rows = trades((0, 100, 1, 1), (0.03, 102, 1, 1), (0.06, 104, 1, 1))
    assert sweeps(rows) == ()
    assert len(sweeps(rows, rule=replace(CLASSIC, window_ns=60_000_000))) == 1


def test_a_price_that_falls_while_it_is_bought_is_no_sweep():
    assert sweeps(trades((0, 104, 1, 1), (0.01, 100, 1, 1))) == ()


def test_one_sweep_is_marked_once():
    rows = trades(*((at / 100, 100 + at, 1, 1) for at in range(6)))
    (marker,) = sweeps(rows)
    assert marker.known_ns == START_NS + 30_000_000


def test_sweeps_far_apart_are_two_even_if_nothing_was_between():
    rows = trades(*((at, 100 + step, 1, 1) for at in (0, 5) for step in (0, 4)))
    assert [each.known_ns for each in sweeps(rows)] == [START_NS, START_NS + 5 * S]


def test_trades_of_unknown_side_and_gaps_are_no_sweeps():
    assert sweeps(trades((0, 100, 1, 0), (0, 109, 1, 0))) == ()
    rows = trades((0, 100, 1, 1), (0.04, 109, 1, 1))
    assert len(sweeps(rows)) == 1
    assert sweeps(rows, gaps_ns=[(START_NS + 10_000_000, START_NS + 20_000_000)]) == ()
    assert sweeps(empty_trades()) == ()


@given(tapes(ticks=(1, 9)), st.integers(-3, 300), st.booleans(), st.sampled_from([CLASSIC, RARE]))
def test_what_is_known_never_changes(tape, after_s, with_books, rule):
    until_ns = NOON_NS + after_s * 1_000_000_000
    books = books_of((3, 1), (4, 500), (5, 900)) if with_books else None
    rule = replace(rule, least=2, window_ns=300_000_000)
    early = sweeps(tape[tape["ts_event_ns"] <= until_ns], rule=rule, books=books)
    late = sweeps(tape, rule=rule, books=books)
    assert early == tuple(each for each in late if each.known_ns <= until_ns)


@given(tapes(ticks=(1, 9)))
def test_turning_the_tape_upside_down_swaps_the_sides(tape):
    turned = tape.copy()
    turned["price_ticks"], turned["aggressor"] = 10 - tape["price_ticks"], -tape["aggressor"]
    plain = {(each.known_ns, each.side, each.value) for each in sweeps(tape)}
    assert plain == {(each.known_ns, -each.side, each.value) for each in sweeps(turned)}


def test_trades_out_of_order_are_refused():
    with pytest.raises(ValueError, match="sorted by ts_event_ns"):
        sweeps(trades((1, 10, 1, 1), (0, 10, 1, 1)))


def by_hand(tape, rule):
    """Trade by trade: which instants of which side go as far as the rule asks, of RARE's form."""
    orders = tape_orders(tape)
    moves, found = [], set()
    for at in range(orders.ts_event_ns.size):
        at_ns, side = int(orders.ts_event_ns[at]), int(orders.aggressor[at])
        near = [
            side * int(orders.first_ticks[j])
            for j in range(at + 1)
            if orders.aggressor[j] == side and at_ns - int(orders.ts_event_ns[j]) <= rule.window_ns
        ]
        if side:
            moves.append((at_ns, side, side * int(orders.last_ticks[at]) - min(near)))
    furthest = {}
    for at_ns, _, ticks in moves:
        furthest[at_ns // S] = max(ticks, furthest.get(at_ns // S, 0))
    for at_ns, side, ticks in moves:
        second = at_ns // S
        since = second - rule.usual.window_ns // S - 1
        before = sorted(far for each, far in furthest.items() if since <= each < second)
        if len(before) < rule.usual.least:
            continue
        rank = -(-rule.usual.frac.numerator * len(before) // rule.usual.frac.denominator)
        if ticks >= max(rule.least, before[max(rank, 1) - 1]):
            found.add((at_ns, side))
    return found


@given(tapes(max_size=60, ticks=(1, 9)))
def test_a_sweep_goes_as_far_as_is_rare_in_the_seconds_before(tape):
    rule = replace(RARE, window_ns=0)
    wanted = by_hand(tape, rule)
    assert {(each.known_ns, each.side) for each in sweeps(tape, rule=rule)} == wanted


def coarse(count, *, far=9, last=20):
    """A sweep of ``far`` ticks every second, and one of ``last`` in the end."""
    reaches = [far] * count + [last]
    return trades(*((at, 100 + step, 1, 1) for at, to in enumerate(reaches) for step in (0, to)))


def test_where_ticks_are_fine_only_what_is_rare_is_a_sweep():
    (marker,) = sweeps(coarse(99), rule=replace(RARE, least=3))[-1:]
    assert (marker.value, marker.threshold, marker.strength) == (20.0, 9.0, 1 - 9 / 20)
    assert marker.known_ns == START_NS + 99 * S
    assert marker.reason.endswith(
        "20 ticks gone through (9 are needed, 90.0 % of the seconds before had no more), on "
        "average 1,000.0 bps worse than its start."
    )


def test_a_book_must_be_cleared_and_the_way_be_rare():
    books, rule = books_of((100, 1), (101, 1), (102, 1), (130, 1)), replace(RARE, least=3)
    marker = sweeps(coarse(6), rule=rule, books=books)[-1]
    assert (marker.value, marker.threshold, marker.known_ns) == (3.0, 3.0, START_NS + 6 * S)
    assert "(3 are needed), 20 ticks gone through (9 are needed, " in marker.reason
    assert sweeps(coarse(6, last=8), rule=rule, books=books)[-1].known_ns < START_NS + 6 * S
    thick = books_of((100, 1), (101, 1), (130, 1))
    assert sweeps(coarse(6), rule=rule, books=thick) == ()


def test_how_far_a_second_went_is_not_held_against_itself():
    assert sweeps(coarse(4), rule=RARE) == ()
    assert [each.value for each in sweeps(coarse(5, far=0), rule=RARE)] == [20.0]


def test_until_enough_seconds_are_known_it_says_how_many_lack():
    assert book_sweep(coarse(3), COIN).not_ready == "3 seconds with trades, 1000 are needed"
    assert book_sweep(empty_trades(), COIN).not_ready == "0 seconds with trades, 1000 are needed"
    assert book_sweep(coarse(5), COIN, rule=RARE).not_ready == ""
    assert book_sweep(empty_trades(), COIN, rule=CLASSIC).not_ready == ""


def test_seconds_that_a_gap_touches_are_not_among_those_before():
    gap = (START_NS + 3 * S + 1, START_NS + 3 * S + 2)
    assert sweeps(coarse(5, far=0), rule=RARE, gaps_ns=[gap]) == ()
