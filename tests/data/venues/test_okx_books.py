import pytest

from core.domain.errors import BadNumber, MalformedFrame, UnknownSymbol
from core.domain.events import (
    NO_ID,
    REST,
    BestQuote,
    BookDelta,
    BookSnapshot,
    Control,
    ControlKind,
)
from data.venues.okx.checksum import checksum
from tests.data.venues import book_samples as b
from tests.data.venues import samples as s

SPOT = (s.OKX, s.SPOT)
SWAP = (s.OKX, s.PERP)


def test_an_update_of_a_swap_is_in_contracts_and_names_the_message_before_it():
    [event] = b.parse_all(*SWAP, b.okx_books("BTC-USDT-SWAP"))
    assert event == BookDelta(
        instrument=s.instrument("okx.perp.BTC-USDT-SWAP"),
        channel="books",
        ts_event_ns=s.AT_NS + 1_000_000,
        ts_recv_ns=s.RECV_NS,
        first_id=123_457,
        last_id=123_457,
        previous_id=123_456,
        bids=[(862_501, 2_560)],
        asks=[(862_502, 41_500), (862_510, 0)],
    )


@pytest.mark.parametrize("previous_id", [-1, None])
def test_a_snapshot_rolls_with_the_channels_depth_and_needs_no_id_before_it(previous_id):
    [event] = b.parse_all(*SPOT, b.okx_books("BTC-USDT", "snapshot", prevSeqId=previous_id))
    assert event == BookSnapshot(
        instrument=s.instrument("okx.spot.BTC-USDT"),
        channel="books",
        ts_event_ns=s.AT_NS + 1_000_000,
        ts_recv_ns=s.RECV_NS,
        last_id=123_457,
        bids=[(862_501, 2_560_000_000)],
        asks=[(862_502, 41_500_000_000), (862_510, 0)],
        depth=400,
        rolls=True,
    )


def test_a_checksum_is_kept_only_where_it_is_not_zero():
    [event] = b.parse_all(*SPOT, b.okx_books("BTC-USDT", checksum=-855_196_043))
    assert event.checksum == -855_196_043
    assert b.parse_all(*SPOT, b.okx_books("BTC-USDT"))[0].checksum is None


def test_old_frames_have_no_ids_but_a_checksum():
    old = {"seqId": None, "prevSeqId": None, "checksum": 7}
    [snapshot] = b.parse_all(*SPOT, b.okx_books("BTC-USDT", "snapshot", **old))
    [update] = b.parse_all(*SPOT, b.okx_books("BTC-USDT", **old))
    assert snapshot.last_id == update.last_id == update.previous_id == NO_ID
    for action in ("snapshot", "update"):
        with pytest.raises(MalformedFrame, match="id or a checksum"):
            b.parse_all(*SPOT, b.okx_books("BTC-USDT", action, **old | {"checksum": 0}))


def test_a_heartbeat_and_a_reset_are_updates():
    [beat] = b.parse_all(*SPOT, b.okx_books("BTC-USDT", bids=[], asks=[], prevSeqId=123_457))
    assert (beat.bids, beat.asks) == ([], [])
    assert beat.previous_id == beat.last_id
    [reset] = b.parse_all(*SPOT, b.okx_books("BTC-USDT", seqId=3))
    assert reset.last_id < reset.previous_id


def test_the_best_quote():
    [quote] = b.parse_all(*SWAP, b.okx_quote("BTC-USDT-SWAP"))
    assert quote == BestQuote(
        instrument=s.instrument("okx.perp.BTC-USDT-SWAP"),
        channel="bbo-tbt",
        ts_event_ns=s.AT_NS + 1_000_000,
        ts_recv_ns=s.RECV_NS,
        update_id=123_457,
        bid=(862_501, 2_560),
        ask=(862_502, 41_500),
    )
    frame = b.okx_quote("BTC-USDT-SWAP")
    frame["data"][0]["bids"] = []
    assert b.parse_all(*SWAP, frame)[0].bid is None
    del frame["data"][0]["seqId"]
    with pytest.raises(MalformedFrame, match="id"):
        b.parse_all(*SWAP, frame)


@pytest.mark.parametrize("frame", b.BOOK_FRAMES[SWAP])
def test_the_order_of_keys_means_nothing(frame):
    backwards = {key: frame[key] for key in reversed(frame)}
    assert b.parse_all(*SWAP, backwards) == b.parse_all(*SWAP, frame)


def test_trades_controls_and_other_channels_come_through_as_from_parse():
    others = ({"arg": {"channel": "books5", "instId": "BTC-USDT"}, "data": [{}]}, b"pong")
    for market in (SPOT, SWAP):
        for frame in (*s.FRAMES[market], *others):
            assert b.parse_all(*market, frame) == s.parse(*market, frame)
        for frame in b.BOOK_FRAMES[market]:
            [control] = s.parse(*market, frame)
            assert control.kind is ControlKind.IGNORED
    [ack] = b.parse_all(*SPOT, {"event": "subscribe", "arg": b.okx_books("BTC-USDT")["arg"]})
    assert ack == Control(ControlKind.ACK, topics=("books:BTC-USDT",))


@pytest.mark.parametrize(
    "fields",
    [
        {"prevSeqId": None},
        {"prevSeqId": -1},
        {"seqId": -5},
        {"seqId": "5"},
        {"ts": 5},
        {"ts": "5"},
        {"bids": None},
        {"bids": [["1"]]},
        {"bids": [[1, 2]]},
        {"checksum": "x"},
    ],
)
def test_an_update_of_another_shape_is_malformed(fields):
    frame = b.okx_books("BTC-USDT", **fields)
    for each in (frame, {"action": frame["action"], **frame}):
        with pytest.raises(MalformedFrame):
            b.parse_all(*SPOT, each)


def test_an_unknown_action_is_malformed():
    with pytest.raises(MalformedFrame):
        b.parse_all(*SPOT, b.okx_books("BTC-USDT", "replace"))


@pytest.mark.parametrize("level", [["0", "1"], ["nan", "1"], ["1", "-1"]])
def test_one_bad_level_refuses_the_whole_message(level):
    with pytest.raises(BadNumber):
        b.parse_all(*SPOT, b.okx_books("BTC-USDT", bids=[["86250.1", "1"], level]))


def test_a_price_between_two_ticks_is_left_out_and_counted():
    [event] = b.parse_all(*SPOT, b.okx_books("BTC-USDT", bids=[["86250.15", "1", "0", "1"]]))
    assert (event.bids, event.left_out) == ([], 1)


def test_a_symbol_that_nobody_asked_for_is_named():
    for frame in (b.okx_books("DOGE-USDT"), b.okx_quote("DOGE-USDT")):
        with pytest.raises(UnknownSymbol, match="DOGE-USDT"):
            b.parse_all(*SPOT, frame)


def test_topics_and_calls():
    market = s.market(*SWAP)
    book, quotes = market.streams("BTC-USDT-SWAP")[:2]
    assert (book.topic, quotes.topic) == ("books:BTC-USDT-SWAP", "bbo-tbt:BTC-USDT-SWAP")
    assert book.path == quotes.path == "/ws/v5/public"
    assert market.book_call("BTC-USDT-SWAP") == (
        "publicGetMarketBooks",
        {"instId": "BTC-USDT-SWAP", "sz": "400", "source": "0"},
    )


def test_an_answer_is_a_snapshot_with_the_id_of_the_channel():
    instrument = s.instrument("okx.perp.BTC-USDT-SWAP")
    snapshot = s.market(*SWAP).parse_book(b.OKX_BOOK, instrument, ts_recv_ns=s.RECV_NS)
    assert (snapshot.channel, snapshot.last_id, snapshot.rolls) == (REST, 123_457, True)
    assert snapshot.ts_event_ns == s.AT_NS + 1_000_000
    assert snapshot.bids == [(862_501, 48), (862_500, 200)]
    assert snapshot.asks == [(862_502, 60)]


@pytest.mark.parametrize("data", [[], [{**b.OKX_BOOK["data"][0], "seqId": None}]])
def test_an_answer_without_an_id_is_malformed(data):
    instrument = s.instrument("okx.spot.BTC-USDT")
    with pytest.raises(MalformedFrame, match="one book with an id"):
        s.market(*SPOT).parse_book({**b.OKX_BOOK, "data": data}, instrument, ts_recv_ns=1)


def test_the_checksum_alternates_sides_and_goes_on_with_the_longer_one():
    # crc32(b"3366.1:7:3366.8:9:3366:6:3368:8"), and of "3366.1:7:3366.8:9:3366:6" with one ask;
    # the texts are those of the page, the sums were made with zlib.
    instrument = s.instrument("okx.spot.BTC-USDT")
    lots = instrument.size_grid.units("1")
    bids, asks = [(33661, 7 * lots), (33660, 6 * lots)], [(33668, 9 * lots), (33680, 8 * lots)]
    assert checksum(instrument, bids, asks) == -1_881_014_294
    assert checksum(instrument, bids, asks[:1]) == 1_164_732_920
