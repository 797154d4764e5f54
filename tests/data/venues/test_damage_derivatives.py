"""Any damage to a good frame or answer of a perpetual: sound values, or a FeedError."""

import json
from math import isfinite

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.arrays import LiquidationPrice, Position
from core.domain.derivatives import DerivativeTicker, Liquidations
from core.domain.errors import FeedError
from core.domain.events import Control
from core.domain.units import MAX_SIZE_LOTS, NS_PER_HOUR
from data.venues.registry import MARKETS
from tests.data.venues import derivative_samples as d
from tests.data.venues import samples as s
from tests.data.venues.test_damage import END_NS, FIRST_NS, broken, damaged

PERPS = [pytest.param(each, id=each[0]) for each in MARKETS if each[1] is s.PERP]


def check_ticker(event):
    assert FIRST_NS <= event.ts_event_ns < END_NS
    for price in (event.mark, event.index):
        assert price is None or (isfinite(price) and price > 0)
    assert event.funding_rate is None or -1 < event.funding_rate < 1
    assert event.open_interest is None or 0 <= event.open_interest < 2**60
    hours = event.funding_interval_ns
    assert hours is None or NS_PER_HOUR <= hours <= 24 * NS_PER_HOUR
    assert event.next_funding_ns is None or FIRST_NS <= event.next_funding_ns < END_NS


def check_liquidations(event):
    assert event.rows
    for event_ns, recv_ns, lots, price, position, kind in event.rows:
        assert FIRST_NS <= event_ns < END_NS
        assert recv_ns == s.RECV_NS
        assert 1 <= lots <= MAX_SIZE_LOTS
        assert isfinite(price)
        assert price > 0
        assert position in {Position.LONG, Position.SHORT}
        assert kind in {LiquidationPrice.EXECUTED, LiquidationPrice.BANKRUPTCY}


def check_frame(market_id, raw):
    listed = s.listed(*market_id)
    try:
        events = MARKETS[market_id].parse_all(raw, ts_recv_ns=s.RECV_NS, instruments=listed)
    except FeedError:
        return
    for event in events:
        if isinstance(event, DerivativeTicker):
            check_ticker(event)
        elif isinstance(event, Liquidations):
            check_liquidations(event)
        else:
            assert isinstance(event, Control)


@pytest.mark.parametrize("market_id", PERPS)
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_frame_with_any_part_replaced_is_read_or_refused(market_id, data):
    check_frame(market_id, json.dumps(data.draw(damaged(d.FRAMES[market_id[0]]))).encode())


@pytest.mark.parametrize("market_id", PERPS)
@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_a_frame_cut_or_flipped_anywhere_is_read_or_refused(market_id, data):
    check_frame(market_id, data.draw(broken(d.FRAMES[market_id[0]])))


@pytest.mark.parametrize("market_id", PERPS)
def test_every_prefix_of_every_frame_is_refused(market_id):
    for frame in d.FRAMES[market_id[0]]:
        raw = json.dumps(frame).encode()
        for length in range(len(raw)):
            with pytest.raises(FeedError):
                MARKETS[market_id].parse_all(
                    raw[:length], ts_recv_ns=1, instruments=s.listed(*market_id)
                )


@pytest.mark.parametrize("market_id", PERPS)
@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_an_answer_with_any_part_replaced_is_read_or_refused(market_id, data):
    market = MARKETS[market_id]
    bitcoin, body = market.facts.defaults[0], data.draw(damaged([d.PAST[market_id[0]]]))
    try:
        rows = market.parse_past_open_interest(body, bitcoin, ts_recv_ns=s.RECV_NS)
    except FeedError:
        return
    assert all(0 <= each < 2**60 for each in rows["open_interest"])


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_a_polled_answer_with_any_part_replaced_is_read_or_refused(data):
    market = s.market(s.BINANCE, s.PERP)
    polls = market.polls("BTCUSDT")
    for poll, good in zip(polls, (d.OPEN_INTEREST, d.FUNDING_INFO), strict=True):
        body = data.draw(damaged([good]))
        try:
            events = market.parse_poll(body, poll, market.facts.defaults[0], ts_recv_ns=s.RECV_NS)
        except FeedError:
            continue
        for event in events:
            check_ticker(event)
