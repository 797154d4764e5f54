from dataclasses import replace

import pytest

from core.domain.instrument import MarketKind, Venue
from core.domain.units import NS_PER_HOUR, NS_PER_S
from data.feeds.health import ChannelHealth, State
from data.store.recorder import RecorderState, RecorderStatus
from data.views.health import DiskFigures
from pages.shell.health_words import (
    disk_words,
    headline,
    recording_words,
    size_text,
    span_text,
    worst_first,
)
from tests.support.trades import START_NS

GB = 10**9


def channel(symbol, state=State.LIVE, since_s=0, reason="", channel="trades"):
    return ChannelHealth(
        venue=Venue.OKX,
        kind=MarketKind.PERP,
        symbol=symbol,
        channel=channel,
        state=state,
        since_ns=START_NS + since_s * NS_PER_S,
        last_recv_ns=None,
        messages=0,
        refused=0,
        reconnects=0,
        reason=reason,
    )


def status(state, reason=""):
    return RecorderStatus(state, reason, 10, 8, 2, 0, 0)


def test_when_all_is_well_one_line_counts_channels_and_instruments():
    channels = [channel("A"), channel("A", channel="book"), channel("B")]
    assert headline(channels, source="live") == (
        "well",
        "All 3 channels of 2 instruments are live.",
    )


def test_what_is_not_live_is_named_with_the_worst_first():
    channels = [
        channel("A"),
        channel("B", State.SYNCING),
        channel("C", State.REJECTED, reason="the address is refused."),
    ]
    level, words = headline(channels, source="live")
    assert level == "amiss"
    assert words == (
        "2 of 3 channels are not live: OKX perp C trades is rejected since "
        "2023-11-14 22:13:00 UTC (the address is refused); OKX perp B trades is syncing since "
        "2023-11-14 22:13:00 UTC."
    )


def test_what_one_exchange_does_to_all_its_channels_is_said_once():
    channels = [channel(each, State.STALE, reason="not reached") for each in "ABCDE"]
    words = headline(channels, source="live")[1]
    assert words == (
        "5 of 5 channels are not live: OKX perp: 5 channels are stale since "
        "2023-11-14 22:13:00 UTC (not reached)."
    )


def test_several_channels_of_one_instrument_are_counted_by_its_name():
    both = [channel("A", State.STALE), channel("A", State.STALE, channel="book"), channel("B")]
    assert "OKX perp A: 2 channels are stale since" in headline(both, source="live")[1]


def test_of_many_markets_only_three_are_named_and_the_others_counted():
    markets = [(venue, kind) for venue in Venue for kind in MarketKind]
    channels = [replace(channel("A", State.STALE), venue=v, kind=k) for v, k in markets]
    words = headline(channels, source="live")[1]
    assert words.count(" is stale since ") == 3
    assert words.endswith("; and 3 more.")


def test_of_equally_bad_ones_the_longest_is_first():
    found = worst_first([channel("A", State.STALE, 9), channel("B", State.STALE, 2)])
    assert [each.symbol for each in found] == ["B", "A"]


@pytest.mark.parametrize("source", ["simulated", "replay", "starting", "idle"])
def test_without_a_live_market_there_are_no_connections_and_nothing_is_green(source):
    level, words = headline([], source=source)
    assert level == "none"
    assert words.startswith("There are no connections")


def test_a_live_market_without_channels_is_not_well():
    assert headline([], source="live")[0] == "amiss"


def test_a_recorder_that_stopped_says_why():
    said = status(RecorderState.STOPPED, "Recording has stopped: No space left on device.")
    assert recording_words(said, source="live") == (
        False,
        "Recording has stopped: No space left on device.",
    )


def test_a_second_instance_is_told():
    assert recording_words(None, source="live", notes=["In use by another."]) == (
        False,
        "Nothing is being recorded. In use by another.",
    )


def test_recording_switched_off_on_purpose_is_not_amiss():
    assert recording_words(None, source="live") == (True, "Nothing is being recorded.")
    assert recording_words(status(RecorderState.RECORDING), source="live") == (True, "Recording.")


def test_a_simulated_market_is_not_recorded_and_that_is_well():
    assert recording_words(None, source="simulated")[0]


@pytest.mark.parametrize(
    ("disk", "keep_days", "keep_gb", "words"),
    [
        (DiskFigures(2 * GB, 0.5 * GB, 100 * GB), None, 20.0, "size limit is reached in 36.0 d."),
        (DiskFigures(2 * GB, 0.5 * GB, 10 * GB), None, 20.0, "the disk is full in 20.0 d."),
        (DiskFigures(2 * GB, 0.5 * GB, 100 * GB), 30, 20.0, "30 days and today will be about 15.5"),
        (DiskFigures(2 * GB, 2 * GB, 100 * GB), 30, 20.0, "size limit is reached in 9.0 d."),
        (DiskFigures(2 * GB, 2 * GB, None), None, None, "It grows by 2 GB a day."),
        (DiskFigures(21 * GB, 2 * GB, None), None, 20.0, "size limit is reached in 0.0 s."),
        (DiskFigures(0, None, 10 * GB), 30, 20.0, "told after ten minutes"),
    ],
)
def test_the_limit_that_comes_first_is_told(disk, keep_days, keep_gb, words):
    assert words in disk_words(disk, keep_days=keep_days, keep_gb=keep_gb)


def test_what_deletes_itself_is_told():
    disk = DiskFigures(0, None, None)
    assert "Deleted by themselves: days older than 30 and the oldest days beyond 20 GB." in (
        disk_words(disk, keep_days=30, keep_gb=20.0)
    )
    assert "Nothing is deleted." in disk_words(disk, keep_days=None, keep_gb=None)


def test_sizes_and_spans_are_in_the_largest_unit_they_fill():
    assert size_text(0) == "0 bytes"
    assert size_text(1_240_000_000) == "1.24 GB"
    assert size_text(999) == "999 bytes"
    assert span_text(5 * NS_PER_HOUR // 2) == "2.5 h"
    assert span_text(1_500_000_000) == "1.5 s"
