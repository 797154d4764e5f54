import pytest

from core.domain.errors import BadNumber, MalformedFrame, UnknownSymbol
from core.domain.events import (
    REST,
    BestQuote,
    BookDelta,
    BookSnapshot,
    Control,
    ControlKind,
    Trades,
)
from tests.data.venues import book_samples as b
from tests.data.venues import samples as s

SPOT = (s.BINANCE, s.SPOT)
PERP = (s.BINANCE, s.PERP)
IGNORED = [Control(ControlKind.IGNORED)]


def changed(frame, **fields):
    """The frame with fields of its event changed; None takes one out."""
    inner = {**frame["data"], **fields}
    return {**frame, "data": {key: each for key, each in inner.items() if each is not None}}


def test_a_spot_delta_has_the_time_of_its_event_and_names_no_update_before_it():
    [event] = b.parse_all(*SPOT, b.BINANCE_SPOT_DEPTH)
    assert event == BookDelta(
        instrument=s.instrument("binance.spot.BTCUSDT"),
        channel="depth",
        ts_event_ns=s.AT_NS + 3_000_000,
        ts_recv_ns=s.RECV_NS,
        first_id=50_093_239_219,
        last_id=50_093_239_221,
        previous_id=None,
        bids=[(8_625_001, 1_234), (8_624_900, 0)],
        asks=[(8_625_002, 150_000)],
    )


def test_a_perpetuals_delta_has_the_time_of_the_engine_and_names_the_update_before_it():
    [event] = b.parse_all(*PERP, b.BINANCE_PERP_DEPTH)
    assert event == BookDelta(
        instrument=s.instrument("binance.perp.BTCUSDT"),
        channel="depth",
        ts_event_ns=s.AT_NS + 1_000_000,
        ts_recv_ns=s.RECV_NS,
        first_id=390_497_796,
        last_id=390_497_878,
        previous_id=390_497_794,
        bids=[(862_500, 2), (862_499, 0)],
        asks=[(862_501, 3_340)],
    )


def test_the_best_quote_of_spot_has_no_time_and_that_of_perpetuals_the_engines():
    [spot] = b.parse_all(*SPOT, b.BINANCE_SPOT_QUOTE)
    assert spot == BestQuote(
        instrument=s.instrument("binance.spot.BTCUSDT"),
        channel="bookTicker",
        ts_event_ns=0,
        ts_recv_ns=s.RECV_NS,
        update_id=50_093_239_221,
        bid=(8_625_001, 1_234),
        ask=(8_625_002, 150_000),
    )
    [perp] = b.parse_all(*PERP, b.BINANCE_PERP_QUOTE)
    assert (perp.ts_event_ns, perp.update_id) == (s.AT_NS + 1_000_000, 390_497_878)
    assert (perp.bid, perp.ask) == ((862_500, 2), (862_501, 3_340))


def test_a_side_of_zeros_is_nobody():
    [quote] = b.parse_all(*SPOT, changed(b.BINANCE_SPOT_QUOTE, b="0.00000000", B="0.00000000"))
    assert quote.bid is None
    assert quote.ask == (8_625_002, 150_000)
    with pytest.raises(BadNumber, match="both"):
        b.parse_all(*SPOT, changed(b.BINANCE_SPOT_QUOTE, B="0.00000000"))


@pytest.mark.parametrize(
    ("market", "frame"),
    [
        (SPOT, b.BINANCE_SPOT_DEPTH),
        (PERP, b.BINANCE_PERP_DEPTH),
        (SPOT, b.BINANCE_SPOT_QUOTE),
        (PERP, b.BINANCE_PERP_QUOTE),
    ],
)
def test_a_frame_means_the_same_bare_wrapped_and_with_its_keys_reversed(market, frame):
    bare = frame["data"]
    backwards = {key: bare[key] for key in reversed(bare)}
    expected = b.parse_all(*market, frame)
    assert not isinstance(expected[0], Control)
    for other in (bare, backwards, {"data": backwards, "stream": frame["stream"]}):
        assert b.parse_all(*market, other) == expected


@pytest.mark.parametrize("stream", ["btcusdt@depth5@100ms", "btcusdt@rpiDepth@500ms"])
def test_other_books_of_the_same_shape_are_ignored(stream):
    assert b.parse_all(*PERP, {**b.BINANCE_PERP_DEPTH, "stream": stream}) == IGNORED


@pytest.mark.parametrize("frame", [b.BINANCE_PERP_DEPTH, b.BINANCE_PERP_QUOTE])
def test_coin_margined_contracts_are_ignored_even_where_nobody_asked_for_them(frame):
    assert b.parse_all(*PERP, changed(frame, st=2, s="BTCUSD_PERP")) == IGNORED


def test_partial_books_of_spot_are_ignored():
    partial = {"lastUpdateId": 160, "bids": [["1", "1"]], "asks": []}
    assert b.parse_all(*SPOT, partial) == IGNORED
    assert b.parse_all(*SPOT, {"stream": "btcusdt@depth5", "data": partial}) == IGNORED


def test_trades_and_controls_come_through_as_from_parse():
    for market, frames in s.FRAMES.items():
        for frame in frames:
            assert b.parse_all(*market, frame) == s.parse(*market, frame)


def test_where_only_trades_are_wanted_books_are_ignored():
    for market in (SPOT, PERP):
        for frame in b.BOOK_FRAMES[market]:
            assert s.parse(*market, frame) == IGNORED


@pytest.mark.parametrize(
    "fields",
    [
        {"U": 390_497_879},
        {"pu": None},
        {"u": -1},
        {"u": 2**63},
        {"u": "5"},
        {"T": 1},
        {"b": [["86250.00"]]},
        {"b": [["86250.00", "1", "2"]]},
        {"b": [[86250.0, "1"]]},
        {"b": None},
    ],
)
def test_a_delta_of_another_shape_is_malformed(fields):
    for frame in (b.BINANCE_PERP_DEPTH, {**b.BINANCE_PERP_DEPTH, "stream": ""}):
        with pytest.raises(MalformedFrame):
            b.parse_all(*PERP, changed(frame, **fields))


@pytest.mark.parametrize(
    "level",
    [
        ["0", "1"],
        ["0.00", "0"],
        ["nan", "1"],
        ["1_000", "1"],
        ["-1", "1"],
        ["86250.00", "-1"],
        ["86250.00", "NaN"],
        ["86250.00", "1e5"],
        ["86250.00", "\uff11"],
        ["86250.00", "99999999999999999"],
    ],
)
def test_one_bad_level_refuses_the_whole_delta(level):
    with pytest.raises(BadNumber):
        b.parse_all(*PERP, changed(b.BINANCE_PERP_DEPTH, a=[["86250.10", "1"], level]))


def test_a_size_between_two_lots_is_rounded_but_never_to_nothing():
    asks = [["200000.00000000", "25.42618900"], ["200001.00000000", "0.00000001"]]
    [event] = b.parse_all(*SPOT, changed(b.BINANCE_SPOT_DEPTH, a=asks))
    assert event.asks == [(20_000_000, 2_542_619), (20_000_100, 1)]


def test_a_price_between_two_ticks_is_left_out_and_counted():
    frame = changed(b.BINANCE_PERP_DEPTH, b=[["86250.05", "1"], ["86250.00", "0.002"]])
    [event] = b.parse_all(*PERP, frame)
    assert (event.bids, event.asks, event.left_out) == ([(862_500, 2)], [(862_501, 3_340)], 1)
    body = {**b.BINANCE_BOOK, "asks": [["86250.15", "1"], ["86250.10", "1.5"], ["1.01", "0"]]}
    instrument = s.instrument("binance.perp.BTCUSDT")
    book = s.market(*PERP).parse_book(body, instrument, ts_recv_ns=1)
    assert (book.asks, book.left_out) == ([(862_501, 1_500)], 2)


def test_a_best_quote_between_two_ticks_is_refused():
    with pytest.raises(BadNumber):
        b.parse_all(*PERP, changed(b.BINANCE_PERP_QUOTE, b="86250.05"))


def test_a_symbol_that_nobody_asked_for_is_named():
    for frame in (b.BINANCE_PERP_DEPTH, b.BINANCE_PERP_QUOTE):
        with pytest.raises(UnknownSymbol, match="DOGEUSDT"):
            b.parse_all(*PERP, changed(frame, s="DOGEUSDT"))


def test_books_have_their_own_path_on_perpetuals():
    for market, path in ((SPOT, "/stream"), (PERP, "/public/stream")):
        book, quotes = s.market(*market).streams("BTCUSDT")[:2]
        assert (book.topic, book.path) == ("btcusdt@depth@100ms", path)
        assert (quotes.topic, quotes.path) == ("btcusdt@bookTicker", path)


def test_the_deepest_snapshot_is_asked_for():
    assert s.market(*SPOT).book_call("BTCUSDT") == (
        "publicGetDepth",
        {"symbol": "BTCUSDT", "limit": 5000},
    )
    assert s.market(*PERP).book_call("BTCUSDT") == (
        "fapiPublicGetDepth",
        {"symbol": "BTCUSDT", "limit": 1000},
    )


def test_a_snapshot_of_spot_has_no_time_and_its_range_stays():
    instrument = s.instrument("binance.perp.BTCUSDT")
    spot = s.market(*SPOT).parse_book(b.BINANCE_BOOK, instrument, ts_recv_ns=s.RECV_NS)
    assert spot == BookSnapshot(
        instrument=instrument,
        channel=REST,
        ts_event_ns=0,
        ts_recv_ns=s.RECV_NS,
        last_id=1_027_024,
        bids=[(862_500, 431_000), (862_499, 1_500)],
        asks=[(862_501, 12_000)],
        depth=5000,
        rolls=False,
    )
    perp = s.market(*PERP).parse_book(b.BOOKS[PERP], instrument, ts_recv_ns=s.RECV_NS)
    assert (perp.ts_event_ns, perp.depth) == (s.AT_NS + 1_000_000, 1000)


@pytest.mark.parametrize(("levels", "depth"), [(1, 5000), (999, 5000), (1000, 1000), (5000, 5000)])
def test_an_answer_to_a_smaller_limit_is_known_by_its_number_of_levels(levels, depth):
    body = {**b.BINANCE_BOOK, "bids": [[f"{1 + n}.0", "1"] for n in range(levels)]}
    instrument = s.instrument("binance.spot.BTCUSDT")
    assert s.market(*SPOT).parse_book(body, instrument, ts_recv_ns=1).depth == depth


def test_a_trade_is_decoded_beside_books():
    [event] = b.parse_all(*PERP, s.BINANCE_PERP_AGG_TRADE)
    assert isinstance(event, Trades)
