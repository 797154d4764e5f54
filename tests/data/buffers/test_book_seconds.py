"""The seconds of a book against a plain account of it, live and out of its recording."""

from itertools import pairwise

import numpy as np
import pytest

from core.domain.events import BookBegins, BookEnds, Gap, Rows
from core.domain.units import NS_PER_S
from data.buffers.book_seconds import LEVELS, MAX_SECONDS, SLOT_NS
from data.buffers.followed_book import FollowedBook
from data.engine import Engine
from tests.support.book_events import BTC, START_NS, delta, snapshot

FOREVER = 2**62
S = NS_PER_S


def rows_of(book):
    return book.seconds.rows.window(0, FOREVER)


def followed(*messages, first=None):
    """A book with its snapshot at 0.5 s, so that second 1 is its first whole one."""
    book = FollowedBook()
    book.replace(first or snapshot(1, [(99, 5)], [(101, 5)], at_ms=500))
    for each in messages:
        book.apply(each)
    return book


def test_a_second_has_its_flow_touch_and_mean_spread():
    book = followed(
        delta(2, bids=[(100, 3)], at_ms=1_250),
        delta(3, asks=[(101, 2)], at_ms=1_500),
        delta(4, at_ms=2_000),
    )
    (row,) = rows_of(book)
    assert row["ts_event_ns"] == START_NS + S
    assert row["flow_lots"] == 3 + 3, "a better bid of three; three left the ask"
    assert row["deep_flow_lots"] == 3 + 5 + 3, "by rank: a second bid of five is new"
    assert [int(row[name]) for name in ("bid_ticks", "bid_lots", "ask_ticks", "ask_lots")] == [
        100, 3, 101, 2,
    ]  # fmt: skip
    assert row["spread_bps"] == pytest.approx(0.25 * 2 / 100 * 1e4 + 0.75 * 1 / 100.5 * 1e4)


def test_the_seconds_in_which_it_began_or_was_lost_have_no_row():
    book = followed(delta(2, at_ms=1_100), delta(3, at_ms=2_100))
    book.lose()
    book.replace(snapshot(9, at_ms=4_500))
    book.apply(delta(10, bids=[(99, 50)], at_ms=5_100))
    book.apply(delta(11, at_ms=6_100))
    seconds = (rows_of(book)["ts_event_ns"] - START_NS) // S
    assert seconds.tolist() == [1, 5]
    assert rows_of(book)["flow_lots"].tolist() == [0, 45]


def test_a_book_that_says_nothing_for_a_while_is_calm_and_for_long_is_not_known():
    book = followed(delta(2, bids=[(99, 7)], at_ms=1_100), delta(3, at_ms=100_000))
    rows = rows_of(book)
    assert ((rows["ts_event_ns"] - START_NS) // S).tolist() == list(range(1, 61))
    assert rows["flow_lots"].tolist() == [2] + [0] * 59
    assert rows["bid_lots"].tolist() == [7] * 60


def test_after_a_time_that_was_far_ahead_the_seconds_go_on_with_those_that_follow():
    wrong = delta(2, at_ms=10_000_000)
    book = followed(wrong, *(delta(3 + n, at_ms=100_000 + 100 * n) for n in range(50)))
    seconds = (rows_of(book)["ts_event_ns"] - START_NS) // S
    assert seconds[-3:].tolist() == [101, 102, 103]


def test_a_book_made_anew_while_live_goes_on_as_after_any_message():
    book = followed(delta(2, at_ms=1_100))
    book.replace(snapshot(3, [(99, 9)], [(101, 5)], at_ms=1_600))
    book.apply(delta(4, at_ms=2_100))
    assert rows_of(book)["flow_lots"].tolist() == [4]


def test_sides_that_cross_in_passing_do_not_count():
    book = followed(
        delta(2, bids=[(102, 4)], at_ms=1_100),
        delta(3, bids=[(102, 0)], at_ms=1_200),
        delta(4, at_ms=2_100),
    )
    assert rows_of(book)[["flow_lots", "deep_flow_lots"]].tolist() == [(0, 0)]


def test_sides_that_are_crossed_when_a_second_ends_are_no_flow_of_either_second():
    book = followed(
        delta(2, bids=[(102, 4)], at_ms=1_950),
        delta(3, bids=[(102, 0)], at_ms=2_050),
        delta(4, at_ms=3_000),
    )
    assert rows_of(book)[["flow_lots", "deep_flow_lots"]].tolist() == [(0, 0)] * 2


def test_a_side_without_levels_has_no_spread_and_no_lots():
    book = followed(delta(2, asks=[(101, 0)], at_ms=900), delta(3, at_ms=2_000))
    (row,) = rows_of(book)
    assert row["ask_lots"] == 0
    assert np.isnan(row["spread_bps"])
    assert np.isnan(row["near_lots"]).all()


def test_depth_counts_as_far_as_both_sides_are_known():
    bids, asks = [(9_999 - n, 1) for n in range(30)], [(10_001 + n, 2) for n in range(30)]
    book = followed(delta(2, at_ms=2_000), first=snapshot(1, bids, asks, at_ms=500, depth=30))
    near = rows_of(book)["near_lots"][0]
    assert near[0].tolist() == [10.0, 20.0]
    assert np.isnan(near[1]).all(), "50 ticks away a level may rest that is not known"
    whole = followed(delta(2, at_ms=2_000), first=snapshot(1, bids, asks, at_ms=500, depth=99))
    assert rows_of(whole)["near_lots"][0].tolist() == [[10.0, 20.0], [30.0, 60.0]]


def test_the_best_prices_are_held_at_the_end_of_each_slot():
    book = followed(
        delta(2, bids=[(99, 6)], at_ms=1_010),
        delta(3, bids=[(99, 7)], at_ms=1_090),
        delta(4, bids=[(99, 8)], at_ms=1_100),
        delta(5, at_ms=2_000),
    )
    tops = book.seconds.tops.window(0, FOREVER)
    assert tops["bid_lots"].tolist() == [5, 7, 8]
    assert SLOT_NS == 100_000_000


def random_messages(rng, count):
    """A snapshot, and deltas 3 to 400 ms apart around a moving middle."""
    at_ms, middle = 700, 1_000
    bids = [(middle - n, int(rng.integers(1, 50))) for n in range(1, 80)]
    asks = [(middle + n, int(rng.integers(1, 50))) for n in range(1, 80)]
    yield snapshot(1, bids, asks, at_ms=at_ms)
    for number in range(2, count + 2):
        at_ms += int(rng.choice([3, 20, 90, 400, 2_500], p=[0.3, 0.3, 0.3, 0.09, 0.01]))
        middle += int(rng.integers(-1, 2))
        sides = []
        for sign in (-1, 1):
            some = middle + sign * rng.integers(1, 12, 4)
            sizes = rng.integers(0, 50, 4) * (rng.random(4) < 0.8)
            clean = [(middle - sign * n, 0) for n in range(8)]
            sides.append([*clean, *zip(some.tolist(), sizes.tolist(), strict=True)])
        yield delta(number, after=number - 1, bids=sides[0], asks=sides[1], at_ms=at_ms)


def account(messages):
    """Flow at the best prices and over five levels, in plain words: second -> two numbers."""
    sides, flows, slots, deep_flows = ({}, {}), {}, {}, {}
    best, first, last_at = None, None, 0
    for message in messages:
        at_ns = message.ts_event_ns
        first = at_ns // S if first is None else first
        if best is not None and at_ns // SLOT_NS > last_at // SLOT_NS:
            slots[last_at // SLOT_NS] = ranked(sides)
        for held, levels in zip(sides, (message.bids, message.asks), strict=True):
            held |= dict(levels)
        now = [level[0] for level in ranked(sides)]
        if best is not None:
            flows[at_ns // S] = flows.get(at_ns // S, 0) + event(best, now)
        best, last_at = now, at_ns
    keys = sorted(slots)
    for before, after in pairwise(keys):
        second = after * SLOT_NS // S
        pairs = zip(zip(*slots[before], strict=True), zip(*slots[after], strict=True), strict=True)
        deep_flows[second] = deep_flows.get(second, 0) + sum(event(a, b) for a, b in pairs)
    span = range(first + 1, last_at // S)
    return [(each * S, flows.get(each, 0), deep_flows.get(each, 0)) for each in span]


def ranked(sides):
    orders = (True, False)
    return [
        sorted(((t, q) for t, q in held.items() if q), reverse=order)[:LEVELS]
        for held, order in zip(sides, orders, strict=True)
    ]


def event(before, after):
    """Cont, Kukanov and Stoikov's, as they write it."""
    (b0, qb0), (a0, qa0) = before
    (b1, qb1), (a1, qa1) = after
    return qb1 * (b1 >= b0) - qb0 * (b1 <= b0) - qa1 * (a1 <= a0) + qa0 * (a1 >= a0)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_flow_is_that_of_a_plain_account(seed):
    messages = list(random_messages(np.random.default_rng(seed), 1_500))
    book = FollowedBook()
    book.replace(messages[0])
    for each in messages[1:]:
        book.apply(each)
    rows = rows_of(book)[["ts_event_ns", "flow_lots", "deep_flow_lots"]]
    assert rows.tolist() == account(messages)
    assert rows.size < MAX_SECONDS


@pytest.fixture
def engine(book_engine):
    return book_engine


def test_what_was_recorded_of_a_book_gives_the_same_seconds_as_the_book_itself(engine):
    told, again = [], Engine()
    again.start()
    engine.tap(told.append)
    messages = list(random_messages(np.random.default_rng(4), 3_000))
    at_ms = (messages[1_600].ts_event_ns - START_NS) // 1_000_000 - 1
    parts = (
        [BookBegins(BTC), messages[1], messages[0], *messages[2:1_500]],
        [BookEnds(BTC, "lost", messages[1_499].ts_recv_ns), BookBegins(BTC), messages[1_600]],
        [snapshot(1_600, at_ms=at_ms), *messages[1_600:]],
    )
    for part in parts:
        for each in part:
            engine.submit(each)
        assert engine.settle()
    before, after, gap = told
    for each in (before, gap, after):
        again.submit(each)
    assert again.settle()
    again.stop()
    live, replayed = (each.tape(BTC.id).book.seconds for each in (engine, again))
    assert (type(gap), type(after)) == (Gap, Rows)
    assert len(live.rows) > 100
    assert live.rows.window(0, FOREVER).tobytes() == replayed.rows.window(0, FOREVER).tobytes()
    assert live.tops.window(0, FOREVER).tobytes() == replayed.tops.window(0, FOREVER).tobytes()
