from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from core.domain.events import Gap, NoTrade, Trades
from data.feeds.continuity import Chain, Continuity, Mark, first_id, named
from data.venues.registry import MARKETS
from tests.support.trades import instrument

BTC = instrument()
FACTS = MARKETS["binance", "perp"].facts
BY_FILL = MARKETS["okx", "perp"].facts
NAMES_ONLY = MARKETS["bybit", "perp"].facts


def row(trade_id, fills=1):
    return (1_000 + trade_id, 2_000 + trade_id, trade_id, 5, 100, 1, 0, fills)


def trades(*ids, channel="aggTrade"):
    return Trades(BTC, channel, [row(each) for each in ids])


def test_only_okx_numbers_every_fill_and_only_bybits_ids_do_not_count():
    assert {key[0] for key, each in MARKETS.items() if each.facts.ids_step_by_fill} == {"okx"}
    assert {key[0] for key, each in MARKETS.items() if not each.facts.ids_count} == {"bybit"}


def test_the_first_id_of_a_row():
    assert first_id(row(9, fills=3), FACTS) == 9
    assert first_id(row(9, fills=3), BY_FILL) == 7
    assert first_id(row(9, fills=0), BY_FILL) == 9


@given(
    kept=st.lists(st.booleans(), min_size=1, max_size=60),
    sizes=st.lists(st.integers(1, 5), min_size=60, max_size=60),
    data=st.data(),
)
def test_holes_are_exactly_what_was_left_out_however_it_is_repeated(kept, sizes, data):
    chain, newest, wanted, holes, sent = Chain(BY_FILL), None, [], [], []
    last = 0
    for keep, fills in zip(kept, sizes, strict=False):
        last += fills
        if not keep:
            continue
        if newest is not None and last - fills > newest:
            wanted.append((newest, last))
        newest = last
        sent.append(row(last, fills))
        again = data.draw(st.sampled_from(sent))
        for each in chain.take([sent[-1], again]):
            holes.append((each.before.trade_id, each.first.trade_id))
    assert holes == wanted


def test_a_hole_says_where_it_lies_and_the_order_inside_a_message_does_not_matter():
    chain = Chain(FACTS)
    assert chain.take([row(2), row(1)]) == []
    [hole] = chain.take([row(7, 2), row(6), row(3)])
    assert (hole.before, hole.first) == (Mark(3, 1, 1_003), Mark(6, 1, 1_006))
    assert hole.first_id == 6


def test_a_message_that_cannot_be_read_is_about_the_topic_it_names_or_about_any():
    topics = ["publicTrade.BTCUSDT", "publicTrade.BTCUSDTX"]
    assert named(b'{"topic":"publicTrade.BTCUSDT","data":[{', topics) == topics[:1]
    assert named(b'{"topic": "orderbook.50.BTCUSDT","data":{', topics) == []
    assert named(b'{"topic":"publicTr', topics) == topics
    assert named(b"", topics) == topics


def test_topics_are_read_as_each_venue_writes_them():
    streams = ["btcusdt@depth@100ms", "btcusdt@bookTicker"]
    assert named(b'{"stream":"btcusdt@depth@100ms","data":{"e":', streams) == streams[:1]
    books = ["books:BTC-USDT", "books:BTC-USDT-SWAP", "bbo-tbt:BTC-USDT"]
    raw = b'{"arg":{"channel":"books","instId":"BTC-USDT"},"action":'
    assert named(raw, books) == books[:1]
    all_of_market = b'{"arg":{"channel":"liquidation-orders","instType":"SWAP"},"data":['
    assert named(all_of_market, ["liquidation-orders:SWAP", "books:SWAP"]) == [
        "liquidation-orders:SWAP"
    ]
    assert named(b'{"arg":{"channel":"books","inst', books) == books


def test_a_recordings_gap_lies_between_the_trades_around_it():
    streams = Continuity()
    assert streams.take(trades(1, 2), FACTS) == []
    assert streams.take(trades(8), FACTS) == [
        Gap(BTC.id, 1_002, 1_008, "the numbers of the trades jumped in the recording")
    ]


def test_another_stream_of_the_instrument_is_numbered_by_itself_and_not_kept():
    streams = Continuity()
    streams.take(trades(1), FACTS)
    assert streams.take(trades(50, 90, channel="trade"), FACTS) == []
    streams.skip(NoTrade(BTC, "trade", 2))
    streams.skip(NoTrade(BTC, "aggTrade", 2))
    assert streams.take(trades(3), FACTS) == []


def test_a_doubt_before_the_first_trade_is_nothing_and_after_it_a_gap():
    streams = Continuity()
    streams.doubt([BTC.id])
    assert streams.take(trades(5), NAMES_ONLY) == []
    streams.doubt([BTC.id])
    [gap] = streams.take(trades(3, 9), NAMES_ONLY)
    assert gap == Gap(BTC.id, 1_005, 1_006, "a message could not be read in the recording")
    assert streams.take(trades(4), replace(NAMES_ONLY)) == []
