"""Any damage to a good frame or answer of a book: valid levels, or a FeedError, nothing else."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.errors import FeedError
from core.domain.events import NO_ID, BestQuote, BookDelta, BookSnapshot, Control, NoTrade, Trades
from core.domain.units import MAX_PRICE_TICKS, MAX_SIZE_LOTS
from data.venues.registry import MARKETS
from tests.data.venues import book_samples as b
from tests.data.venues import samples as s
from tests.data.venues.test_damage import END_NS, EVERY, FIRST_NS, broken, damaged


def check_level(level):
    ticks, lots = level
    assert 1 <= ticks <= MAX_PRICE_TICKS
    assert 0 <= lots <= MAX_SIZE_LOTS


def check_book(book):
    for level in (*book.bids, *book.asks):
        check_level(level)
    assert NO_ID <= book.last_id < 2**63
    assert book.checksum is None or isinstance(book.checksum, int)


def check_event(event, listed):
    if isinstance(event, Control | Trades | NoTrade):
        return
    assert event.instrument in listed
    assert event.ts_event_ns == 0 or FIRST_NS <= event.ts_event_ns < END_NS
    if isinstance(event, BestQuote):
        for level in (event.bid, event.ask):
            if level is not None:
                check_level(level)
                assert level[1]
        return
    check_book(event)
    if isinstance(event, BookDelta):
        assert event.first_id <= event.last_id
    else:
        assert isinstance(event, BookSnapshot)
        assert event.depth > 1


def check_frame(market_id, raw):
    listed = s.listed(*market_id)
    try:
        events = MARKETS[market_id].parse_all(raw, ts_recv_ns=s.RECV_NS, instruments=listed)
    except FeedError:
        return
    for event in events:
        check_event(event, listed.values())


@pytest.mark.parametrize("market_id", EVERY)
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_frame_with_any_part_replaced_is_read_or_refused(market_id, data):
    check_frame(market_id, json.dumps(data.draw(damaged(b.BOOK_FRAMES[market_id]))).encode())


@pytest.mark.parametrize("market_id", EVERY)
@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_a_frame_cut_or_flipped_anywhere_is_read_or_refused(market_id, data):
    check_frame(market_id, data.draw(broken(b.BOOK_FRAMES[market_id])))


@pytest.mark.parametrize("market_id", EVERY)
@settings(max_examples=50)
@given(raw=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(market_id, raw):
    check_frame(market_id, raw)


@pytest.mark.parametrize("market_id", EVERY)
@pytest.mark.parametrize(
    "opening",
    [b"[", b'{"data":', b'{"topic":"orderbook.50.X","data":', b'{"arg":{"channel":"books"},"x":['],
)
def test_endless_nesting_is_refused(market_id, opening):
    check_frame(market_id, opening * 100_000)


@pytest.mark.parametrize("market_id", EVERY)
def test_every_prefix_of_every_frame_is_refused(market_id):
    for frame in b.BOOK_FRAMES[market_id]:
        raw = json.dumps(frame).encode()
        for length in range(len(raw)):
            with pytest.raises(FeedError):
                MARKETS[market_id].parse_all(
                    raw[:length], ts_recv_ns=1, instruments=s.listed(*market_id)
                )


@pytest.mark.parametrize("market_id", EVERY)
@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_an_answer_with_any_part_replaced_is_read_or_refused(market_id, data):
    market = MARKETS[market_id]
    body = data.draw(damaged([b.BOOKS[market_id]]))
    try:
        snapshot = market.parse_book(body, market.facts.defaults[0], ts_recv_ns=s.RECV_NS)
    except FeedError:
        return
    check_book(snapshot)
    assert snapshot.last_id >= 0
