from hypothesis import given
from hypothesis import strategies as st

from core.calc.taker_seconds import taker_seconds
from core.domain.arrays import empty_trades
from tests.support.tapes import NOON_NS, tapes
from tests.support.trades import START_NS, trades

S = 1_000_000_000


def test_sides_are_summed_and_the_price_is_the_last():
    rows = trades((0, 10, 2, 1), (0.5, 11, 3, -1), (0.9, 12, 7, 0), (1, 9, 4, 1))
    found = taker_seconds(rows, until_ns=START_NS + 2 * S)
    assert found.open_ns.tolist() == [START_NS, START_NS + S]
    assert found.lots.tolist() == [[2, 4], [3, 0]]
    assert found.notional.tolist() == [[20, 36], [33, 0]]
    assert found.close_ticks.tolist() == [12, 9]


def test_a_second_that_has_not_ended_is_left_out():
    rows = trades((0, 10, 2, 1), (1, 9, 4, 1))
    assert taker_seconds(rows, until_ns=START_NS + 2 * S - 1).open_ns.tolist() == [START_NS]


@given(tapes(), st.integers(-3, 300))
def test_sums_are_what_counting_by_hand_gives(rows, after_s):
    until_ns = NOON_NS + after_s * S
    found = taker_seconds(rows, until_ns=until_ns)
    sums = {}
    for at, price, lots, side in rows[
        ["ts_event_ns", "price_ticks", "size_lots", "aggressor"]
    ].tolist():
        if at // S * S + S <= until_ns:
            cell = sums.setdefault(at // S * S, [0, 0])
            if side:
                cell[0 if side > 0 else 1] += price * lots
    assert found.open_ns.tolist() == list(sums)
    assert found.notional.T.tolist() == list(sums.values())


def test_no_trades_have_no_seconds():
    found = taker_seconds(empty_trades(), until_ns=0)
    assert (found.open_ns.size, found.lots.shape) == (0, (2, 0))
