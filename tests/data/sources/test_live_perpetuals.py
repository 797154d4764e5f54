"""Tickers, liquidations and what REST alone tells of perpetuals, over real sockets and HTTP."""

import time
from dataclasses import replace

import numpy as np
import pytest

from core.domain.arrays import Position
from core.domain.derivatives import DerivativeTicker, Liquidations
from core.domain.events import Channel, Gap, Rows
from core.domain.instrument import MarketKind, Venue
from core.domain.units import NS_PER_S
from data.feeds.health import State
from data.sources import polls
from data.venues.registry import MARKETS
from tests.exchange.server import Exchange
from tests.support.live import LiveRun, fill
from tests.support.waiting import until

PERPS = [key for key in MARKETS if key[1] is MarketKind.PERP]
BTC = {key: MARKETS[key].facts.defaults[0] for key in PERPS}
ETH = {key: MARKETS[key].facts.defaults[1] for key in PERPS}
BINANCE = (Venue.BINANCE, MarketKind.PERP)
OKX = (Venue.OKX, MarketKind.PERP)
OPEN_INTEREST = "/fapi/v1/openInterest"

every_venue = pytest.mark.parametrize("key", PERPS, ids="-".join)


@pytest.fixture
def exchange():
    with Exchange() as exchange:
        yield exchange


class Eager:
    """A market that polls ten times a second."""

    def __init__(self, market):
        self._market = market

    def __getattr__(self, name):
        return getattr(self._market, name)

    def polls(self, symbol):
        return tuple(replace(each, every_s=0.1) for each in self._market.polls(symbol))


EAGER = {key: Eager(market) for key, market in MARKETS.items()}


def tell(exchange, listed, **fields):
    """Let the exchange say these of a perpetual."""
    contract = exchange.contracts[listed.id]
    contract.change(**fields)
    contract.push()


def ticker_live(run, listed):
    """Let mark prices come until the channel is live."""

    def live():
        tell(run.exchange, listed, mark=100.0 + time.monotonic() % 1)
        return run.state(listed, Channel.TICKER) is State.LIVE

    until(live)


def newest(run, listed):
    """What is held of a perpetual now; None = nothing."""
    run.engine.settle()
    tape = run.engine.tape(listed.id)
    return None if tape is None else tape.tickers.newest


@every_venue
def test_everything_that_is_told_of_a_perpetual_is_held(exchange, key):
    listed = BTC[key]
    fill(exchange, listed)
    with LiveRun(exchange, listed, markets=EAGER) as run:
        ticker_live(run, listed)
        tell(
            exchange,
            listed,
            mark=101.5,
            index=101.25,
            funding_rate=0.0003,
            interval_h=4,
            open_interest=77.5,
        )

        def whole():
            row = newest(run, listed)
            told = [row[name] for name in ("mark", "index", "funding_rate", "open_interest")]
            hours = row["funding_interval_ns"] / 3_600e9
            return np.allclose([*told, hours], [101.5, 101.25, 0.0003, 77.5, 4])

        until(whole)
        channel = run.channel(listed, Channel.TICKER)
        assert (channel.state, channel.reason) == (State.LIVE, "")
        assert channel.messages > 0
        assert [each.reason for each in run.health.refused_samples()] == []


@every_venue
def test_open_interest_of_the_past_comes_once_and_sorted(exchange, key):
    listed = BTC[key]
    now_ms = time.time_ns() // 1_000_000
    past = [(now_ms - back * 300_000, 1_000.0 + back) for back in range(50)][::-1]
    exchange.contracts[listed.id].past = past
    with LiveRun(exchange, listed) as run:
        (event,) = until(lambda: run.of(Rows, listed))
        assert (event.channel, event.stream) == (Channel.TICKER, "rest")
        assert event.rows["ts_event_ns"].tolist() == [at * 1_000_000 for at, _ in past]
        assert np.allclose(event.rows["open_interest"], [held for _, held in past])
        assert np.isnan(event.rows["mark"]).all()


def test_a_poll_that_fails_says_so_and_recovers(exchange, monkeypatch):
    monkeypatch.setattr(polls, "RETRY_S", 0.1)
    listed = BTC[BINANCE]
    exchange.faults.rest[OPEN_INTEREST] = (502, {}, "")
    with LiveRun(exchange, listed, markets=EAGER) as run:
        words = "what only REST tells could not be asked for: binance perp: REST answered HTTP 502"

        def said():
            tell(exchange, listed, mark=100.0)
            found = run.channel(listed, Channel.TICKER)
            return found and (found.state, found.reason) == (State.STALE, words)

        until(said)
        exchange.faults.rest.clear()
        ticker_live(run, listed)
        until(lambda: newest(run, listed)["open_interest"] == 5_000.0)
        assert run.of(Gap) == []


def test_a_poll_obeys_the_venues_deadline(exchange, monkeypatch):
    monkeypatch.setattr(polls, "RETRY_S", 0.05)
    listed = BTC[BINANCE]
    with LiveRun(exchange, listed, markets=EAGER) as run:
        until(lambda: exchange.requests[OPEN_INTEREST] >= 2)
        exchange.faults.rest["/fapi"] = (429, {"Retry-After": "2"}, "{}")
        run.reaches(listed, State.STALE, "too many requests", channel=Channel.TICKER)
        asked, at_s = exchange.requests.total(), time.monotonic()
        exchange.faults.rest.clear()
        ticker_live(run, listed)
        assert time.monotonic() - at_s > 1.5
        assert asked > 0


def test_polls_end_when_the_instrument_is_not_followed_any_more(exchange):
    listed = BTC[BINANCE]
    with LiveRun(exchange, listed, markets=EAGER) as run:
        until(lambda: exchange.requests[OPEN_INTEREST] >= 2)
        run.source._supervisor.remove(listed.id, "it is not wanted any more")
        time.sleep(0.3)
        asked = exchange.requests[OPEN_INTEREST]
        time.sleep(0.4)
        assert exchange.requests[OPEN_INTEREST] == asked


@every_venue
def test_liquidations_are_live_without_any_and_pass_as_they_come(exchange, key):
    listed, other = BTC[key], ETH[key]
    with LiveRun(exchange, listed, other) as run:
        for each in (listed, other):
            until(lambda each=each: run.state(each, Channel.LIQUIDATIONS) is State.LIVE)
            assert run.channel(each, Channel.LIQUIDATIONS).messages == 0
        exchange.liquidate(listed, "long", 10_000, 7)
        exchange.liquidate(other, "short", 9_000, 3)
        (first,) = until(lambda: run.of(Liquidations, listed))
        (second,) = until(lambda: run.of(Liquidations, other))
        assert [(row[2], row[4]) for row in first.rows] == [(7, Position.LONG)]
        assert [(row[2], row[4]) for row in second.rows] == [(3, Position.SHORT)]
        run.engine.settle()
        assert len(run.engine.tape(listed.id).liquidations) == 1
        assert run.channel(listed, Channel.LIQUIDATIONS).messages == 1


@every_venue
def test_a_lost_connection_is_stale_at_once_and_a_gap_of_both_channels(exchange, key):
    listed = BTC[key]
    with LiveRun(exchange, listed) as run:
        ticker_live(run, listed)
        until(lambda: run.state(listed, Channel.LIQUIDATIONS) is State.LIVE)
        before, cut_s = len(run.health.said), time.monotonic()
        cut_ns = time.time_ns()
        exchange.cut("rst", venue=key[0])
        for channel in (Channel.TICKER, Channel.LIQUIDATIONS):
            said = run.reaches(listed, State.STALE, "the ", channel=channel, after=before)
            assert said.at_s - cut_s < 0.1
        until(lambda: run.state(listed, Channel.LIQUIDATIONS) is State.LIVE)
        ticker_live(run, listed)
        gaps = {each.channel: each for each in run.of(Gap)}
        assert set(gaps) >= {Channel.TICKER, Channel.LIQUIDATIONS}
        for channel in (Channel.TICKER, Channel.LIQUIDATIONS):
            # From the last message on: nobody saw when the line broke.
            assert cut_ns - NS_PER_S <= gaps[channel].from_ns < gaps[channel].to_ns
            found = run.channel(listed, channel)
            assert (found.gaps, found.reconnects) == (1, 1)


@every_venue
def test_liquidations_that_are_refused_are_rejected_and_the_ticker_goes_on(exchange, key):
    listed = BTC[key]
    streams = MARKETS[key].streams(listed.id.symbol)
    topic = next(each.topic for each in streams if each.channel is Channel.LIQUIDATIONS)
    exchange.faults.refuse.add(topic)
    with LiveRun(exchange, listed) as run:
        ticker_live(run, listed)
        words = "the exchange refused the subscription ("
        run.reaches(listed, State.REJECTED, words, channel=Channel.LIQUIDATIONS)
        time.sleep(0.3)
        assert run.state(listed, Channel.LIQUIDATIONS) is State.REJECTED
        assert run.state(listed, Channel.TICKER) is State.LIVE


def test_one_silent_topic_of_a_ticker_is_told_by_name_though_the_others_speak(exchange):
    listed = BTC[OKX]

    class Short(Eager):
        def streams(self, symbol):
            return tuple(
                replace(each, silence_s=0.6) if each.topic.startswith("mark-price") else each
                for each in self._market.streams(symbol)
            )

    exchange.faults.acked_and_silent.add(f"mark-price:{listed.id.symbol}")
    with LiveRun(exchange, listed, markets={**MARKETS, OKX: Short(MARKETS[OKX])}) as run:

        def said():
            tell(exchange, listed, open_interest=time.monotonic())
            found = run.channel(listed, Channel.TICKER)
            return found and found.state is State.STALE and run.of(DerivativeTicker)

        until(said)
        reason = run.channel(listed, Channel.TICKER).reason
        assert reason == (
            "the subscription was acknowledged, "
            "but no message of mark-price:BTC-USDT-SWAP came for 1 s"
        )
        exchange.faults.acked_and_silent.clear()
        ticker_live(run, listed)
