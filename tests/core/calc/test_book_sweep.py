import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.book_sweep import BookSweepRule, book_sweep
from core.domain.arrays import empty_trades
from core.domain.marker import MarkerKind
from core.domain.units import Aggressor
from tests.support.tapes import NOON_NS, tapes
from tests.support.trades import START_NS, instrument, trades
from tests.support.vectors import vector, whole

COIN = instrument(tick="0.5", step="0.5")


def books_of(*levels):
    ticks, lots = np.array(levels, np.int64).T
    return lambda *_: (ticks, lots)


def sweeps(rows, **how):
    return book_sweep(rows, COIN, **how).found


def test_the_sweep_is_that_of_the_vector():
    case = vector("sweep-book")
    rows = trades(
        *(
            (at / 1000, whole(p, "0.5"), whole(q, "0.5"), 1)
            for at, p, q, _ in case["inputs"]["fills"]
        )
    )
    asks = [(whole(p, "0.5"), whole(q, "0.5")) for p, q in case["inputs"]["asks_before"]]
    rule = BookSweepRule(least=case["params"]["min_levels"])
    (marker,) = sweeps(rows, books=books_of(*asks), rule=rule)
    assert case["expected"]["is_sweep"]
    assert (marker.kind, marker.side, marker.price_ticks) == (MarkerKind.SWEEP, 1, 203)
    assert marker.value == case["expected"]["levels_cleared"]
    stamp_ns = START_NS + case["expected"]["stamp_ms"] * 1_000_000
    assert marker.event_ns == marker.known_ns == stamp_ns
    assert marker.reason == (
        "Bought at once 6.5 BTC (653 USDT) from 100.0 to 101.5: 3 levels cleared, 59% of what was "
        "seen resting (3 are needed), on average 50.0 bps worse than its start."
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
    assert len(sweeps(rows, rule=BookSweepRule(window_ns=60_000_000))) == 1


def test_a_price_that_falls_while_it_is_bought_is_no_sweep():
    assert sweeps(trades((0, 104, 1, 1), (0.01, 100, 1, 1))) == ()


def test_one_sweep_is_marked_once():
    rows = trades(*((at / 100, 100 + at, 1, 1) for at in range(6)))
    (marker,) = sweeps(rows)
    assert marker.known_ns == START_NS + 30_000_000


def test_trades_of_unknown_side_and_gaps_are_no_sweeps():
    assert sweeps(trades((0, 100, 1, 0), (0, 109, 1, 0))) == ()
    rows = trades((0, 100, 1, 1), (0.04, 109, 1, 1))
    assert len(sweeps(rows)) == 1
    assert sweeps(rows, gaps_ns=[(START_NS + 10_000_000, START_NS + 20_000_000)]) == ()
    assert sweeps(empty_trades()) == ()


@given(tapes(ticks=(1, 9)), st.integers(-3, 300), st.booleans())
def test_what_is_known_never_changes(tape, after_s, with_books):
    until_ns = NOON_NS + after_s * 1_000_000_000
    books = books_of((3, 1), (4, 500), (5, 900)) if with_books else None
    rule = BookSweepRule(least=2, window_ns=300_000_000)
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
