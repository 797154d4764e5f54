"""The planted market: the same for a seed, labelled, and of one piece: trades, quotes, book."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from core.domain.arrays import LevelFlag
from data.sources.simulated.planted import BARS, MOMENTS, PlantKind, planted_market

S = 10**9
BAR_KINDS = {
    "BAR_ABSORPTION", "DELTA_FADE", "VOLUME_COLLAPSE", "DRIVE", "STOP_GRAB", "BREAKOUT",
    "STACKED_IMBALANCE", "BALANCED_CLIMB", "SLOPE_DIVERGENCE", "ALIGNED", "SWING_DIVERGENCE",
}  # fmt: skip


@pytest.fixture(scope="module")
def moments():
    return planted_market(3, MOMENTS, count=2)


@pytest.fixture(scope="module")
def bars():
    return planted_market(3, BARS, count=1)


@pytest.fixture(params=["moments", "bars"])
def market(request):
    return request.getfixturevalue(request.param)


def messages(levels):
    return np.split(levels, np.flatnonzero(levels["flags"] & LevelFlag.FIRST)[1:])


def bytes_of(market):
    arrays = (market.trades, market.quotes, market.levels, market.liquidations, market.tickers)
    return [each.tobytes() for each in arrays]


def test_a_seed_gives_the_same_bytes_and_labels_every_time(moments):
    again = planted_market(3, MOMENTS, count=2)
    assert bytes_of(again) == bytes_of(moments)
    assert again.labels == moments.labels
    assert planted_market(4, MOMENTS, count=1).trades.tobytes() != moments.trades.tobytes()


def test_every_kind_is_planted_as_often_as_asked_and_from_both_sides(moments, bars):
    assert {kind.name for kind in PlantKind} == BAR_KINDS | {e.kind.name for e in moments.labels}
    assert Counter(each.kind.name for each in bars.labels) == dict.fromkeys(BAR_KINDS, 1)
    assert set(Counter((each.kind, each.side) for each in moments.labels).values()) == {1}


def test_a_label_lies_within_what_was_written_for_it_and_those_do_not_overlap(market):
    for label in market.labels:
        assert label.written_ns[0] - S <= label.start_ns < label.end_ns <= label.written_ns[1] + S
        assert label.low_ticks <= label.high_ticks
        assert label.seed == 3
    spans = sorted({label.written_ns for label in market.labels})
    assert all(end + 100 * S <= begin for (_, end), (begin, _) in pairwise(spans))


def test_nothing_is_planted_in_the_past_or_in_quiet_hours(market):
    assert min(label.written_ns[0] for label in market.labels) >= market.from_ns
    assert len(market.quiet_ns) == 2
    for begin, end in market.quiet_ns:
        assert market.from_ns <= begin < end <= market.until_ns
        assert not any(e.written_ns[0] < end and e.written_ns[1] > begin for e in market.labels)


def test_trades_are_sorted_with_ids_that_count(market):
    trades = market.trades
    assert (np.diff(trades["ts_event_ns"]) >= 0).all()
    assert trades["trade_id"].tolist() == list(range(1, trades.size + 1))
    assert (trades["size_lots"] > 0).all()
    assert int(trades["ts_event_ns"][-1]) < market.until_ns


def test_every_order_begins_at_the_best_price_of_its_moment(market):
    trades, quotes = market.trades, market.quotes
    first = np.append(True, np.diff(trades["ts_event_ns"]) > 0)
    rows = trades[first]
    side = np.where(rows["aggressor"] > 0, "ask", "bid")
    before, after = (
        np.searchsorted(quotes["ts_event_ns"], rows["ts_event_ns"], side=each) - 1
        for each in ("left", "right")
    )
    for at in np.flatnonzero(before >= 0).tolist():
        name = f"{side[at]}_ticks"
        # A quote of the same millisecond may be what was there before the order, or after it.
        told = set(quotes[name][before[at] : after[at] + 1].tolist())
        assert int(rows["price_ticks"][at]) in told


def test_the_book_is_never_crossed_and_its_best_prices_are_those_of_the_quotes(moments):
    book = {1: {}, -1: {}}
    quotes = moments.quotes
    for message in messages(moments.levels):
        for row in message:
            side = book[int(row["side"])]
            side[int(row["price_ticks"])] = int(row["size_lots"])
            if not row["size_lots"]:
                del side[int(row["price_ticks"])]
        best = max(book[1]), min(book[-1])
        assert best[0] < best[1]
        stamp = int(message["ts_event_ns"][0])
        ends = np.searchsorted(quotes["ts_event_ns"], [stamp, stamp + 1]) - 1
        told = quotes[max(ends[0], 0) : ends[1] + 1]
        assert best in list(
            zip(told["bid_ticks"].tolist(), told["ask_ticks"].tolist(), strict=True)
        )


def test_what_was_eaten_of_a_wall_traded_at_its_price(moments):
    walls = [each for each in moments.labels if each.kind is PlantKind.WALL_EATEN]
    for label in walls:
        rows = moments.trades
        inside = (rows["ts_event_ns"] >= label.start_ns) & (rows["ts_event_ns"] <= label.end_ns)
        at_wall = inside & (rows["price_ticks"] == label.low_ticks)
        hit = rows["size_lots"][at_wall & (rows["aggressor"] == -label.side)].sum()
        assert hit >= dict(label.parameters)["lots"]


def test_a_sweep_fills_one_order_at_several_prices(moments):
    for label in (each for each in moments.labels if each.kind is PlantKind.SWEEP):
        rows = moments.trades[moments.trades["ts_event_ns"] == label.start_ns + 500_000_000]
        rows = rows[rows["aggressor"] == label.side]
        assert rows["size_lots"].sum() >= dict(label.parameters)["lots"]
        assert np.unique(rows["price_ticks"]).size >= 4


def test_open_interest_falls_in_a_cascade(moments):
    told_ns, coins = moments.tickers["ts_event_ns"], moments.tickers["open_interest"]
    for label in (each for each in moments.labels if each.kind is PlantKind.CASCADE):
        at = np.searchsorted(told_ns, [label.start_ns, label.end_ns])
        assert coins[at[1]] < coins[at[0]]
