import numpy as np
import pytest
from hypothesis import given

from core.calc.lee_ready import SideSource, lee_ready, trade_sides
from core.calc.tick_rule import tick_rule
from core.domain.arrays import QUOTE_DTYPE, TradeFlag, empty_trades
from tests.support.tapes import tapes
from tests.support.trades import START_NS, trades
from tests.support.vectors import vector, whole

S = 1_000_000_000
NO_QUOTES = np.zeros(0, QUOTE_DTYPE)


def quotes(*rows):
    """Rows of (seconds after START_NS, bid_ticks, ask_ticks), a lot on each side."""
    out = np.zeros(len(rows), QUOTE_DTYPE)
    for index, (after_s, bid, ask) in enumerate(rows):
        out[index] = (START_NS + round(after_s * S), 0, index, 1, 1, bid, ask)
    return out


def test_the_signs_are_those_of_the_vector():
    inputs = vector("lee-ready")["inputs"]
    rows = trades(*((at, whole(each["price"], "0.005"), 1, 0) for at, each in enumerate(inputs)))
    told = np.zeros(rows.size, QUOTE_DTYPE)
    told["ts_event_ns"] = rows["ts_event_ns"] - 1
    told["bid_lots"] = told["ask_lots"] = 1
    for index, each in enumerate(inputs):
        told["bid_ticks"][index] = whole(each["bid"], "0.005")
        told["ask_ticks"][index] = whole(each["ask"], "0.005")
    assert lee_ready(rows, told).aggressor.tolist() == vector("lee-ready")["expected"]


def test_the_quote_in_force_is_strictly_before_the_trade():
    rows = trades((1, 10, 1, 0))
    assert lee_ready(rows, quotes((0, 9, 10), (1, 10, 11))).aggressor.tolist() == [1]
    assert lee_ready(rows, quotes((1, 10, 11))).source.tolist() == [SideSource.NONE]


def test_a_one_sided_or_crossed_quote_is_no_quote():
    rows = trades((1, 10, 1, 0), (2, 9, 1, 0))
    one_sided = quotes((0, 5, 9))
    one_sided["ask_lots"] = 0
    for told in (one_sided, quotes((0, 8, 8)), quotes((0, 9, 7))):
        found = lee_ready(rows, told)
        assert found.aggressor.tolist() == [0, -1]
        assert found.source.tolist() == [SideSource.NONE, SideSource.TICK]


def test_a_quote_from_before_a_gap_is_not_in_force_after_it():
    rows = trades((1, 10, 1, 0), (5, 10, 1, 0))
    gap = (START_NS + 2 * S, START_NS + 4 * S)
    found = lee_ready(rows, quotes((0, 9, 10)), gaps_ns=[gap])
    assert found.aggressor.tolist() == [1, 0]


@given(tapes())
def test_without_quotes_it_is_the_tick_rule(rows):
    found = lee_ready(rows, NO_QUOTES)
    assert found.aggressor.tolist() == tick_rule(rows).tolist()
    assert ((found.source == SideSource.NONE) == (found.aggressor == 0)).all()


def test_the_venue_is_believed_and_a_block_has_no_side():
    rows = trades((1, 10, 1, -1), (2, 11, 1, 0), (3, 12, 1, 0))
    rows["flags"][2] = TradeFlag.BLOCK
    found = trade_sides(rows, quotes((0, 9, 10)))
    assert found.aggressor.tolist() == [-1, 1, 0]
    assert found.source.tolist() == [SideSource.NATIVE, SideSource.QUOTE, SideSource.NONE]


def test_no_trades_have_no_sides():
    assert lee_ready(empty_trades(), quotes((0, 9, 10))).aggressor.tolist() == []


def test_quotes_out_of_order_are_refused():
    with pytest.raises(ValueError, match="sorted by ts_event_ns"):
        lee_ready(empty_trades(), quotes((1, 9, 10), (0, 9, 10)))
