from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.large_trade import MEGA, WHALE, LargeTradeRule, large_trade
from core.calc.tape_orders import tape_orders
from core.calc.trailing import Usual
from core.domain.arrays import empty_trades
from core.domain.marker import MarkerKind
from tests.support.tapes import NOON_NS, tapes
from tests.support.trades import START_NS, instrument, trades

S = 1_000_000_000
H = 3600 * S
COIN = instrument(tick="0.5", step="0.5")
SMALL = LargeTradeRule(
    usual=Usual(Fraction(1, 2), 60 * S, least=2), hour_frac=0.0, renewed_ns=2 * S
)


def marked(rows, rule, **how):
    return large_trade(rows, COIN, rule=rule, **how).found


def test_the_fixed_tiers_hold_whole_orders_to_quote_coins():
    rows = trades((0, 2000, 600, 1), (0, 2001, 400, 1), (1, 2000, 999, -1))
    (marker,) = marked(rows, WHALE)
    assert (marker.kind, marker.side, marker.price_ticks) == (MarkerKind.LARGE_TRADE, 1, 2001)
    assert marker.event_ns == marker.known_ns == START_NS
    assert (marker.value, marker.threshold) == (500_100.0, 500_000.0)
    assert marker.reason == (
        "500 BTC (500,100 USDT) bought at once over 2 price levels; 500,000 are needed"
    )
    assert marked(rows, MEGA) == ()


def test_the_threshold_is_that_of_the_orders_before_its_span():
    rows = trades((0, 4, 1, 1), (1, 4, 5, 1), (2.5, 4, 4, 1), (3, 4, 1, -1), (3.5, 4, 1, 0))
    # Of 1 and 5 lots half are at most 1; the orders of the same two seconds do not count.
    assert [each.value for each in marked(rows, SMALL)] == [4.0, 1.0, 1.0]
    assert [each.side for each in marked(rows, SMALL)] == [1, -1, 0]
    assert {each.threshold for each in marked(rows, SMALL)} == {1.0}


def test_an_hour_that_trades_much_raises_the_threshold():
    rule = LargeTradeRule(usual=Usual(Fraction(1, 2), 100 * H, least=2), hour_frac=0.1)
    first = (START_NS // H + 1) * H
    rows = trades(*((at, 4, lots, 1) for at, lots in enumerate((1, 100, 2, 5))))
    rows["ts_event_ns"] = first - 1, first, first + H, first + 2 * H
    assert marked(rows, rule) == ()
    less = LargeTradeRule(usual=rule.usual, hour_frac=0.01)
    assert [(each.value, each.threshold) for each in marked(rows, less)] == [(2, 1), (5, 2)]
    gaps = [(first, first + 1), (first + H, first + H + 1)]
    assert [each.value for each in marked(rows, rule, gaps_ns=gaps)] == [2.0, 5.0]


def test_too_few_orders_before_are_said():
    found = large_trade(trades((0, 4, 9, 1)), COIN)
    assert (found.found, found.not_ready) == ((), "0 orders were before, 5,000 are needed")
    assert large_trade(empty_trades(), COIN, rule=WHALE).not_ready == ""


def by_hand(rows):
    """Order by order: half of those of the minute before the two seconds it is in."""
    orders = tape_orders(rows)
    stamps, quote = orders.ts_event_ns.tolist(), (orders.notional_tick_lots / 4).tolist()
    out = []
    for at_ns, value in zip(stamps, quote, strict=True):
        now_ns = at_ns // (2 * S) * 2 * S
        before = sorted(
            worth
            for then_ns, worth in zip(stamps, quote, strict=True)
            if now_ns - 60 * S <= then_ns < now_ns
        )
        if len(before) >= 2 and value >= before[(len(before) + 1) // 2 - 1]:
            out.append((at_ns, value))
    return out


@given(tapes(max_size=60))
def test_the_large_ones_are_what_going_order_by_order_gives(rows):
    assert [(each.known_ns, each.value) for each in marked(rows, SMALL)] == by_hand(rows)


@given(
    tapes(max_size=60),
    st.integers(-3, 400),
    st.sampled_from([SMALL, LargeTradeRule(fixed_quote=9e3)]),
)
def test_what_is_known_never_changes(tape, after_s, rule):
    until_ns = NOON_NS + after_s * S
    early = marked(tape[tape["ts_event_ns"] <= until_ns], rule)
    assert early == tuple(each for each in marked(tape, rule) if each.known_ns <= until_ns)


def test_the_largest_numbers_do_not_overflow():
    rows = trades((0, 2**31 - 1, 2**52, 1))
    (marker,) = marked(rows, WHALE)
    assert np.isfinite(marker.value)


def test_trades_out_of_order_are_refused():
    with pytest.raises(ValueError, match="sorted by ts_event_ns"):
        marked(trades((1, 10, 1, 1), (0, 10, 1, 1)), WHALE)
