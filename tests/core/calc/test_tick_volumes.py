from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.calc.tick_volumes import (
    MAX_SPAN_TICKS,
    TickVolumes,
    add_tick_volumes,
    spread_bars,
    tick_volumes,
)
from core.domain.arrays import BAR_DTYPE, TRADE_DTYPE, empty_bars, empty_trades
from tests.support.tapes import long_tapes, tapes


def by_price(volumes: TickVolumes):
    """{(price, side): lots}, without what is 0."""
    found = {
        (volumes.first_tick + index, side): int(lots)
        for side, column in (
            (1, volumes.buy_lots),
            (-1, volumes.sell_lots),
            (0, volumes.unknown_lots),
        )
        for index, lots in enumerate(column)
    }
    return {key: lots for key, lots in found.items() if lots}


def counted(trades):
    found = Counter()
    for price, side, lots in trades[["price_ticks", "aggressor", "size_lots"]].tolist():
        found[price, side] += lots
    return dict(found)


def bar(low, high, buy=0, sell=0, unknown=0):
    row = np.zeros(1, BAR_DTYPE)
    row["low_ticks"], row["high_ticks"] = low, high
    row["buy_lots"], row["sell_lots"], row["unknown_lots"] = buy, sell, unknown
    return row


@given(tapes())
def test_volume_at_each_tick_is_what_counting_gives(trades):
    assert by_price(tick_volumes(trades)) == counted(trades)


@settings(max_examples=2)
@given(long_tapes(count=70_000))
def test_a_long_tape_is_counted_as_a_short_one(trades):
    assert by_price(tick_volumes(trades)) == counted(trades)


@given(tapes(min_size=1))
def test_ticks_go_from_the_lowest_to_the_highest_price(trades):
    volumes = tick_volumes(trades)
    assert volumes.first_tick == trades["price_ticks"].min()
    assert volumes.first_tick + volumes.buy_lots.size - 1 == trades["price_ticks"].max()


@given(tapes(min_size=1, lots=(2**53 - 3, 2**53)))
def test_sums_are_exact_where_floats_are_not(trades):
    assert by_price(tick_volumes(trades)) == counted(trades)


@given(tapes(), st.integers(0, 40))
def test_volumes_of_two_parts_add_up_to_those_of_the_whole(trades, cut):
    a, b = tick_volumes(trades[:cut]), tick_volumes(trades[cut:])
    added, whole = add_tick_volumes(a, b), tick_volumes(trades)
    assert by_price(added) == by_price(whole)
    assert added.first_tick == whole.first_tick
    assert added.buy_lots.size == whole.buy_lots.size
    assert by_price(add_tick_volumes(b, a)) == by_price(added)


@given(tapes(min_size=1))
def test_adding_leaves_its_parts_as_they_were(trades):
    volumes = tick_volumes(trades)
    added = add_tick_volumes(volumes, tick_volumes(empty_trades()))
    added.buy_lots[:] = 7_777
    assert by_price(volumes) == counted(trades)


def test_nothing_traded_has_no_ticks():
    for empty in (tick_volumes(empty_trades()), spread_bars(empty_bars())):
        assert empty.buy_lots.size == empty.sell_lots.size == empty.unknown_lots.size == 0
        assert by_price(add_tick_volumes(empty, empty)) == {}


def test_a_bar_is_spread_evenly_and_what_is_left_over_goes_to_its_middle():
    assert spread_bars(bar(10, 14, buy=6, sell=4, unknown=7)).unknown_lots.tolist() == (
        [3, 4, 4, 3, 3]
    )
    assert spread_bars(bar(10, 12, unknown=1)).unknown_lots.tolist() == [0, 1, 0]
    assert spread_bars(bar(-2, -2, unknown=9)).first_tick == -2


@given(
    st.lists(
        st.tuples(st.integers(-50, 50), st.integers(0, 30), st.integers(0, 10**6)),
        min_size=1,
        max_size=10,
    )
)
def test_spreading_bars_keeps_every_lot_and_every_tick_near_its_share(rows):
    bars = np.concatenate(
        [bar(low, low + height, unknown=lots, buy=1) for low, height, lots in rows]
    )
    volumes = spread_bars(bars)
    assert int(volumes.unknown_lots.sum()) == sum(lots + 1 for _, _, lots in rows)
    assert not volumes.buy_lots.any()
    assert not volumes.sell_lots.any()
    assert volumes.first_tick == min(low for low, _, _ in rows)
    for index, found in enumerate(volumes.unknown_lots):
        tick = volumes.first_tick + index
        inside = [(h, lots + 1) for low, h, lots in rows if low <= tick <= low + h]
        share = sum(lots / (height + 1) for height, lots in inside)
        assert abs(found - share) < max(len(inside), 1)


@given(st.integers(1, 40), st.integers(0, 10**5))
def test_no_two_ticks_of_a_bar_differ_by_more_than_a_lot(ticks, lots):
    spread = spread_bars(bar(5, 4 + ticks, unknown=lots)).unknown_lots.tolist()
    assert max(spread) - min(spread) <= 1
    assert sum(a != b for a, b in pairwise(spread)) <= 2


def test_a_print_far_off_the_market_is_refused_before_it_takes_all_memory():
    trades = np.zeros(2, TRADE_DTYPE)
    trades["price_ticks"], trades["size_lots"] = (1, MAX_SPAN_TICKS + 1), 1
    with pytest.raises(ValueError, match="far off the market"):
        tick_volumes(trades)
    with pytest.raises(ValueError, match="far off the market"):
        add_tick_volumes(tick_volumes(trades[:1]), tick_volumes(trades[1:]))
    with pytest.raises(ValueError, match="far off the market"):
        spread_bars(bar(1, MAX_SPAN_TICKS + 1, unknown=1))
