"""The grade of bars as tapes of all three kinds of venues are written, read and cut."""

from dataclasses import fields

import numpy as np
import pytest

from core.calc.bars import time_bars
from core.calc.common_grid import Factors, common_instrument, factors
from core.calc.grade import Reason
from core.domain.arrays import LEVEL_DTYPE, BookSide, LevelFlag, Provenance
from core.domain.events import Channel, Gap
from core.domain.timeframe import TIMEFRAMES_NS
from core.domain.units import NS_PER_HOUR, NS_PER_MINUTE, NS_PER_S
from data.buffers.tape import Tape
from data.views.grade import GradedBars
from tests.support.trades import START_NS, instrument, random_trades, trades

SAME = [Factors(1, 1)]
BINANCE = instrument("binance.perp.BTCUSDT")
OKX = instrument("okx.perp.BTC-USDT-SWAP", step="0.01", value="0.01")
BYBIT = instrument("bybit.perp.BTCUSDT")
FIFTHS = trades(*((20 * n, 1000, 10, 1 if n % 2 else -1) for n in range(15)))
"""Three trades a minute, five minutes."""


def tape_of(rows, listed=BINANCE):
    tape = Tape(listed)
    tape.take_trades("trade", rows)
    return tape


def candles_of(rows, step_ns=NS_PER_MINUTE):
    bars = time_bars(rows, step_ns=step_ns)
    bars["provenance"] = Provenance.KLINES
    return bars


def named(timeframe):
    return timeframe if TIMEFRAMES_NS[timeframe] >= NS_PER_MINUTE else None


def opens_of(count, timeframe="1m", from_ns=START_NS):
    return from_ns + TIMEFRAMES_NS[timeframe] * np.arange(count)


def grades_of(tape, opens, timeframe="1m", after_s=600):
    graded = GradedBars(TIMEFRAMES_NS[timeframe], named(timeframe))
    return graded.update([tape], SAME, opens, now_ns=START_NS + after_s * NS_PER_S)


def test_bybit_is_proven_by_its_closed_candle_and_not_before():
    tape = tape_of(FIFTHS, BYBIT)
    assert np.isnan(grades_of(tape, opens_of(5)).grade).all()
    tape.take_klines("1m", candles_of(FIFTHS)[:3])
    np.testing.assert_array_equal(grades_of(tape, opens_of(5)).grade, [1, 1, 1, np.nan, np.nan])


def test_a_second_of_bybit_is_proven_by_the_minute_that_holds_it():
    rows = np.delete(FIFTHS, 4)
    tape = tape_of(rows, BYBIT)
    tape.take_klines("1m", candles_of(FIFTHS)[:2])
    opens = rows["ts_event_ns"] // NS_PER_S * NS_PER_S
    grades = grades_of(tape, opens, "1s")
    expected = [1, 1, 1, 2 / 3, 2 / 3, *[np.nan] * 9]
    np.testing.assert_array_equal(grades.grade, expected)
    assert grades.missing_lots.tolist()[:5] == [0, 0, 0, 10, 10]


def test_a_second_whose_ids_tell_is_not_blamed_for_its_minute():
    rows = np.delete(FIFTHS, 4)
    tape = tape_of(rows, BINANCE)
    tape.take_klines("1m", candles_of(FIFTHS))
    opens = np.array([START_NS + each * NS_PER_S for each in (20, 40, 60, 100)])
    grades = grades_of(tape, opens, "1s")
    assert grades.grade.tolist() == [1, 1, 1 / 2, 1 / 2]
    assert grades.reason.tolist()[:3] == [Reason.IDS, Reason.IDS, Reason.IDS_MISSING]


def test_a_long_bar_is_proven_by_all_of_its_minutes_or_by_its_own_candle():
    opens = opens_of(1, "5m", START_NS // (5 * NS_PER_MINUTE) * 5 * NS_PER_MINUTE)
    rows = trades(*((20 * n, 1000, 10, 1) for n in range(60)))
    rows["ts_event_ns"] += int(opens[0]) + 5 * NS_PER_MINUTE - START_NS
    tape, opens = tape_of(rows, BYBIT), opens + 5 * NS_PER_MINUTE
    minutes = candles_of(rows)
    tape.take_klines("1m", np.delete(minutes, 2))
    assert np.isnan(grades_of(tape, opens, "5m", 3_600).grade[0])
    tape.take_klines("1m", minutes)
    assert grades_of(tape, opens, "5m", 3_600).grade[0] == 1
    alone = tape_of(rows, BYBIT)
    alone.take_klines("5m", candles_of(rows, 5 * NS_PER_MINUTE))
    assert grades_of(alone, opens, "5m", 3_600).grade[0] == 1


def test_a_candle_that_came_before_the_last_trades_settled_blames_nobody():
    tape = tape_of(FIFTHS[:3], BYBIT)
    tape.take_klines("1m", candles_of(FIFTHS)[:1])
    assert np.isnan(grades_of(tape, opens_of(1), after_s=63).grade[0])
    assert grades_of(tape, opens_of(1), after_s=65).grade[0] == 1


def test_our_own_minutes_of_trades_let_go_are_no_proof():
    rows = random_trades(np.random.default_rng(1), 40_000, span_s=3 * 3_600)
    tape = tape_of(rows, BYBIT)
    tape.drop_before(START_NS // NS_PER_HOUR * NS_PER_HOUR + 2 * NS_PER_HOUR)
    first = grades_of(tape, opens_of(5), after_s=4 * 3_600)
    assert np.isnan(first.grade).all()


def test_a_gap_of_trades_is_its_share_of_time_where_ids_do_not_tell():
    tape = tape_of(FIFTHS, BYBIT)
    from_ns = START_NS + NS_PER_MINUTE + 20 * NS_PER_S
    tape.take_gap(Gap(BYBIT.id, from_ns, from_ns + 15 * NS_PER_S, "lost"))
    grades = grades_of(tape, opens_of(5))
    assert grades.grade[1] == 0.75
    assert grades.reason[1] == Reason.GAP


def test_gaps_of_other_channels_leave_the_grade_of_trades_alone():
    tape = tape_of(FIFTHS, BYBIT)
    for channel in set(Channel) - {Channel.TRADES}:
        tape.take_gap(Gap(BYBIT.id, START_NS, START_NS + NS_PER_MINUTE, "lost", channel))
    assert np.isnan(grades_of(tape, opens_of(5)).grade).all()


def test_before_trades_are_held_there_is_only_the_candle():
    tape = tape_of(FIFTHS, BINANCE)
    early = FIFTHS.copy()
    early["ts_event_ns"] -= 5 * NS_PER_MINUTE
    tape.take_klines("1m", candles_of(early))
    grades = grades_of(tape, opens_of(6, from_ns=START_NS - 5 * NS_PER_MINUTE))
    assert grades.grade[:5].tolist() == [0] * 5
    assert set(grades.reason[:5].tolist()) == {Reason.NO_TRADES}


def test_the_book_is_graded_from_when_it_was_first_live():
    tape = tape_of(FIFTHS)
    assert np.isnan(grades_of(tape, opens_of(5)).book_grade).all()
    at_ns = START_NS + NS_PER_MINUTE + 15 * NS_PER_S
    first, both = LevelFlag.FIRST | LevelFlag.SNAPSHOT, LevelFlag.SNAPSHOT
    level = (at_ns, at_ns, 1, 5)
    rows = np.array(
        [(*level, 999, BookSide.BID, first, 10), (*level, 1001, BookSide.ASK, both, 10)],
        LEVEL_DTYPE,
    )
    tape.take_rows(Channel.BOOK, "book", rows)
    lost_ns = START_NS + 3 * NS_PER_MINUTE
    gap = Gap(BINANCE.id, lost_ns, lost_ns + 30 * NS_PER_S, "lost", Channel.BOOK)
    tape.take_gap(gap)
    tape.take_rows(Channel.BOOK, "book", rows)
    found = grades_of(tape, opens_of(5))
    np.testing.assert_array_equal(found.book_grade, [np.nan, 0.75, 1, 0.5, 1])
    assert found.grade[1:4].tolist() == [1, 1, 1]


def test_venues_are_weighed_by_volume_in_one_unit():
    rows = FIFTHS.copy()
    rows["size_lots"] *= 90 * 10  # ten times smaller lots
    tapes = [tape_of(rows, OKX), tape_of(np.delete(FIFTHS, 7), BYBIT)]
    rows["trade_id"] = np.arange(15)
    tapes[1].take_klines("1m", candles_of(FIFTHS))
    grid = common_instrument([tape.instrument for tape in tapes])
    by = [factors(tape.instrument, grid) for tape in tapes]
    graded = GradedBars(NS_PER_MINUTE, "1m")
    grades = graded.update(tapes, by, opens_of(5), now_ns=START_NS + 600 * NS_PER_S)
    assert grades.grade[1] == 1
    assert grades.grade[2] == pytest.approx((90 + 2 / 3) / 91)
    assert grades.reason[2] == Reason.SHORT
    assert grades.missing_lots[2] * grid.lot_size == 10 * BYBIT.lot_size


def equal(left, right):
    for each in fields(left):
        np.testing.assert_array_equal(getattr(left, each.name), getattr(right, each.name))


def holed(rng, listed):
    """Parts of a tape with ids missing and merged fills, some of them late, and its candles."""
    rows = random_trades(rng, 2_500, span_s=900)
    rows["fills"] = rng.integers(1, 4, rows.size) if listed is OKX else 1
    rows["trade_id"] = np.cumsum(rows["fills"])
    whole = candles_of(rows)
    kept = rows[rng.random(rows.size) > 0.002]
    late = np.arange(kept.size) + rng.integers(0, 400, kept.size) * (rng.random(kept.size) < 0.01)
    return np.array_split(kept[np.argsort(late, kind="stable")], 30), whole


@pytest.mark.parametrize("timeframe", ["1s", "15s", "1m", "5m"])
@pytest.mark.parametrize("listed", [(BINANCE,), (OKX,), (BYBIT,), (BINANCE, OKX, BYBIT)])
@pytest.mark.parametrize("seed", [1, 2])
def test_grades_kept_up_to_date_equal_those_made_afresh(timeframe, listed, seed):
    rng = np.random.default_rng(seed)
    tapes = [Tape(each) for each in listed]
    grid = common_instrument(listed)
    by = [factors(each, grid) for each in listed]
    step_ns, bars = TIMEFRAMES_NS[timeframe], 40
    kept = GradedBars(step_ns, named(timeframe))
    sources = [holed(rng, each) for each in listed]
    for turn in range(30):
        for tape, (parts, candles) in zip(tapes, sources, strict=True):
            tape.take_trades("trade", parts[turn])
            closed = candles["open_ns"] + NS_PER_MINUTE <= tape.trades.newest_ns
            if turn % 3 == 1:
                tape.take_klines("1m", candles[closed][-3:])
            if turn == 12:
                gap = (tape.trades.newest_ns - 20 * NS_PER_S, tape.trades.newest_ns)
                tape.take_gap(Gap(tape.instrument.id, *gap, "lost"))
        now_ns = max(tape.trades.newest_ns for tape in tapes) + 1
        last = now_ns // step_ns
        opens = np.unique(rng.integers(max(last - bars, 0), last + 1, 25)) * step_ns
        if turn % 2:
            opens = np.arange(last - bars, last + 1) * step_ns
        afresh = GradedBars(step_ns, named(timeframe))
        equal(
            kept.update(tapes, by, opens, now_ns=now_ns),
            afresh.update(tapes, by, opens, now_ns=now_ns),
        )


def test_nothing_is_computed_until_something_settles():
    tape = tape_of(FIFTHS)
    graded, opens = GradedBars(NS_PER_MINUTE, "1m"), opens_of(5)
    now_ns = START_NS + 600 * NS_PER_S
    first = graded.update([tape], SAME, opens, now_ns=now_ns)
    assert graded.update([tape], SAME, opens, now_ns=now_ns + NS_PER_S // 2) is first
    tape.take_klines("1m", candles_of(FIFTHS))
    assert graded.update([tape], SAME, opens, now_ns=now_ns) is not first


def test_a_gap_that_is_told_late_lowers_a_bar_that_was_graded_before():
    tape, opens = tape_of(FIFTHS, BYBIT), opens_of(5)
    graded = GradedBars(NS_PER_MINUTE, "1m")
    now_ns = START_NS + 600 * NS_PER_S
    assert np.isnan(graded.update([tape], SAME, opens, now_ns=now_ns).grade).all()
    tape.take_gap(Gap(BYBIT.id, START_NS, START_NS + 30 * NS_PER_S, "lost"))
    assert graded.update([tape], SAME, opens, now_ns=now_ns).grade[0] == 0.5


def test_seconds_that_were_graded_before_their_minute_was_over_are_proven_with_it():
    rows = trades(*((n, 1000, 10, 1) for n in range(75)))
    tape, graded = tape_of(rows, BYBIT), GradedBars(NS_PER_S, None)
    tape.take_klines("1m", candles_of(rows)[:1])
    opens = opens_of(75, "1s")
    early = graded.update([tape], SAME, opens, now_ns=START_NS + 62 * NS_PER_S)
    assert np.isnan(early.grade).all()
    late = graded.update([tape], SAME, opens, now_ns=START_NS + 75 * NS_PER_S)
    np.testing.assert_array_equal(late.grade, [1] * 60 + [np.nan] * 15)


def test_a_gap_that_comes_as_an_old_one_goes_lowers_a_bar_that_was_graded_before():
    tape = tape_of(FIFTHS, BYBIT)
    tape.take_gap(Gap(BYBIT.id, START_NS - NS_PER_HOUR, START_NS - 9, "old"))
    graded = GradedBars(NS_PER_MINUTE, "1m")
    now_ns, opens = START_NS + 600 * NS_PER_S, opens_of(4)
    assert np.isnan(graded.update([tape], SAME, opens, now_ns=now_ns).grade[2])
    tape.drop_before(START_NS)
    tape.take_gap(Gap(BYBIT.id, *(START_NS + each * NS_PER_S for each in (120, 150)), "late"))
    later = graded.update([tape], SAME, opens, now_ns=now_ns)
    assert later.grade[2] == 0.5
    assert later.reason[2] == Reason.GAP
