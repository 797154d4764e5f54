from core.domain.events import NO_ID
from core.domain.instrument import MarketKind, Venue
from data.exports.table import columns_of, csv_bytes
from data.feeds.health import ChannelHealth, RefusedFrame, State
from pages.shell.health_files import buffer_columns, channel_columns, refused_columns
from tests.pages.shell.test_health_tables import book, buffer
from tests.support.trades import START_NS

CHANNEL = ChannelHealth(
    Venue.OKX,
    MarketKind.PERP,
    "BTC-USDT-SWAP",
    "trades",
    State.STALE,
    START_NS,
    None,
    7,
    1,
    2,
    "=nothing came",
    lag_ms=-3.5,
)


def test_a_channel_is_a_row_with_numbers_and_an_empty_cell_for_what_never_came():
    table = columns_of(channel_columns([CHANNEL]), source="live")
    assert table["state"] == ["stale"]
    assert (table["since_ns"], table["newest_recv_ns"]) == ([START_NS], [None])
    assert (table["messages"], table["event_to_receipt_ms"]) == ([7], [-3.5])
    assert "'=nothing came" in csv_bytes(channel_columns([CHANNEL]), source="live").decode()


def test_a_book_without_an_update_number_has_none():
    held = [buffer(book=book(last_id=NO_ID)), buffer("ETHUSDT")]
    table = columns_of(buffer_columns(held), source="live")
    assert table["book_update_id"] == [None, 77]
    assert table["instrument"] == ["binance.perp.BTCUSDT", "binance.perp.ETHUSDT"]


def test_a_refused_message_is_text_whatever_its_bytes_are_and_the_newest_comes_first():
    older = RefusedFrame(Venue.OKX, MarketKind.SPOT, b'=cmd|"<b>"', 10, "no shape", START_NS)
    newer = RefusedFrame(Venue.OKX, MarketKind.SPOT, b"\xff\x00", 2, "no text", START_NS + 1)
    table = columns_of(refused_columns([older, newer]), source="live")
    assert table["received_ns"] == [START_NS + 1, START_NS]
    assert table["begins"] == ["\ufffd\x00", '=cmd|"<b>"']
