"""Deltas counted hour by hour, against all trades counted at once."""

import numpy as np
import pytest

from core.calc.common_grid import Factors
from core.calc.size_buckets import LADDER_QUOTE
from core.calc.tape_orders import tape_orders
from core.domain.units import NS_PER_DAY, NS_PER_HOUR, NS_PER_MINUTE, NS_PER_S
from data.buffers.tape import Tape
from data.views.deltas import BarDeltas, TradeDeltas, Window
from tests.support.trades import START_NS, instrument, random_trades, trades

SAME = Factors(1, 1)
HOURS = 5
EDGES = (100.0, 3_000.0, 20_000.0)


def walk(seed=1, count=30_000, span_s=HOURS * 3_600):
    return random_trades(np.random.default_rng(seed), count, span_s=span_s)


def tape_of(rows):
    tape = Tape(instrument())
    if rows.size:
        tape.take_trades("trade", rows)
    return tape


def window(now_ns, *, since_ns=0, bars=30, step_ns=NS_PER_MINUTE):
    last = now_ns // step_ns
    return Window(since_ns, np.arange(last - bars + 1, last + 1) * step_ns, step_ns)


def bucket_of(row, worths, edges):
    """The bucket of the order of a fill, by loops."""
    return sum(worths[row] >= edge for edge in edges)


def expected(rows, of, edges=(), *, in_quote=False):
    """Sums by loops: {bucket: before}, and bar by bar."""
    orders = tape_orders(rows)
    sizes = np.diff([*orders.first_row.tolist(), rows.size])
    worths = np.repeat(orders.notional_tick_lots, sizes) * 0.0001
    before = [0] * (len(edges) + 2)
    inside = [[0] * (len(edges) + 2) for _ in of.open_ns]
    for at, row in enumerate(rows.tolist()):
        ns, _, _, lots, ticks, side, _, _ = row
        slot = (ns - int(of.open_ns[0])) // of.step_ns
        if ns < of.since_ns or slot >= len(inside):
            continue
        place = before if slot < 0 else inside[slot]
        place[bucket_of(at, worths, edges)] += side * lots * (ticks if in_quote else 1)
        place[-1] += side != 0
    return before, inside


def assert_same(found, wanted):
    assert found.before.tolist() == wanted[0]
    assert found.inside.tolist() == wanted[1]


@pytest.mark.parametrize("step_ns", [NS_PER_S, NS_PER_MINUTE, 2 * NS_PER_HOUR])
@pytest.mark.parametrize("in_quote", [False, True])
def test_the_sums_are_those_of_all_trades(step_ns, in_quote):
    rows = walk()
    asked = window(int(rows["ts_event_ns"][-1]), step_ns=step_ns, bars=2)
    deltas = TradeDeltas(step_ns, in_quote=in_quote, ladder=EDGES)
    assert_same(
        deltas.update(tape_of(rows), asked), expected(rows, asked, EDGES, in_quote=in_quote)
    )


def test_what_came_before_the_start_of_the_count_does_not_count():
    rows = walk()
    now_ns = int(rows["ts_event_ns"][-1])
    since_ns = START_NS + NS_PER_HOUR + 7 * NS_PER_MINUTE
    asked = window(now_ns, since_ns=since_ns)
    found = TradeDeltas(NS_PER_MINUTE, in_quote=False).update(tape_of(rows), asked)
    assert_same(found, expected(rows, asked))
    assert found.since_ns == since_ns


def test_the_buckets_add_up_to_the_sum_of_all_in_whole_lots():
    rows = walk()
    tape, asked = tape_of(rows), window(int(rows["ts_event_ns"][-1]))
    by_size = TradeDeltas(NS_PER_MINUTE, in_quote=False, ladder=LADDER_QUOTE).update(tape, asked)
    every = TradeDeltas(NS_PER_MINUTE, in_quote=False).update(tape, asked)
    assert by_size.inside.dtype == np.int64
    assert by_size.inside[:, :-1].sum(axis=1).tolist() == every.inside[:, 0].tolist()
    assert by_size.before[:-1].sum() == every.before[0]
    assert np.count_nonzero(by_size.inside[:, :-1].any(axis=0)) > 1


def test_an_order_counts_where_its_worth_is_and_not_its_fills():
    # 60 000 ticks of 0.1: a lot of 0.001 is worth 6; two fills of 900 make one order of 1 800.
    rows = trades((0, 60_000, 150, 1), (0, 60_000, 150, 1), (1, 60_000, 150, 1))
    asked = window(START_NS, bars=1)
    found = TradeDeltas(NS_PER_MINUTE, in_quote=False, ladder=LADDER_QUOTE)
    assert found.update(tape_of(rows), asked).inside.tolist() == [[150, 300, 0, 0, 0, 3]]


def test_counting_as_it_comes_is_counting_at_once():
    rows = walk(2)
    tape, deltas = tape_of(rows[:1]), TradeDeltas(NS_PER_MINUTE, in_quote=False, ladder=EDGES)
    for part in np.array_split(rows[1:], 300):
        tape.take_trades("trade", part)
        asked = window(int(part["ts_event_ns"][-1]))
        found = deltas.update(tape, asked)
    assert_same(found, expected(rows, asked, EDGES))


@pytest.mark.parametrize("place", [5, 4_000, 17_000, 29_990])
def test_a_late_trade_is_counted_in_its_hour_alone(place):
    rows = walk(3)
    late, rest = rows[place : place + 1], np.delete(rows, place)
    asked = window(int(rows["ts_event_ns"][-1]))
    tape, deltas = tape_of(rest), TradeDeltas(NS_PER_MINUTE, in_quote=False)
    deltas.update(tape, asked)
    reads, read = [], tape.trades.window
    tape.take_trades("trade", late)
    tape.trades.window = lambda *span: reads.append(read(*span)) or reads[-1]
    assert_same(deltas.update(tape, asked), expected(rows, asked))
    assert sum(each.size for each in reads) < 1.2 * rows.size / HOURS
    reads.clear()
    deltas.update(tape, asked)
    assert sum(each.size for each in reads) < 100


def test_history_that_comes_backwards_is_counted():
    rows = walk(4)
    asked = window(int(rows["ts_event_ns"][-1]))
    tape, deltas = tape_of(rows[25_000:]), TradeDeltas(NS_PER_MINUTE, in_quote=False)
    for at in range(20_000, -1, -5_000):
        deltas.update(tape, asked)
        tape.take_trades("trade", rows[at : at + 5_000])
    assert_same(deltas.update(tape, asked), expected(rows, asked))


def test_sums_outlive_the_trades_that_made_them():
    rows = walk(5, count=100_000)
    asked = window(int(rows["ts_event_ns"][-1]))
    tape, deltas = tape_of(rows), TradeDeltas(NS_PER_MINUTE, in_quote=False)
    deltas.update(tape, asked)
    tape.drop_before(START_NS + 3 * NS_PER_HOUR)
    assert len(tape.trades) < 0.6 * rows.size
    assert_same(deltas.update(tape, asked), expected(rows, asked))
    late = rows[-9_000:-8_999].copy()
    late["trade_id"], late["size_lots"] = 10**9, 777
    tape.take_trades("trade", late)
    every = np.sort(np.concatenate([rows, late]), order=["ts_event_ns", "trade_id"])
    assert_same(deltas.update(tape, asked), expected(every, asked))


def test_a_trade_that_comes_while_others_are_read_is_in_the_next_answer():
    rows = walk(6, count=4_000)
    asked = window(int(rows["ts_event_ns"][-1]))
    late, rest = rows[2_000:2_001], np.delete(rows, 2_000)
    tape, deltas = tape_of(rest), TradeDeltas(NS_PER_MINUTE, in_quote=False)
    read = tape.trades.window

    def once(from_ns, to_ns):
        found = read(from_ns, to_ns)
        tape.trades.window = read
        tape.take_trades("trade", late)
        return found

    tape.trades.window = once
    deltas.update(tape, asked)
    assert_same(deltas.update(tape, asked), expected(rows, asked))


def test_a_new_day_lets_go_of_the_one_before():
    day_ns = START_NS // NS_PER_DAY * NS_PER_DAY
    rows = walk(7)
    asked = window(int(rows["ts_event_ns"][-1]), since_ns=day_ns)
    tape, deltas = tape_of(rows), TradeDeltas(NS_PER_MINUTE, in_quote=False)
    deltas.update(tape, asked)
    later = window(int(rows["ts_event_ns"][-1]), since_ns=day_ns + NS_PER_DAY)
    assert_same(deltas.update(tape, later), expected(rows, later))
    assert_same(deltas.update(tape, asked), expected(rows, asked))


@pytest.mark.parametrize("step_ns", [5 * NS_PER_S, NS_PER_MINUTE, NS_PER_HOUR])
def test_bars_tell_what_their_trades_do(step_ns):
    rows = walk(8)
    name = {5 * NS_PER_S: "5s", NS_PER_MINUTE: "1m", NS_PER_HOUR: "1h"}[step_ns]
    asked = window(int(rows["ts_event_ns"][-1]), step_ns=step_ns, bars=3)
    found = BarDeltas(step_ns, name).update([tape_of(rows)], [SAME], asked)
    before, inside = expected(rows, asked)
    assert found.before[0] == before[0]
    assert found.inside[:, 0].tolist() == [each[0] for each in inside]
    assert found.since_ns == rows["ts_event_ns"][0]


def test_nothing_held_is_nothing_counted():
    asked = window(START_NS)
    found = TradeDeltas(NS_PER_MINUTE, in_quote=True).update(tape_of(walk()[:0]), asked)
    assert (found.before.tolist(), found.since_ns) == ([0, 0], None)
    assert not found.inside.any()
