from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.calc.effort import effort
from core.calc.trailing import Usual
from core.domain.arrays import TRADE_DTYPE
from core.domain.units import NS_PER_S
from tests.support.efforts import QUIET_S, RULE, market
from tests.support.tapes import long_tapes, tapes
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


def usual_by_hand(found, at, rule):
    """The quantile of the largest efforts of blocks of windows that were over when one began."""
    width, least = rule.window_s, rule.usual.least
    begin_s = int(found.end_ns[at]) // NS_PER_S - width
    of_second = {int(end) // NS_PER_S: float(lots) for end, lots in zip(
        found.end_ns, found.lots, strict=True)}  # fmt: skip
    largest = [
        max(block)
        for end_s in range(begin_s // width * width, min(of_second, default=0), -width)
        if len(block := [of_second.get(end_s - back, np.nan) for back in range(width)]) == width
        and not np.isnan(block).any()
    ]
    if len(largest) < least:
        return np.nan
    return sorted(largest)[-(-9 * len(largest) // 10) - 1]


@pytest.mark.parametrize("side", [1, -1])
@given(long_tapes(count=9_000))
@settings(max_examples=5, deadline=None)
def test_an_effort_is_held_against_the_largest_of_each_window_before(side, trades):
    rule = replace(RULE, zone_minutes=1)
    found = effort(trades, market()[1], side=side, rule=rule)
    wanted = [
        usual_by_hand(found, at, rule)
        if found.end_ns[at] // NS_PER_S % rule.window_s == 0
        else None
        for at in range(found.end_ns.size)
    ]
    at_blocks = [at for at, each in enumerate(wanted) if each is not None]
    np.testing.assert_array_equal(found.usual_lots[at_blocks], [wanted[at] for at in at_blocks])


def test_what_one_window_in_ten_reaches_is_found_in_one_window_of_ten():
    rng = np.random.default_rng(4)
    count = 60_000
    rows = np.zeros(count, TRADE_DTYPE)
    rows["ts_event_ns"] = START_NS + np.sort(rng.integers(0, 12_000 * NS_PER_S, count))
    rows["price_ticks"] = 1_000 + np.sort(rng.integers(0, 9, count)) % 3
    rows["size_lots"] = np.ceil(20 * rng.lognormal(size=count))
    rows["aggressor"] = rng.choice([-1, 1], count)
    rule = replace(RULE, window_s=10, usual=Usual(Fraction(9, 10)))
    found = effort(rows, market()[1], side=1, rule=rule)
    reaches = found.lots >= found.usual_lots
    known = ~np.isnan(found.usual_lots)
    blocks = (found.end_ns // NS_PER_S - 1) // rule.window_s
    reached = np.unique(blocks[reaches]).size / np.unique(blocks[known]).size
    assert 0.07 < reached < 0.13


@pytest.mark.parametrize("sign", [1, -1])
def test_the_last_window_of_the_script_has_its_numbers(sign):
    tape, quotes, edge = market(sign=sign)
    found = effort(tape, quotes, side=sign, rule=RULE)
    at = int(np.flatnonzero(found.end_ns == START_NS + (QUIET_S + 2) * NS_PER_S)[0])
    assert (found.lots[at], found.edge_ticks[at], found.zone_ticks[at]) == (200.0, edge, 2.0)
    assert found.moved_ticks[at] == 0.0
    assert found.expected_ticks[at] == pytest.approx(20.0, rel=0.1)
    assert found.holds[at]


def test_windows_that_a_gap_touches_do_not_tell_how_far_a_lot_goes():
    tape, quotes, _ = market()
    gap = START_NS + 40 * NS_PER_S, START_NS + 41 * NS_PER_S
    inside = (tape["ts_event_ns"] >= gap[0]) & (tape["ts_event_ns"] < gap[1])
    other = tape.copy()
    other["size_lots"][inside] = 50_000
    one, two = (effort(each, quotes, side=1, rule=RULE, gaps_ns=[gap]) for each in (tape, other))
    np.testing.assert_array_equal(one.expected_ticks[-5:], two.expected_ticks[-5:])
    assert inside.any()
    assert not np.isnan(one.expected_ticks[-5:]).any()


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
