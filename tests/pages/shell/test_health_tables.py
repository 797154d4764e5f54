import re
import time

from core.domain.events import NO_ID
from core.domain.instrument import InstrumentId, MarketKind, Venue
from core.domain.units import NS_PER_S
from data.feeds.health import HealthBoard, State
from data.store.recorder import RecorderState, RecorderStatus
from data.venues.sync import Phase
from data.views.health import BookFigures, BufferFigures, DiskFigures, HealthFigures
from pages.shell.health_tables import Drawn, books_table, buffers_table, process_strip
from pages.shell.health_words import headline
from pages.shell.tables import channels_table
from tests.support.trades import START_NS

CHANNELS = ("trades", "book", "quotes", "ticker", "liquidations")


def book(**changes):
    facts = {
        "phase": Phase.LIVE,
        "reason": "",
        "bids": 1000,
        "asks": 998,
        "last_id": 77,
        "applied": 5000,
        "lost": 1,
        "crossed": 2,
        "dropped": 3,
    }
    return BookFigures(**(facts | changes))


def buffer(symbol="BTCUSDT", **changes):
    facts = {
        "quotes": 40,
        "tickers": 30,
        "liquidations": 2,
        "rows_allowed": 100_000,
        "book": book(),
        "instrument_id": InstrumentId(Venue.BINANCE, MarketKind.PERP, symbol),
        "trades": 12_345,
        "first_ns": START_NS,
        "newest_ns": START_NS + 7200 * NS_PER_S,
        "gaps": 1,
        "write_ms": 6.6,
    }
    return BufferFigures(**(facts | changes))


def figures(**changes):
    facts = {
        "buffers": (),
        "trades": 300,
        "trades_allowed": 30_000,
        "queued": 4,
        "faults": 0,
        "write_ms": 6.6,
        "disk": DiskFigures(0, None, None),
    }
    return HealthFigures(**(facts | changes))


def values(html):
    return dict(re.findall(r"<small>(.*?)</small><b>(.*?)</b>", html))


def cells(html):
    return re.findall(r"<td[^>]*>(.*?)</td>", html)


def test_the_process_shows_latency_queue_and_recorder():
    status = RecorderStatus(RecorderState.RECORDING, "", 1000, 990, 10, 0, 0)
    html = process_strip(figures(), status, Drawn(57.7, START_NS), now_ns=START_NS + NS_PER_S)
    assert values(html) == {
        "Receipt to written": "7 ms",
        "Written to drawn": "58 ms",
        "Events waiting": "4",
        "Faults of ours": "0",
        "Trades in memory": "300 (1.0 % of allowed)",
        "Recorder": "recording",
        "Rows on the disk": "990 of 1,000",
        "Rows waiting": "10",
        "Rows lost": "0",
    }


def test_what_nobody_measured_is_not_a_zero():
    shown = values(process_strip(figures(write_ms=None), None, Drawn(), now_ns=START_NS))
    assert shown["Receipt to written"] == "–"
    assert shown["Written to drawn"] == "– (no chart is open)"
    assert shown["Recorder"] == "off"


def test_an_old_drawing_is_told_with_its_age():
    shown = values(
        process_strip(figures(), None, Drawn(57.7, START_NS), now_ns=START_NS + 90 * NS_PER_S)
    )
    assert shown["Written to drawn"] == "58 ms (1.5 min ago)"


def test_a_drawing_that_took_a_second_may_be_that_of_a_hidden_tab():
    shown = values(process_strip(figures(), None, Drawn(1132.0, START_NS), now_ns=START_NS))
    assert shown["Written to drawn"] == "1,132 ms (in a hidden tab?)"


def test_a_buffer_shows_what_it_holds():
    shown = cells(buffers_table([buffer()], now_ns=START_NS + 7200 * NS_PER_S))
    assert shown == [
        "BTCUSDT Binance perp",
        "12,345",
        "22:13:00",
        "2.0 h",
        "40",
        "30",
        "2",
        "1",
        "7 ms",
    ]


def test_an_empty_buffer_has_no_times():
    shown = cells(buffers_table([buffer(trades=0, first_ns=None, newest_ns=None)], now_ns=START_NS))
    assert shown[1:4] == ["0", "–", "–"]


def test_a_book_in_sync_does_not_say_live_since_it_may_be_a_recording():
    shown = cells(books_table([buffer()]))
    assert shown == [
        "BTCUSDT Binance perp",
        "● IN SYNC",
        "1,000",
        "998",
        "77",
        "5,000",
        "1",
        "2",
        "3",
        "",
    ]


def test_a_book_that_was_given_up_says_why():
    lost = book(phase=Phase.STALE, reason="updates <7> were missed", last_id=NO_ID)
    shown = cells(books_table([buffer(book=lost)]))
    assert shown[1] == "▲ STALE"
    assert shown[4] == "–"
    assert shown[-1] == "updates &lt;7&gt; were missed"


def test_750_channels_of_150_instruments_take_under_50_ms():
    board = HealthBoard()
    for number in range(150):
        found = InstrumentId(Venue.OKX, MarketKind.PERP, f"COIN{number}-USDT-SWAP")
        for channel in CHANNELS:
            board.set_state(found, channel, State.LIVE, now_ns=START_NS)
            board.received(found, channel, now_ns=START_NS)
    buffers = [buffer(f"COIN{number}USDT") for number in range(150)]
    took_s = []
    for _ in range(5):
        started_s = time.perf_counter()
        channels = board.snapshot()
        headline(channels, source="live")
        channels_table(channels, now_ns=START_NS + NS_PER_S)
        buffers_table(buffers, now_ns=START_NS)
        books_table(buffers)
        took_s.append(time.perf_counter() - started_s)
    assert min(took_s) < 0.05
