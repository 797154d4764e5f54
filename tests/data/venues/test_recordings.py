"""What other people recorded from the venues, against numbers that were computed without us."""

import gzip
import json
from collections import Counter
from decimal import Decimal

import numpy as np
import pytest

from core.calc.bars import time_bars
from core.domain.arrays import TRADE_DTYPE
from core.domain.errors import MalformedFrame
from core.domain.events import Control, ControlKind, Trades
from core.domain.instrument import Instrument, InstrumentId
from core.domain.units import NS_PER_MINUTE, NS_PER_MS
from data.venues.registry import market_of
from tests.data.venues import samples as s
from tests.support.recordings import expected, recording

HFTBACKTEST = "nkaz001__hftbacktest/examples"
CRYPTOFEED = "bmoscon__cryptofeed/sample_data"
NAUTILUS = "nautechsystems__nautilus_trader/crates/adapters"
GOCRYPTOTRADER = "thrasher-corp__gocryptotrader/exchanges"


def listed(name, tick, step, value="1"):
    instrument_id = InstrumentId.parse(name)
    steps = (Decimal(tick), Decimal(step), Decimal(value))
    return Instrument(instrument_id, "X", "USDT", *steps, inferred=True)


def parsed(frames, *instruments):
    """Every event of the frames, which are (ns of receipt, bytes), in order."""
    market = market_of(instruments[0].id)
    symbols = {each.id.symbol: each for each in instruments}
    for recv_ns, raw in frames:
        yield from market.parse(raw, ts_recv_ns=recv_ns, instruments=symbols)


def hftbacktest(name):
    with gzip.open(recording(f"{HFTBACKTEST}/{name}")) as lines:
        for line in lines:
            stamp, _, raw = line.partition(b" ")
            yield int(stamp), raw


def cryptofeed(name):
    for line in recording(f"{CRYPTOFEED}/{name}").read_bytes().splitlines():
        stamp, _, raw = line.partition(b": ")
        if raw and not line.startswith(b"wss://"):
            yield int(Decimal(stamp.decode()) * 10**9), raw


def cryptofeed_body(name, question):
    for line in recording(f"{CRYPTOFEED}/{name}").read_text(encoding="utf-8").splitlines():
        asked, _, answer = line.partition(" -> ")
        if asked.endswith(question):
            return json.loads(answer.partition(": ")[2])
    raise AssertionError(question)


def counted(events):
    """How many trades of each channel, and how many controls of each kind."""
    counts = Counter()
    for event in events:
        if isinstance(event, Trades):
            counts[event.channel] += len(event.rows)
        else:
            counts[str(event.kind)] += 1
    return dict(counts)


def rows_of(events):
    rows = [row for event in events if isinstance(event, Trades) for row in event.rows]
    return np.array(rows, TRADE_DTYPE)


@pytest.mark.parametrize(
    ("files", "name", "grid", "answers"),
    [
        (
            ("usdm/btcusdt_20240808.gz",),
            "binance.perp.BTCUSDT",
            ("0.1", "0.001"),
            "open__usdm_btcusdt_20240808.json",
        ),
        (
            ("spot/btcusdt_20240808.gz", "spot/btcusdt_20240809.gz"),
            "binance.spot.BTCUSDT",
            ("0.01", "0.00001"),
            "open__spot_btcusdt_20240808-09.json",
        ),
    ],
)
def test_minutes_of_binance_have_the_bars_that_others_computed(files, name, grid, answers):
    instrument, wanted = listed(name, *grid), expected(answers)
    frames = (frame for each in files for frame in hftbacktest(each))
    rows = rows_of(parsed(frames, instrument))
    assert rows.size == wanted["trades"]["count"]
    assert np.all(np.diff(rows["trade_id"]) == 1)
    assert set(rows["fills"]) == {1}
    bars = time_bars(
        rows[np.lexsort((rows["trade_id"], rows["ts_event_ns"]))], step_ns=NS_PER_MINUTE
    )
    assert len(bars) == len(wanted["minute_bars"])
    for bar, minute in zip(bars, wanted["minute_bars"], strict=True):
        open_ms, *prices, volume, buy, sell, count = minute
        assert bar["open_ns"] == open_ms * NS_PER_MS
        columns = ("open_ticks", "high_ticks", "low_ticks", "close_ticks")
        assert [bar[each] for each in columns] == [instrument.price_grid.units(p) for p in prices]
        lots = [instrument.size_grid.units(each) for each in (volume, buy, sell)]
        assert [bar["buy_lots"] + bar["sell_lots"], bar["buy_lots"], bar["sell_lots"]] == lots
        assert bar["trades"] == count


def test_the_perpetual_recording_has_its_published_totals():
    frames = list(hftbacktest("usdm/btcusdt_20240808.gz"))
    instrument = listed("binance.perp.BTCUSDT", "0.1", "0.001")
    events = list(parsed(frames, instrument))
    # Everything else is 6 551 depth events, 66 089 book tickers and the one snapshot.
    assert counted(events) == {"trade": 21_313, "ignored": 6_551 + 66_089 + 1}
    rows = rows_of(events)
    assert rows["size_lots"].sum() == 2_429_366
    assert rows["size_lots"][rows["aggressor"] == 1].sum() == 1_251_576
    assert rows["ts_recv_ns"][0] == 1_723_161_255_088_176_367


@pytest.mark.parametrize(("day", "trades"), [("20240808", 9_757), ("20240809", 10_147)])
def test_the_spot_recordings_have_their_published_counts(day, trades):
    frames = hftbacktest(f"spot/btcusdt_{day}.gz")
    counts = counted(parsed(frames, listed("binance.spot.BTCUSDT", "0.01", "0.00001")))
    assert counts["trade"] == trades


def test_aggregates_of_thin_perpetuals_with_the_instruments_of_their_day():
    market = s.market(s.BINANCE, s.PERP)
    instruments = market.parse_instruments(cryptofeed_body("BINANCE_FUTURES.0", "exchangeInfo"))
    events = list(parsed(cryptofeed("BINANCE_FUTURES.ws.1.0"), *instruments))
    assert counted(events) == {"aggTrade": 91, "ignored": 764 + 613 + 67}
    by_symbol = {}
    for event in events:
        if isinstance(event, Trades):
            by_symbol.setdefault(event.instrument.id.symbol, []).extend(event.rows)
    assert set(by_symbol) <= {"SUSHIUSDT", "CTKUSDT", "AKROUSDT", "KEEPUSDT"}
    for rows in by_symbol.values():
        ids = [row[2] for row in rows]
        assert ids == list(range(ids[0], ids[0] + len(ids)))


def test_spot_of_2021_with_its_two_aggregates():
    instruments = (
        listed("binance.spot.LRCBTC", "0.00000001", "1"),
        *s.market(s.BINANCE, s.SPOT).parse_instruments(
            cryptofeed_body("BINANCE.0", "exchangeInfo")
        ),
    )
    counts = counted(parsed(cryptofeed("BINANCE.ws.1.0"), *instruments))
    assert counts == {"aggTrade": 2, "ignored": 177 + 84 + 2}


def test_okx_of_2022_with_the_instruments_of_its_day():
    pairs = s.market(s.OKX, s.SPOT).parse_instruments(
        cryptofeed_body("OKX.0", "instruments?instType=SPOT")
    )
    pair = next(each for each in pairs if each.id.symbol == "BTC-USDT")
    others = (
        listed("okx.perp.UNI-USD-SWAP", "0.001", "1"),
        listed("okx.perp.BTC-USD-220527", "0.1", "1"),
    )
    events = list(parsed(cryptofeed("OKX.ws.1.0"), pair, *others))
    assert counted(events) == {"trades": 74, "ack": 18, "ignored": 290 + 28}
    rows = rows_of(each for each in events if getattr(each, "instrument", None) is pair)
    assert np.all(np.diff(rows["trade_id"]) == 1)
    last = (1_652_459_235_576 * NS_PER_MS, 1_652_459_235_690_984_200, 338_476_375, 88, 302_276)
    assert rows[-1].item()[:5] == last


def test_linear_swaps_of_2022_are_listed_with_their_contracts():
    body = cryptofeed_body("OKX.0", "instruments?instType=SWAP")
    swaps = s.market(s.OKX, s.PERP).parse_instruments(body)
    bitcoin = next(each for each in swaps if each.id.symbol == "BTC-USDT-SWAP")
    assert (bitcoin.base, bitcoin.quote) == ("BTC", "USDT")
    assert (bitcoin.contract_value, bitcoin.size_step) == (Decimal("0.01"), Decimal(1))
    assert all(each.id.symbol.endswith(("-USDT-SWAP", "-USDC-SWAP")) for each in swaps)


def conversation(name):
    """The answers (<) and pushes (=) of a vendor's conversation, placeholders filled."""
    text = recording(name).read_text(encoding="utf-8-sig").replace("|1|", "1")
    parts = [part.strip() for part in text.replace("\n<", "\n=").split("\n=")]
    return [part.encode() for part in parts if part.startswith("{")]


@pytest.mark.parametrize(
    ("name", "instrument"),
    [
        (
            "JKorf__Binance.Net/Binance.Net.UnitTests/Subscriptions/Spot/ExchangeData/Trades.txt",
            ("binance.spot.BNBBTC", "0.001", "1"),
        ),
        (
            "JKorf__Binance.Net/Binance.Net.UnitTests/Subscriptions/Spot/ExchangeData/"
            "AggregatedTrades.txt",
            ("binance.spot.BNBBTC", "0.001", "1"),
        ),
        (
            "JKorf__Bybit.Net/Bybit.UnitTests/Subscriptions/V5/Spot/Trades.txt",
            ("bybit.spot.BTCUSDT", "0.01", "0.001"),
        ),
        (
            "JKorf__Bybit.Net/Bybit.UnitTests/Subscriptions/V5/Linear/Trades.txt",
            ("bybit.perp.BTCUSDT", "0.1", "0.001"),
        ),
    ],
)
def test_a_documented_conversation_is_an_answer_and_a_trade(name, instrument):
    frames = [(1, raw) for raw in conversation(name)]
    answer, trades = parsed(frames, listed(*instrument))
    assert answer.kind is ControlKind.ACK
    assert len(trades.rows) == 1


def test_okxs_documented_conversation_mixes_two_instruments_which_is_refused():
    name = "JKorf__OKX.Net/OKX.Net.UnitTests/Subscriptions/Unified/ExchangeData/Trades.txt"
    answer, push = conversation(name)
    instrument = listed("okx.spot.ETH-USDT", "0.1", "0.00000001")
    [control] = parsed([(1, answer)], instrument)
    assert control == Control(ControlKind.ACK, topics=("trades:ETH-USDT",))
    with pytest.raises(MalformedFrame, match="came among those of ETH-USDT"):
        list(parsed([(1, push)], instrument))


def test_documented_frames_of_other_kinds_are_ignored():
    folder = recording(f"{NAUTILUS}/binance/test_data/futures/market_data_json")
    instrument = listed("binance.perp.BTCUSDT", "0.001", "1")
    for path in sorted(folder.glob("*.json")):
        if path.stem in {"agg_trade_stream", "trade_stream"}:
            continue  # their time, 123456785, is no time
        [control] = parsed([(1, path.read_bytes())], instrument)
        assert control.kind is ControlKind.IGNORED, path.stem


def test_okxs_recorded_frames_of_2025():
    name = f"{GOCRYPTOTRADER}/okx/testdata/wsAllTrades.json"
    frames = [(1, line) for line in recording(name).read_bytes().splitlines() if line]
    rows = rows_of(parsed(frames, listed("okx.spot.BTC-USDT", "0.1", "0.00000001")))
    assert rows["trade_id"].tolist() == [674_510_826, 674_510_827]
    assert rows["size_lots"].tolist() == [11_186, 11_194]
    assert rows["aggressor"].tolist() == [1, -1]
    assert rows["fills"].tolist() == [1, 1]


def answers(path, **query):
    """The recorded answers of one of Binance's routes to queries that hold these words."""
    name = f"{GOCRYPTOTRADER}/binance/testdata/http.public-routes.DERIVED.json"
    routes = json.loads(recording(name).read_text(encoding="utf-8"))
    words = [f"{key}={value}" for key, value in query.items()]
    return [
        each["data"]
        for each in routes[path]["GET"]
        if all(word in each["queryString"].split("&") for word in words)
    ]


@pytest.mark.parametrize(
    ("path", "symbol", "name", "grid"),
    [
        ("/fapi/v1/aggTrades", "LTCUSDT", "binance.perp.LTCUSDT", ("0.01", "0.001")),
        ("/fapi/v1/aggTrades", "BTCUSDT", "binance.perp.BTCUSDT", ("0.01", "0.001")),
        ("/api/v3/aggTrades", "BTCUSDT", "binance.spot.BTCUSDT", ("0.01", "0.00000001")),
    ],
)
def test_recorded_pages_of_trades_add_up(path, symbol, name, grid):
    instrument = listed(name, *grid)
    seen = 0
    for body in answers(path, symbol=symbol):
        if any("m" not in row for row in body):  # the recorder lost a key of some rows
            with pytest.raises(MalformedFrame, match="missing required field `m`"):
                market_of(instrument.id).parse_trades(body, instrument)
            continue
        rows = market_of(instrument.id).parse_trades(body, instrument)
        volume = sum(Decimal(row["q"]) for row in body)
        assert int(rows["size_lots"].sum()) * instrument.lot_size == volume
        assert int(rows["fills"].sum()) == sum(row["l"] - row["f"] + 1 for row in body)
        seen += rows.size
    assert seen >= 5


@pytest.mark.parametrize(
    ("path", "symbol", "interval", "name", "grid"),
    [
        ("/api/v3/klines", "BTCUSDT", "1m", "binance.spot.BTCUSDT", ("0.01", "0.000001")),
        ("/api/v3/klines", "BTCUSDT", "1h", "binance.spot.BTCUSDT", ("0.01", "0.000001")),
        ("/api/v3/klines", "BTCUSDT", "1d", "binance.spot.BTCUSDT", ("0.01", "0.000001")),
        ("/fapi/v1/klines", "LTCUSDT", "5m", "binance.perp.LTCUSDT", ("0.01", "0.001")),
        ("/fapi/v1/klines", "BTCUSDT", "1d", "binance.perp.BTCUSDT", ("0.01", "0.001")),
    ],
)
def test_recorded_candles_keep_volume_taker_and_worth(path, symbol, interval, name, grid):
    instrument = listed(name, *grid)
    unit = instrument.tick_size * instrument.lot_size
    pages = answers(path, symbol=symbol, interval=interval)
    assert pages
    for body in pages:
        bars = market_of(instrument.id).parse_klines(body, instrument, interval, now_ns=s.NOW_NS)
        assert len(bars) == len(body)
        for bar, row in zip(bars, body, strict=True):
            lots = int(bar["buy_lots"]) + int(bar["sell_lots"])
            assert bar["open_ns"] == row[0] * NS_PER_MS
            assert lots * instrument.lot_size == Decimal(row[5])
            assert int(bar["buy_lots"]) * instrument.lot_size == Decimal(row[9])
            assert bar["trades"] == row[8]
            worth = (int(bar["moment1"]) + lots * int(bar["open_ticks"])) * unit
            assert abs(worth - Decimal(row[7])) <= unit / 2
            assert (
                bar["low_ticks"] <= bar["open_ticks"] + bar["moment1"] / lots <= bar["high_ticks"]
            )


def test_recorded_lists_of_binances_instruments():
    [perps] = answers("/fapi/v1/exchangeInfo")
    listed_perps = s.market(s.BINANCE, s.PERP).parse_instruments(perps)
    bitcoin = next(each for each in listed_perps if each.id.symbol == "BTCUSDT")
    assert (bitcoin.tick_size, bitcoin.size_step) == (Decimal("0.1"), Decimal("0.001"))
    [spot] = answers("/api/v3/exchangeInfo")
    assert len(s.market(s.BINANCE, s.SPOT).parse_instruments(spot)) == 2


def nautilus(name):
    return json.loads(recording(f"{NAUTILUS}/{name}").read_text(encoding="utf-8"))


def test_documented_answers_of_okx():
    market = s.market(s.OKX, s.PERP)
    swaps = market.parse_instruments(nautilus("okx/test_data/http_get_instruments_swap.json"))
    assert [each.id.symbol for each in swaps] == ["ETH-USDT-SWAP", "BTC-USDT-SWAP"]
    bitcoin = swaps[1]
    assert bitcoin == s.instrument("okx.perp.BTC-USDT-SWAP")
    body = nautilus("okx/test_data/http_get_candlesticks_full.json")
    bars = market.parse_klines(body, bitcoin, "1m", now_ns=s.NOW_NS)
    coins = [int(lots) * bitcoin.lot_size for lots in bars["unknown_lots"]]
    assert coins == [Decimal("71.6404"), Decimal("10.4037")]
    trades = nautilus("okx/test_data/http_get_trades.json")
    rows = s.market(s.OKX, s.SPOT).parse_trades(trades, s.instrument("okx.spot.BTC-USDT"))
    assert rows["trade_id"].tolist() == [734_864_332, 734_864_333]


def test_documented_answers_of_bybit():
    market = s.market(s.BYBIT, s.PERP)
    perps = market.parse_instruments(nautilus("bybit/test_data/http_get_instruments_linear.json"))
    assert {each.id.symbol for each in perps} >= {"BTCUSDT", "ETHUSDT"}
    spot = s.market(s.BYBIT, s.SPOT).parse_instruments(
        nautilus("bybit/test_data/http_get_instruments_spot.json")
    )
    assert [str(each.size_step) for each in spot] == ["0.0001", "0.00001"]
    rows = market.parse_trades(nautilus("bybit/test_data/http_get_trades_recent.json"), perps[0])
    assert rows["size_lots"].tolist() == [5]
    frame = recording(f"{NAUTILUS}/bybit/test_data/ws_subscription_failure.json").read_bytes()
    [control] = parsed([(1, frame)], perps[0])
    reason = "Invalid topic: invalid.topic.BTCUSDT"
    assert control == Control(ControlKind.REFUSED, reason=reason)
