"""A day of the whole product in seconds: everything is accounted for, and nothing grows.

Twenty-four hours from five minutes to noon, UTC: connections that end by their age, a day that
rolls over, three fundings, a restart that is announced, connections that break, and updates that
are lost. ``make soak`` passes 2.6 million messages a day, for ``TAPESCOPE_SOAK_DAYS``.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest

from core.domain.events import Channel
from core.domain.instrument import Venue
from data.buffers.trades import BLOCK_ROWS
from data.store.manifest import MANIFEST
from data.store.past_book import book_at
from data.store.paths import day_name, instrument_folder
from tests.support.app import ROOT
from tests.support.compressed_day import (
    BINANCE,
    BYBIT,
    DAY_NS,
    HELD_NS,
    HOUR_NS,
    OKX,
    PAST,
    SOURCE,
    START_NS,
    Length,
    Sample,
    compressed_days,
    ends_of_age,
    mishaps,
)
from tests.support.virtual_market import LISTED
from tests.support.virtual_time import NS

SHORT = Length(days=1, trade_s=3.5, busy=1, past_rows=300_000, room_bytes=12_000_000)
SOAK_DAYS = int(os.environ.get("TAPESCOPE_SOAK_DAYS", "1"))
SOAK = Length(
    days=SOAK_DAYS,
    trade_s=0.27,
    busy=10,
    past_rows=3_000_000,
    room_bytes=70_000_000 if SOAK_DAYS == 1 else None,
)
MOST_MB_PER_H = 0.5
"""In the short day 11,000 messages an hour: 45 bytes kept of each would be seen, and a row of
trades has 40. In the long one it is 5 bytes."""
RECOVERED_NS = 60 * NS
"""From the end of a mishap to books and trades that are whole again."""

pytestmark = pytest.mark.timeout(3_000)


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(SHORT, id="a-day"),
        pytest.param(SOAK, id="long-days", marks=pytest.mark.soak),
    ],
)
def days(request, tmp_path_factory):
    if request.param is SOAK and "soak" not in request.config.option.markexpr:
        pytest.skip("a soak; make soak runs it")
    with compressed_days(tmp_path_factory.mktemp("days"), request.param) as done:
        sys.stdout.write(f"\n{figures(done)}\n")
        yield done


def figures(days):
    last = days.samples[-1]
    return (
        f"{days.length.days} d in {days.took_s:.0f} s: {days.venues.delivered:,} messages, "
        f"{days.status.received:,} rows told, {days.status.acknowledged:,} stored, "
        f"{sum(days.venues.opened.values())} connections, {len(days.gaps)} gaps; "
        f"RSS {last.rss_mb:.0f} MB, {slope_mb_per_h(days.samples):+.2f} MB/h; "
        f"{last.handles} handles, {last.strands} threads of the product"
    )


def slope_mb_per_h(samples):
    """The middle one of all slopes between two hours of the second half: steps do not tilt it."""
    half = samples[len(samples) // 2 :]
    pairs = [(a, b) for at, a in enumerate(half) for b in half[at + 1 :]]
    return float(np.median([(b.rss_mb - a.rss_mb) / (b.hour - a.hour) for a, b in pairs]))


def stored(days, name, channel, *columns):
    """What is stored of a channel in the days that are kept, a list of values per column."""
    span = days.kept_from_ns, days.end_ns + DAY_NS
    blocks = list(days.run.store.read(SOURCE, LISTED[name].id, channel, span))
    return [np.concatenate([each[column] for each in blocks]).tolist() for column in columns]


def gaps_of(days, name, channel):
    return days.run.store.gaps(SOURCE, LISTED[name].id, channel)


def is_marked(gaps, ns):
    return any(gap.from_ns <= ns <= gap.to_ns for gap in gaps)


def test_as_many_messages_pass_as_were_promised(days):
    per_day = days.venues.delivered / days.length.days
    assert per_day > (250_000 if days.length is SHORT else 2_600_000)


@pytest.mark.parametrize("name", LISTED)
def test_every_trade_is_stored_as_it_was_or_lies_in_a_gap(days, name):
    listed = LISTED[name].id
    truth = days.venues.tapes.get(listed.venue, listed.kind, listed.symbol).rows()
    columns = ("ts_event_ns", "trade_id", "price_ticks", "size_lots", "aggressor")
    happened = set(zip(*(truth[each].tolist() for each in columns), strict=True))
    happened = {row for row in happened if row[0] >= days.kept_from_ns}
    rows = list(zip(*stored(days, name, Channel.TRADES, *columns), strict=True))
    assert len(rows) == len(set(rows))
    assert set(rows) <= happened
    gaps = gaps_of(days, name, Channel.TRADES)
    missing = happened - set(rows)
    assert [row for row in missing if not is_marked(gaps, row[0])] == []
    assert (len(missing) > 0) is (name == BYBIT)


def test_trades_are_missing_only_where_the_venue_does_not_tell_them_any_more(days):
    """Bybit's REST has the newest 60 on spot; on the others every hole was closed over REST."""
    counts = {name: len(gaps_of(days, name, Channel.TRADES)) for name in LISTED}
    assert counts == {BINANCE: 0, OKX: 0, BYBIT: days.length.days}


def test_every_row_that_was_told_is_stored_and_none_waits(days):
    status = days.status
    assert (status.waiting, status.lost, status.refused) == (0, 0, 0)
    assert status.received == status.acknowledged
    if days.kept_from_ns == START_NS:
        for (name, channel), rows in days.told.items():
            if channel is not Channel.BOOK:  # of books there are checkpoints besides
                assert len(stored(days, name, channel, "ts_recv_ns")[0]) == rows, (name, channel)


@pytest.mark.parametrize("name", [BINANCE, OKX])
def test_every_liquidation_is_stored_or_lies_in_a_gap(days, name):
    happened = {ns for ns in days.market.liquidated[name] if ns >= days.kept_from_ns}
    held = set(stored(days, name, Channel.LIQUIDATIONS, "ts_event_ns")[0])
    gaps = gaps_of(days, name, Channel.LIQUIDATIONS)
    assert held <= happened
    assert [ns for ns in happened - held if not is_marked(gaps, ns)] == []


def test_every_book_is_live_and_the_venues_whenever_it_is_looked_at(days):
    assert days.differed == []
    assert len(days.truth) == 3 * (24 * days.length.days + 1)


@pytest.mark.parametrize("name", LISTED)
def test_the_stored_books_are_those_of_the_venue_at_each_hour(days, name):
    for (of, ns), truth in days.truth.items():
        if of == name and ns >= days.kept_from_ns:
            assert book_at(days.run.store, SOURCE, LISTED[name], ns).top(1_000) == truth, ns


@pytest.mark.parametrize("name", [BINANCE, OKX])
def test_three_fundings_a_day_are_seen_with_their_rates(days, name):
    times, rates = stored(days, name, Channel.TICKER, "next_funding_ns", "funding_rate")
    told = {(ns, rate) for ns, rate in zip(times, rates, strict=True) if ns}
    announced = [each for each in days.market.funding[name] if each[0] > days.kept_from_ns]
    assert told == set(announced)
    assert len(days.market.funding[name]) == 3 * days.length.days + 1


def test_connections_are_opened_at_the_start_at_mishaps_and_before_they_grow_too_old(days):
    times = days.length.days
    assert days.venues.opened == {
        Venue.BINANCE: 3 + 3 * times,  # by age
        Venue.OKX: 3 + 3 * times + 3 * times,  # reset, restart
        Venue.BYBIT: 2 + 2 * times,  # reset
    }
    assert {(each.venue, each.reconnects) for each in days.channels} == {
        (Venue.BINANCE, 0),
        (Venue.OKX, times),
        (Venue.BYBIT, times),
    }


def test_every_channel_is_live_at_the_end_and_no_message_was_refused(days):
    assert {str(each.state) for each in days.channels} == {"live"}
    assert len(days.channels) == 13
    assert days.run.health.refused_total() == 0
    assert days.run.engine.faults == 0


def test_no_gap_is_told_that_was_not_injected(days):
    spans = [
        (START_NS + day * DAY_NS + round(hours * HOUR_NS), lasts_s * NS)
        for day in range(days.length.days)
        for hours, lasts_s, _ in mishaps(days.venues, days.market)
    ]
    spans += [(ns, 0) for ns in ends_of_age(days.length.days)]
    strangers = [
        gap
        for gap in days.gaps
        if not any(
            at_ns - RECOVERED_NS <= gap.from_ns <= gap.to_ns <= at_ns + lasts_ns + RECOVERED_NS
            for at_ns, lasts_ns in spans
        )
    ]
    assert strangers == []
    counts = Counter((str(gap.instrument_id), gap.channel) for gap in days.gaps)
    assert counts == {
        key: each * days.length.days
        for key, each in {
            (BINANCE, Channel.BOOK): 2,  # lost, age
            (OKX, Channel.BOOK): 3,  # reset, lost, restart
            (OKX, Channel.QUOTES): 1,
            (OKX, Channel.TICKER): 1,
            (OKX, Channel.LIQUIDATIONS): 1,
            (BYBIT, Channel.TRADES): 1,
            (BYBIT, Channel.BOOK): 2,  # lost, reset
            (BYBIT, Channel.QUOTES): 1,
        }.items()
    }


def test_memory_does_not_grow_in_the_second_half(days):
    samples = days.samples if days.length is SOAK else samples_of_a_process_of_its_own()
    assert slope_mb_per_h(samples) < MOST_MB_PER_H, [each.rss_mb for each in samples]


def samples_of_a_process_of_its_own():
    """The short day's; by now the tests before have filled this process with two gigabytes."""
    command = [sys.executable, "-m", "tests.test_compressed_day"]
    told = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    return [Sample(*each) for each in json.loads(told.stdout)]


def test_threads_and_handles_stay_as_many_as_they_were_after_the_first_hour(days):
    first = days.samples[0]
    assert first.strands == 22  # with what watches alerts and what completes their evidence
    for each in days.samples:
        assert (each.strands, each.threads) == (first.strands, first.threads), each.hour
        assert each.handles == first.handles, each.hour


def test_buffers_hold_a_quarter_of_the_day(days):
    for listed in LISTED.values():
        trades = days.run.engine.tape(listed.id).trades
        block_ns = BLOCK_ROWS * days.length.trade_s * NS
        assert HELD_NS <= trades.newest_ns - trades.first_ns < HELD_NS + HOUR_NS + block_ns


@pytest.mark.parametrize("name", LISTED)
def test_a_day_that_is_over_is_compacted_and_its_manifest_names_every_file(days, name):
    folder = instrument_folder(days.run.store.root, SOURCE, LISTED[name].id)
    today = day_name(days.end_ns)
    dates = [each.name for each in sorted(folder.iterdir()) if each.is_dir()]
    first, last = days.kept_from_ns // DAY_NS, days.end_ns // DAY_NS
    assert dates == [day_name(day * DAY_NS) for day in range(first, last + 1)]
    for date in dates:
        files = sorted(each.name for each in (folder / date).iterdir() if each.name != MANIFEST)
        is_over = date != today
        assert all(each.endswith(".parquet") for each in files) or not is_over
        lines = (folder / date / MANIFEST).read_text().splitlines() if is_over else []
        named = sorted(json.loads(each.partition(" ")[2])["file"] for each in lines)
        assert named == (files if is_over else [])
        assert {each.partition("-")[0] for each in files} == {
            str(channel) for of, channel in days.told if of == name
        }


def test_days_too_old_and_beyond_the_size_were_deleted(days):
    folder = instrument_folder(days.run.store.root, SOURCE, PAST.id)
    assert [each.name for each in folder.iterdir() if each.is_dir()] == []


if __name__ == "__main__":
    with TemporaryDirectory() as home, compressed_days(Path(home), SHORT) as done:
        sys.stdout.write(json.dumps(done.samples))
