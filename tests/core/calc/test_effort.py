import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.calc.effort import effort
from core.domain.units import NS_PER_S
from tests.support.efforts import QUIET_S, RULE, market
from tests.support.tapes import tapes
from tests.support.trades import START_NS


def lots_by_hand(trades, end_ns, zone, side):
    """What was taken against ``side`` in the zone of the window that ends at ``end_ns``."""
    since_ns = end_ns - RULE.window_s * NS_PER_S
    rows = [each for each in trades if since_ns <= each["ts_event_ns"] < end_ns]
    low = min((side * int(each["price_ticks"]) for each in rows), default=0)
    return sum(
        int(each["size_lots"])
        for each in rows
        if each["aggressor"] == -side and side * int(each["price_ticks"]) < low + zone
    )


@given(tapes(max_size=25, ticks=(1, 8)), st.sampled_from([-1, 1]))
@settings(deadline=None)
def test_the_effort_is_what_trade_by_trade_gives(trades, side):
    found = effort(trades, market()[1], side=side, rule=RULE)
    for at in range(found.end_ns.size):
        if np.isnan(found.zone_ticks[at]):
            assert not found.lots[at] > 0
        elif not np.isnan(found.lots[at]):
            expected = lots_by_hand(trades, found.end_ns[at], found.zone_ticks[at], side)
            assert found.lots[at] == expected


@pytest.mark.parametrize("sign", [1, -1])
def test_the_last_window_of_the_script_has_its_numbers(sign):
    tape, quotes, edge = market(sign=sign)
    found = effort(tape, quotes, side=sign, rule=RULE)
    at = int(np.flatnonzero(found.end_ns == START_NS + (QUIET_S + 2) * NS_PER_S)[0])
    assert (found.lots[at], found.edge_ticks[at], found.zone_ticks[at]) == (200.0, edge, 2.0)
    assert found.moved_ticks[at] == 0.0
    assert found.expected_ticks[at] == pytest.approx(20.0, rel=0.1)
    assert found.holds[at]


def test_the_second_of_the_last_trade_is_not_over():
    tape, quotes, _ = market()
    whole = effort(tape, quotes, side=1, rule=RULE).end_ns
    assert whole[-1] == tape["ts_event_ns"][-1] // NS_PER_S * NS_PER_S
    assert effort(tape[:1], quotes, side=1, rule=RULE).end_ns.size == 0


def test_rows_out_of_order_are_refused():
    tape, quotes, _ = market()
    with pytest.raises(ValueError, match="sorted"):
        effort(tape[::-1], quotes, side=1, rule=RULE)
    with pytest.raises(ValueError, match="sorted"):
        effort(tape, quotes[::-1], side=1, rule=RULE)
