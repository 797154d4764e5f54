"""The live source over real sockets and HTTP: the past and the present join without a seam."""

import json
import socket
import time

import pytest

from core.domain.events import Channel, Gap, Klines, Listed, TradeBlock, Trades
from core.domain.instrument import InstrumentId, MarketKind, Venue
from core.domain.units import NS_PER_DAY, NS_PER_MINUTE
from data.engine import Engine
from data.feeds import client
from data.feeds.health import HealthBoard, State
from data.sources import backfill
from data.sources.live import LiveSource
from data.venues.bybit.frames import id_of
from data.venues.registry import MARKETS
from tests.exchange.generator import Generator
from tests.exchange.server import Exchange
from tests.support.feed import QUICK, impatient
from tests.support.frames import bybit_id
from tests.support.live import LiveRun
from tests.support.waiting import until

KEYS = list(MARKETS)
BTC = {key: market.facts.defaults[0] for key, market in MARKETS.items()}
COUNTING = [key for key in KEYS if MARKETS[key].facts.ids_count]
BYBIT_SPOT = (Venue.BYBIT, MarketKind.SPOT)
OKX_PERP = (Venue.OKX, MarketKind.PERP)
BINANCE_PERP = (Venue.BINANCE, MarketKind.PERP)
API = {Venue.BINANCE: "/fapi", Venue.OKX: "/api/v5", Venue.BYBIT: "/v5/market"}

every_market = pytest.mark.parametrize("key", KEYS, ids="-".join)


class Run:
    """A live source on the local exchange, into a real engine, with its events kept aside."""

    def __init__(self, exchange, *instruments, endpoints=None, channels=()):
        self.exchange = exchange
        self.events = []
        self.health = HealthBoard()
        self.engine = Engine()
        self.source = LiveSource(
            [each.id if hasattr(each, "id") else each for each in instruments],
            endpoints=endpoints or exchange.endpoints(),
            health=self.health,
            timing=QUICK,
            channels=channels,
        )

    def __enter__(self):
        self.engine.start()
        self.source.start(self._submit)
        return self

    def __exit__(self, *_):
        self.source.stop()
        self.engine.stop()

    def of(self, kind):
        return [event for event in list(self.events) if isinstance(event, kind)]

    def state(self, listed):
        for channel in self.health.snapshot():
            if (channel.venue, channel.kind, channel.symbol) == (
                listed.id.venue,
                listed.id.kind,
                listed.id.symbol,
            ):
                return channel.state
        return None

    def trades(self, listed):
        self.engine.settle()
        tape = self.engine.tape(listed.id)
        return None if tape is None else tape.trades.window(0, 2**62)

    def _submit(self, event):
        self.events.append(event)
        self.engine.submit(event)


@pytest.fixture
def exchange():
    with Exchange() as exchange:
        Generator(exchange, rate=1).fill_history(hours=0.6)
        yield exchange


def now_trade(exchange, listed, count=1):
    now_ns = time.time_ns()
    return exchange.trade(listed, [now_ns] * count, [1_000] * count, [5] * count, [1] * count)


def go_live(run, *instruments):
    def live():
        for each in instruments:
            now_trade(run.exchange, each)
        return all(run.state(each) is State.LIVE for each in instruments)

    until(live)


def told(exchange, listed):
    """What the venue knows: the tape, with the ids as our decoder reads them."""
    rows = exchange.tapes.get(listed.id.venue, listed.id.kind, listed.id.symbol).rows().copy()
    if listed.id.venue is Venue.BYBIT:
        rows["trade_id"] = [id_of(bybit_id(listed.id.kind, i)) for i in rows["trade_id"].tolist()]
    return rows


def submitted(run, listed):
    """The ids of an instrument's trades that were submitted, of the present and the past."""
    ids = set()
    for event in run.of(Trades):
        ids.update(row[2] for row in event.rows if event.instrument.id == listed.id)
    for block in run.of(TradeBlock):
        if block.instrument.id == listed.id:
            ids.update(block.rows["trade_id"].tolist())
    return ids


def assert_same(run, listed, *, at_least):
    """From the first trade held on, exactly the venue's trades are held."""
    known = told(run.exchange, listed)

    def whole():
        ids = submitted(run, listed)
        have = [trade_id in ids for trade_id in known["trade_id"].tolist()]
        return sum(have) >= at_least and all(have[have.index(True) :])

    until(whole)
    held = run.trades(listed)
    known = known[-held.size :]
    for column in ("ts_event_ns", "trade_id", "price_ticks", "size_lots", "aggressor"):
        assert held[column].tolist() == known[column].tolist(), column


def quiet(run):
    """Nothing comes any more: neither of the present nor of the past."""
    seen = [0, time.monotonic()]

    def steady():
        if len(run.events) != seen[0]:
            seen[:] = len(run.events), time.monotonic()
        return time.monotonic() - seen[1] > 0.15

    until(steady)
    assert run.engine.settle()


def test_past_and_present_of_every_market_join_without_hole_or_repeat(exchange):
    everything = [each for market in MARKETS.values() for each in market.facts.defaults]
    with Run(exchange, *everything) as run:
        generator = Generator(exchange, rate=1_800, seed=3).start()
        try:
            until(lambda: all(run.state(each) is State.LIVE for each in everything))
            until(lambda: min(each.messages for each in run.health.snapshot()) > 150)
        finally:
            generator.stop()
        quiet(run)
        for each in everything:
            # Bybit's REST gives the newest 60 (spot) or 1000 trades, the others five minutes.
            assert_same(run, each, at_least=100 if each.id.venue is Venue.BYBIT else 300)
        assert run.of(Gap) == []
        assert run.health.refused_total() == 0
        assert run.source.notes() == ()


@every_market
def test_an_instrument_is_listed_before_its_first_trade(exchange, key):
    with Run(exchange, BTC[key]) as run:
        go_live(run, BTC[key])
        first = run.events[0]
        assert first == Listed(BTC[key])
        assert {each.id for each in run.source.instruments()} >= {BTC[key].id}


@every_market
def test_history_from_rest_comes_as_a_block_on_the_live_channel(exchange, key):
    with Run(exchange, BTC[key]) as run:
        go_live(run, BTC[key])
        (block, *_) = until(lambda: run.of(TradeBlock))
        assert block.history
        assert run.engine.settle()
        assert block.channel == run.engine.tape(BTC[key].id).channel
        assert (block.rows["ts_recv_ns"] == 0).all()


def cut_off(run, key):
    """Cut the connection and keep it from coming back."""
    path = MARKETS[key].socket_path().partition("?")[0]
    run.exchange.faults.rest[path] = (503, {}, "busy")
    run.exchange.cut("rst", venue=key[0])
    until(lambda: run.state(BTC[key]) is State.STALE)
    return path


def come_back(run, key, path):
    """Let the connection come back, and trade once it is there."""
    del run.exchange.faults.rest[path]
    until(lambda: run.state(BTC[key]) is State.SYNCING)
    until(
        lambda: any(
            MARKETS[key].trade_topic(BTC[key].id.symbol) in c.topics for c in run.exchange.clients()
        )
    )
    now_trade(run.exchange, BTC[key])
    until(lambda: run.state(BTC[key]) is State.LIVE)


@every_market
def test_what_was_missed_while_disconnected_is_fetched(exchange, key):
    with Run(exchange, BTC[key]) as run:
        go_live(run, BTC[key])
        quiet(run)
        path = cut_off(run, key)
        now_trade(exchange, BTC[key], count=40)
        come_back(run, key, path)
        quiet(run)
        assert_same(run, BTC[key], at_least=41)
        assert run.of(Gap) == []
        assert run.health.snapshot()[0].reconnects == 1


@pytest.mark.parametrize("key", COUNTING, ids="-".join)
def test_a_hole_of_many_pages_is_fetched(exchange, key):
    with Run(exchange, BTC[key]) as run:
        go_live(run, BTC[key])
        path = cut_off(run, key)
        now_trade(exchange, BTC[key], count=2_500)
        come_back(run, key, path)
        quiet(run)
        assert_same(run, BTC[key], at_least=2_501)
        assert run.of(Gap) == []


def test_a_hole_that_rest_does_not_reach_over_is_a_gap(exchange):
    listed = BTC[BYBIT_SPOT]
    with Run(exchange, listed) as run:
        go_live(run, listed)
        quiet(run)
        before_ns = int(run.trades(listed)["ts_event_ns"][-1])
        path = cut_off(run, BYBIT_SPOT)
        for _ in range(5):
            now_ns = int(now_trade(exchange, listed, count=40)["ts_event_ns"][-1])
            until(lambda now_ns=now_ns: time.time_ns() > now_ns + 3_000_000)
        del exchange.faults.rest[path]
        go_live(run, listed)
        (gap,) = until(lambda: run.of(Gap))
        assert gap.instrument_id == listed.id
        assert gap.from_ns == before_ns
        assert before_ns < gap.to_ns <= int(run.trades(listed)["ts_event_ns"][-1])
        assert gap.reason == "the connection was lost, and REST does not reach back to before"
        held = run.trades(listed)
        assert not ((held["ts_event_ns"] > gap.from_ns) & (held["ts_event_ns"] < gap.to_ns)).any()
        assert run.engine.tape(listed.id).gaps == (gap,)


def test_a_hole_is_a_gap_where_rest_refuses_this_address(exchange):
    listed = BTC[BINANCE_PERP]
    with Run(exchange, listed) as run:
        go_live(run, listed)
        quiet(run)
        path = cut_off(run, BINANCE_PERP)
        now_trade(exchange, listed, count=10)
        exchange.faults.rest["/fapi"] = (451, {}, "")
        del exchange.faults.rest[path]
        go_live(run, listed)
        (gap,) = until(lambda: run.of(Gap))
        assert (
            gap.reason == "the connection was lost, and REST could not be asked for what was missed"
        )
        until(
            lambda: (
                run.source.notes()
                == (
                    "binance perp is unavailable from here (HTTP 451); "
                    "use another venue or the simulated market",
                )
            )
        )


def test_a_hole_is_closed_once_rest_answers_again(exchange):
    listed = BTC[BINANCE_PERP]
    with Run(exchange, listed) as run:
        go_live(run, listed)
        quiet(run)
        path = cut_off(run, BINANCE_PERP)
        now_trade(exchange, listed, count=10)
        exchange.faults.rest["/fapi"] = (502, {}, "")
        del exchange.faults.rest[path]
        go_live(run, listed)
        until(lambda: run.source.notes() == ("binance perp: REST answered HTTP 502.",))
        del exchange.faults.rest["/fapi"]
        until(lambda: run.source.notes() == ())
        quiet(run)
        assert_same(run, listed, at_least=11)
        assert run.of(Gap) == []


@pytest.mark.parametrize("key", COUNTING, ids="-".join)
def test_trades_missed_inside_a_healthy_connection_are_fetched(exchange, key):
    listed = BTC[key]
    with Run(exchange, listed) as run:
        go_live(run, listed)
        quiet(run)
        exchange.faults.drop_every = 10
        now_trade(exchange, listed, count=95)
        quiet(run)
        exchange.faults.drop_every = 0
        now_trade(exchange, listed)
        quiet(run)
        assert_same(run, listed, at_least=97)
        assert run.of(Gap) == []
        assert run.health.snapshot()[0].reconnects == 0


def test_a_storm_of_jumps_is_a_few_questions(exchange):
    listed = BTC[BINANCE_PERP]
    with Run(exchange, listed) as run:
        go_live(run, listed)
        quiet(run)
        before = exchange.requests["/fapi/v1/aggTrades"]
        exchange.faults.drop_every = 2
        now_trade(exchange, listed, count=400)
        exchange.faults.drop_every = 0
        now_trade(exchange, listed)
        quiet(run)
        assert_same(run, listed, at_least=402)
        assert run.of(Gap) == []
        assert exchange.requests["/fapi/v1/aggTrades"] - before <= 20


def test_trades_missed_inside_a_healthy_connection_are_a_gap_where_rest_refuses(exchange):
    listed = BTC[BINANCE_PERP]
    with Run(exchange, listed) as run:
        go_live(run, listed)
        quiet(run)
        exchange.faults.rest["/fapi"] = (451, {}, "")
        before = run.trades(listed)[-1]
        tape = exchange.tapes.get(Venue.BINANCE, MarketKind.PERP, listed.id.symbol)
        tape.add([time.time_ns()] * 3, [1_000] * 3, [5] * 3, [1] * 3)  # traded, never sent
        after = now_trade(exchange, listed)
        (gap,) = until(lambda: run.of(Gap))
        assert gap.from_ns == before["ts_event_ns"]
        assert gap.to_ns >= after["ts_event_ns"][0] // 10**6 * 10**6
        assert gap.reason == (
            "the numbers of the trades jumped, and REST could not be asked for what was missed"
        )


def test_a_message_of_bybit_that_cannot_be_read_is_a_gap_where_rest_does_not_help(exchange):
    listed = BTC[BYBIT_SPOT]
    with Run(exchange, listed) as run:
        go_live(run, listed)
        quiet(run)
        before = run.trades(listed)[-1]
        exchange.faults.rest["/v5/market/recent-trade"] = (403, {}, "")
        exchange.send_raw('{"topic":"publicTrade.BTCUSDT","data":[{"T"', venue=Venue.BYBIT)
        until(lambda: run.health.refused_total() == 1)
        now_trade(exchange, listed)
        (gap,) = until(lambda: run.of(Gap))
        assert gap.instrument_id == listed.id
        assert gap.from_ns == before["ts_event_ns"]
        assert gap.reason.startswith("a message could not be read, and REST")


def test_trades_missed_while_a_topic_of_bybit_was_silent_are_fetched(exchange):
    listed, other = MARKETS[BYBIT_SPOT].facts.defaults[:2]
    markets = {**MARKETS, BYBIT_SPOT: impatient(MARKETS[BYBIT_SPOT], silence_s=0.6)}
    with LiveRun(exchange, listed, other, channels=(), markets=markets) as run:
        topic = MARKETS[BYBIT_SPOT].trade_topic(listed.id.symbol)

        def live():
            now_trade(exchange, listed)
            now_trade(exchange, other)
            return all(run.state(each, Channel.TRADES) is State.LIVE for each in (listed, other))

        until(live)
        exchange.faults.acked_and_silent.add(topic)
        missed = now_trade(exchange, listed, count=3)["trade_id"].tolist()
        (client,) = exchange.clients(Venue.BYBIT)
        said = len(client.received)
        until(lambda: now_trade(exchange, other) is None or len(client.received) >= said + 2)
        exchange.faults.acked_and_silent.clear()
        ids = {id_of(bybit_id(MarketKind.SPOT, each)) for each in missed}

        def fetched():
            now_trade(exchange, listed)
            now_trade(exchange, other)
            blocks = [each for each in run.of(TradeBlock) if each.instrument.id == listed.id]
            return ids <= {each for block in blocks for each in block.rows["trade_id"].tolist()}

        until(fetched)
        assert run.channel(listed, Channel.TRADES).reconnects == 0


def test_fills_that_okx_merges_on_the_socket_are_not_counted_twice(exchange):
    listed = BTC[OKX_PERP]
    tape = exchange.tapes.get(Venue.OKX, MarketKind.PERP, listed.id.symbol)
    with Run(exchange, listed) as run:
        until(lambda: any(client.topics for client in exchange.clients()))
        now_ns = time.time_ns()
        rows = tape.add([now_ns] * 3, [970_000] * 3, [5, 6, 7], [1] * 3)
        data = {"instId": listed.id.symbol, "px": "97000", "sz": "0.18", "side": "buy"}
        data |= {"tradeId": str(rows["trade_id"][-1]), "ts": str(now_ns // 10**6), "count": "3"}
        arg = {"channel": "trades", "instId": listed.id.symbol}
        exchange.send_raw(json.dumps({"arg": arg, "data": [data]}), venue=Venue.OKX)
        until(lambda: run.of(TradeBlock))
        quiet(run)
        held, known = run.trades(listed), tape.rows()
        since = known["ts_event_ns"] >= held["ts_event_ns"][0]
        assert int(held["size_lots"].sum()) == int(known["size_lots"][since].sum())
        assert held["size_lots"][-1] == 18


@every_market
def test_candles_of_the_session_come_without_being_asked_for(exchange, key):
    with Run(exchange, BTC[key]) as run:
        (first, *_) = until(lambda: run.of(Klines))
        assert (first.timeframe, first.instrument) == ("1m", BTC[key])
        assert first.bars.size >= 11
        opens = first.bars["open_ns"]
        assert (opens % NS_PER_MINUTE == 0).all()


@every_market
def test_wanted_candles_come_once_however_often_they_are_wanted(exchange, key):
    with Run(exchange, BTC[key]) as run:
        until(lambda: run.of(Klines))
        for _ in range(50):
            run.source.want(BTC[key].id, "5m", 300)
        until(lambda: [each for each in run.of(Klines) if each.timeframe == "5m"])
        for _ in range(50):
            run.source.want(BTC[key].id, "5m", 200)
        run.source.want(BTC[key].id, "15m", 300)
        until(lambda: [each for each in run.of(Klines) if each.timeframe == "15m"])
        fives = [each for each in run.of(Klines) if each.timeframe == "5m"]
        assert len(fives) == 1


def test_long_candles_are_paged_until_there_are_enough():
    with Exchange() as exchange:
        listed = BTC[OKX_PERP]
        tape = exchange.tapes.get(Venue.OKX, MarketKind.PERP, listed.id.symbol)
        count = 700
        now_ns = time.time_ns() // NS_PER_MINUTE * NS_PER_MINUTE
        times = [now_ns - (count - at) * NS_PER_MINUTE for at in range(count)]
        tape.add(times, [970_000] * count, [5] * count, [1] * count)
        with Run(exchange, listed) as run:
            run.source.want(listed.id, "1m", 600)

            def enough():
                run.engine.settle()
                held = run.engine.tape(listed.id)
                return held is not None and len(held.klines.get("1m", ())) >= 599

            until(enough)
            opens = run.engine.tape(listed.id).klines["1m"]["open_ns"]
            assert (opens[1:] - opens[:-1] == NS_PER_MINUTE).all()


def test_the_candle_of_the_minute_in_which_the_trades_began_is_fetched_when_it_closed(
    exchange, monkeypatch
):
    monkeypatch.setattr(backfill, "TOP_UP_S", -60.0)  # as if the minute were over at once
    with Run(exchange, BTC[BYBIT_SPOT]) as run:
        go_live(run, BTC[BYBIT_SPOT])
        until(lambda: len(run.of(Klines)) >= 2)
        assert run.of(Klines)[-1].bars.size <= 3


def test_a_symbol_wanted_later_is_followed(exchange):
    eth = MARKETS[OKX_PERP].facts.defaults[1]
    with Run(exchange, BTC[OKX_PERP]) as run:
        go_live(run, BTC[OKX_PERP])
        run.source.want(eth.id, "1m", 300)
        go_live(run, eth)
        quiet(run)
        assert_same(run, eth, at_least=100)
        assert len(exchange.clients()) == 1


def test_a_symbol_that_does_not_exist_becomes_a_sentence(exchange):
    with Run(exchange, InstrumentId.parse("okx.spot.NO-SUCH"), BTC[OKX_PERP]) as run:
        until(lambda: run.source.notes() == ("okx spot does not list NO-SUCH.",))
        run.source.want(InstrumentId.parse("bybit.perp.NOSUCH"), "1m", 300)
        until(lambda: "bybit perp does not list NOSUCH." in run.source.notes())
        go_live(run, BTC[OKX_PERP])


def test_a_dead_venue_is_a_sentence_and_the_others_live(exchange):
    exchange.faults.rest["/fapi"] = exchange.faults.rest["/market"] = (451, {}, "")
    with Run(exchange, BTC[BINANCE_PERP], BTC[OKX_PERP], BTC[BYBIT_SPOT]) as run:
        go_live(run, BTC[OKX_PERP], BTC[BYBIT_SPOT])
        until(lambda: run.state(BTC[BINANCE_PERP]) is State.REJECTED)
        assert run.source.notes() == (
            "binance perp is unavailable from here (HTTP 451); "
            "use another venue or the simulated market",
        )


def test_a_venue_whose_rest_hangs_holds_up_neither_the_others_nor_the_end(exchange, monkeypatch):
    monkeypatch.setattr(client, "TIMEOUT_S", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as mute:  # connects, and never answers
        endpoints = exchange.endpoints()
        address = f"http://127.0.0.1:{mute.getsockname()[1]}"
        endpoints |= {(Venue.BINANCE, kind, "REST"): address for kind in MarketKind}
        with Run(exchange, BTC[BINANCE_PERP], BTC[OKX_PERP], endpoints=endpoints) as run:
            go_live(run, BTC[OKX_PERP])
            assert run.state(BTC[BINANCE_PERP]) is None
            go_live(run, BTC[BINANCE_PERP])
            assert any("REST could not be reached" in note for note in run.source.notes())
            started_s = time.monotonic()
            run.source.stop()
            assert time.monotonic() - started_s < 2


@pytest.mark.parametrize("key", [BINANCE_PERP, OKX_PERP, BYBIT_SPOT], ids="-".join)
def test_while_rest_is_down_the_usual_instruments_are_live_and_it_is_said(exchange, key):
    exchange.faults.rest[API[key[0]]] = (502, {}, "")
    with Run(exchange, BTC[key]) as run:
        go_live(run, BTC[key])
        name = f"{key[0]} {key[1]}"
        said = until(lambda: [note for note in run.source.notes() if note.startswith(name)])
        assert said[0] == (
            f"{name} does not say what it lists ({name}: REST answered HTTP 502); "
            "the usual instruments are used until it does."
        )
        del exchange.faults.rest[API[key[0]]]
        until(lambda: run.source.notes() == (), within_s=15)


def test_an_instrument_that_is_not_listed_any_more_is_halted_not_reconnecting(
    exchange, monkeypatch
):
    monkeypatch.setattr(backfill, "LIST_AGAIN_S", 0.1)
    listed = BTC[OKX_PERP]
    with Run(exchange, listed) as run:
        go_live(run, listed)
        body = json.dumps({"code": "0", "msg": "", "data": []})
        path = "/api/v5/public/instruments"
        exchange.faults.rest[path] = (200, {"Content-Type": "application/json"}, body)
        until(lambda: run.state(listed) is State.HALTED)
        (channel,) = run.health.snapshot()
        assert channel.reason == "okx perp does not trade BTC-USDT-SWAP any more, or not now"
        until(lambda: not exchange.clients())
        del exchange.faults.rest[path]
        go_live(run, listed)


def test_it_ends_within_two_seconds_and_brings_nothing_afterwards(exchange):
    with Run(exchange, *BTC.values()) as run:
        generator = Generator(exchange, rate=500, seed=2).start()
        try:
            until(lambda: all(run.state(each) is State.LIVE for each in BTC.values()))
            started_s = time.monotonic()
            run.source.stop()
            assert time.monotonic() - started_s < 2
            before = len(run.events)
            until(lambda: not exchange.clients())
            assert len(run.events) == before
            assert run.health.snapshot() == ()
        finally:
            generator.stop()


def test_it_ends_within_two_seconds_though_nothing_answers(exchange):
    exchange.faults.hang_handshake = True
    with Run(exchange, *BTC.values()) as run:
        until(lambda: run.of(Listed))
        started_s = time.monotonic()
        run.source.stop()
        assert time.monotonic() - started_s < 2


def test_a_run_has_a_name_and_the_wall_clock(exchange):
    source = LiveSource([], endpoints=exchange.endpoints(), health=HealthBoard())
    assert source.name == "live"
    assert source.run_id.startswith("live-20")
    assert abs(source.now_ns() - time.time_ns()) < NS_PER_DAY / 86_400
