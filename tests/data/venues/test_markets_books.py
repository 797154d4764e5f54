"""What every market must do about books, by being in the registry."""

import inspect
import json

import ccxt
import pytest

from core.domain.errors import MalformedFrame
from core.domain.events import REST, BestQuote, BookDelta, Channel
from data.venues.registry import MARKETS
from data.venues.sync import Phase
from tests.data.venues import book_samples as b
from tests.data.venues import samples as s

EVERY = [pytest.param(each, id=".".join(each)) for each in MARKETS]


@pytest.mark.parametrize("market_id", EVERY)
def test_its_topics_are_of_one_instrument_and_one_kind(market_id):
    market = MARKETS[market_id]
    symbols = [each.id.symbol for each in market.facts.defaults]
    streams = [each for symbol in symbols for each in market.streams(symbol)]
    resting = [each for each in streams if each.channel in {Channel.BOOK, Channel.QUOTES}]
    topics = [market.trade_topic(each) for each in symbols] + [each.topic for each in resting]
    assert len(set(topics)) == len(topics) == 9
    request = market.subscribe(topics, request_id=1)
    assert len(json.loads(request)) == 3
    assert all(each.path.startswith("/") and each.silence_s == 5.0 for each in resting[::2])


@pytest.mark.parametrize("market_id", EVERY)
def test_its_frames_become_deltas_and_quotes(market_id):
    kinds = [
        type(each) for frame in b.BOOK_FRAMES[market_id] for each in b.parse_all(*market_id, frame)
    ]
    assert BookDelta in kinds
    assert BestQuote in kinds


@pytest.mark.parametrize("market_id", EVERY)
def test_a_frame_parsed_twice_differs_only_in_the_time_of_receipt(market_id):
    listed = s.listed(*market_id)
    for frame in b.BOOK_FRAMES[market_id]:
        raw = json.dumps(frame).encode()
        [one] = MARKETS[market_id].parse_all(raw, ts_recv_ns=1, instruments=listed)
        [other] = MARKETS[market_id].parse_all(raw, ts_recv_ns=2, instruments=listed)
        assert (one.ts_recv_ns, other.ts_recv_ns) == (1, 2)
        assert one.ts_event_ns == other.ts_event_ns
        names = [name for name in one.__struct_fields__ if name != "ts_recv_ns"]
        assert [getattr(one, name) for name in names] == [getattr(other, name) for name in names]


@pytest.mark.parametrize("market_id", EVERY)
def test_its_snapshot_comes_from_a_call_that_ccxt_has(market_id):
    market = MARKETS[market_id]
    name, query = market.book_call("BTCUSDT")
    assert hasattr(getattr(ccxt, market.facts.ccxt_id), name)
    assert all(isinstance(value, str | int) for value in query.values())
    instrument = market.facts.defaults[0]
    snapshot = market.parse_book(b.BOOKS[market_id], instrument, ts_recv_ns=s.RECV_NS)
    assert snapshot.channel == REST
    assert snapshot.instrument is instrument
    assert snapshot.depth in query.values() or str(snapshot.depth) in query.values()


@pytest.mark.parametrize("market_id", EVERY)
@pytest.mark.parametrize("body", [None, 1, "<html></html>", {}, {"error": "x"}, [1], [[1]], [None]])
def test_an_answer_of_another_shape_is_malformed(market_id, body):
    market = MARKETS[market_id]
    with pytest.raises(MalformedFrame):
        market.parse_book(body, market.facts.defaults[0], ts_recv_ns=1)


@pytest.mark.parametrize("market_id", EVERY)
def test_it_has_a_rule_for_keeping_a_book_which_begins_with_none(market_id):
    one, other = MARKETS[market_id].book_sync(), MARKETS[market_id].book_sync()
    assert one is not other
    assert one.phase is Phase.SYNCING


@pytest.mark.parametrize("market_id", EVERY)
def test_its_rule_numbers_what_it_follows_and_names_its_source(market_id):
    rule = inspect.getmodule(type(MARKETS[market_id].book_sync()))
    assert "1." in rule.__doc__
    assert "Source:" in rule.__doc__
    code = inspect.getsource(rule).split('"""', 2)[2]
    assert sum(f"{number}." in code for number in range(1, 9)) >= 3
