import numpy as np
import pytest

from core.calc.bars import time_bars
from core.domain.arrays import QUOTE_DTYPE
from core.domain.events import Channel, Gap
from core.domain.units import NS_PER_S
from data.buffers.tape import Tape
from tests.support.book_seconds import seconds
from tests.support.trades import START_NS, instrument, random_trades, trades

FOREVER = 2**62


@pytest.fixture
def tape():
    return Tape(instrument())


def test_seconds_equal_the_bars_of_all_trades_whatever_the_order_of_arrival(tape):
    rng = np.random.default_rng(5)
    rows = random_trades(rng, 2_000)
    order = np.argsort(np.arange(rows.size) + rng.integers(0, 40, rows.size))
    for part in np.array_split(rows[order], 97):
        tape.take_trades("trade", part)
    assert np.array_equal(tape.trades.window(0, FOREVER), rows)
    assert np.array_equal(tape.seconds.window(0, FOREVER), time_bars(rows, step_ns=NS_PER_S))


def test_history_joins_the_socket_without_a_hole_or_a_repeat(tape):
    rows = random_trades(np.random.default_rng(6), 500)
    assert tape.take_trades("trade", rows[300:]).size == 200
    assert tape.complete_from_ns == int(rows["ts_event_ns"][300])
    assert tape.take_trades("trade", rows[:350]).size == 300
    assert tape.complete_from_ns == int(rows["ts_event_ns"][0])
    assert np.array_equal(tape.trades.window(0, FOREVER), rows)


def test_a_second_stream_of_the_same_trades_is_counted_and_not_kept(tape):
    tape.take_trades("aggTrade", trades((0, 10, 1, 1)))
    assert tape.take_trades("trade", trades((1, 10, 1, 1), (2, 10, 1, 1))).size == 0
    assert tape.other_channel_rows == 2
    assert len(tape.trades) == 1


def test_newer_klines_replace_older_answers_for_the_same_time(tape):
    bars = time_bars(trades((0, 10, 1, 1), (61, 11, 2, 1)), step_ns=60 * NS_PER_S)
    later = bars[1:].copy()
    later["buy_lots"] = 99
    tape.take_klines("1m", bars)
    tape.take_klines("1m", later)
    assert tape.klines["1m"]["buy_lots"].tolist() == [1, 99]
    assert tape.klines_version == 2


def test_gaps_are_rows(tape):
    gap = Gap(tape.instrument.id, START_NS, START_NS + 5, "the connection was lost")
    tape.take_gap(gap)
    assert list(tape.gaps) == [gap]


def quotes(*times_ns):
    rows = np.zeros(len(times_ns), QUOTE_DTYPE)
    rows["ts_event_ns"] = times_ns
    rows["update_id"] = np.arange(len(times_ns))
    return rows


def test_of_each_second_one_quote_is_held_however_the_blocks_are_cut():
    times = [NS_PER_S // 10 * each for each in range(100)]
    whole, cut = Tape(instrument()), Tape(instrument())
    whole.take_rows(Channel.QUOTES, "bookTicker", quotes(*times))
    for at in range(0, 100, 7):
        cut.take_rows(Channel.QUOTES, "bookTicker", quotes(*times[at : at + 7]))
    held = [tape.quotes.window(0, 2**62)["ts_event_ns"].tolist() for tape in (whole, cut)]
    assert held[0] == held[1] == times[9::10]


def test_seconds_of_a_book_go_when_they_are_too_old(tape):
    ring = tape.book.seconds.rows
    ring.append(seconds(range(10)))
    tape.drop_rows(3 * NS_PER_S)
    assert ring.oldest_ns == START_NS + 6 * NS_PER_S


def test_gaps_are_told_oldest_first_in_whatever_order_they_came():
    tape = Tape(instrument())
    later, earlier = Gap(instrument().id, 50, 60, "b"), Gap(instrument().id, 10, 20, "a")
    tape.take_gap(later)
    tape.take_gap(earlier)
    assert tape.gaps == (earlier, later)
