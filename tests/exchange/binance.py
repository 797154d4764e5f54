"""Binance: spot on ``/ws`` and ``/stream``, USD-M on ``/public/…`` and ``/market/…``."""

import json

from core.domain.instrument import MarketKind, Venue
from core.domain.units import NS_PER_MS
from tests.exchange import binance_push as push
from tests.exchange.dialect import Client

_MARKET_STREAMS = ("aggTrade", "markPrice", "kline_", "forceOrder", "ticker", "miniTicker")
_API = {
    "/api/v3": MarketKind.SPOT,
    "/fapi/v1": MarketKind.PERP,
    "/futures/data": MarketKind.PERP,
}


def connect(path, query):
    entry, _, rest = path.strip("/").partition("/")
    if entry in {"public", "market"}:
        kind = MarketKind.PERP
    elif entry in {"ws", "stream"}:
        kind, entry, rest = MarketKind.SPOT, "", path.strip("/")
    else:
        return None
    form, _, streams = rest.partition("/")
    if form not in {"ws", "stream"}:
        return None
    client = Client(Venue.BINANCE, kind, entry, combined=form == "stream")
    for name in filter(None, [*streams.split("/"), *query.get("streams", "").split("/")]):
        _subscribe(client, name)
    return client


def on_text(client, text, faults):
    try:
        request = json.loads(text)
        method, request_id = request["method"], request.get("id")
    except (ValueError, KeyError, TypeError):
        return [json.dumps({"code": 2, "msg": "Invalid request: unknown format"})]
    names = request.get("params", [])
    if any({name, name.partition("@")[0].upper()} & faults.refuse for name in names):
        answer = {"code": 2, "msg": "Invalid request: invalid stream", "id": request_id}
        return [json.dumps(answer)]
    for name in names:
        client.acked.add(name)
        if method == "SUBSCRIBE":
            _subscribe(client, name)
        else:
            client.topics.discard(name)
    return [json.dumps({"result": None, "id": request_id})]


def _subscribe(client, name):
    # A stream of the other entry point, or one that does not exist, is acknowledged all the same.
    is_market = name.partition("@")[2].startswith(_MARKET_STREAMS)
    if not client.entry or (client.entry == "market") == is_market:
        client.topics.add(name)


def topic(listed):
    return f"{listed.id.symbol.lower()}@aggTrade"


def shutdown(client):
    event = {"e": "serverShutdown", "E": 1_700_000_000_000}
    return json.dumps({"stream": "!serverShutdown", "data": event} if client.combined else event)


def rest(path, query, exchange):
    tapes = exchange.tapes
    kind = next((k for prefix, k in _API.items() if path.startswith(prefix + "/")), None)
    if kind is None:
        return None
    name = path.rpartition("/")[2]
    if name == "exchangeInfo":
        rows = [_listing(tape.listed, kind) for tape in tapes.of(Venue.BINANCE, kind)]
        return 200, {"timezone": "UTC", "serverTime": 1, "rateLimits": [], "symbols": rows}
    if name in {"ping", "time"}:
        return 200, {}
    answer = push.contract_answer(name, exchange, query) if kind is MarketKind.PERP else None
    if answer is not None:
        return answer
    tape = tapes.get(Venue.BINANCE, kind, query.get("symbol", ""))
    if tape is None:
        return 400, {"code": -1121, "msg": "Invalid symbol."}
    if name == "depth":
        return push.depth(exchange.books[tape.listed.id], query, kind, exchange.faults)
    return _history(name, tape, query, kind)


def _history(name, tape, query, kind):
    if name == "aggTrades":
        return 200, _agg_trades(tape, query, kind)
    if name == "klines":
        return 200, _klines(tape, query)
    return 404, {"code": -1, "msg": "no such path"}


def _listing(listed, kind):
    tick, step = f"{listed.tick_size:f}", f"{listed.size_step:f}"
    row = {
        "symbol": listed.id.symbol,
        "status": "TRADING",
        "baseAsset": listed.base,
        "quoteAsset": listed.quote,
        "filters": [
            {"filterType": "PRICE_FILTER", "minPrice": tick, "maxPrice": "1", "tickSize": tick},
            {"filterType": "LOT_SIZE", "minQty": step, "maxQty": "9000", "stepSize": step},
        ],
    }
    if kind is MarketKind.PERP:
        row |= {"pair": listed.id.symbol, "contractType": "PERPETUAL", "marginAsset": listed.quote}
    return row


def _agg_trades(tape, query, kind):
    limit = min(int(query.get("limit", 500)), 1000)
    if "fromId" in query:
        rows = tape.page_from(int(query["fromId"]), limit)
    elif "startTime" in query:
        whole = tape.rows()
        times = whole["ts_event_ns"] // NS_PER_MS
        end = int(query.get("endTime", 2**60))
        rows = whole[(times >= int(query["startTime"])) & (times <= end)][:limit]
    else:
        rows = tape.newest(limit)
    return [_agg_trade(tape.listed, row, kind) for row in rows]


def _agg_trade(listed, row, kind):
    size = listed.size_grid.text(int(row["size_lots"]))
    out = {
        "a": int(row["trade_id"]),
        "p": listed.price_grid.text(int(row["price_ticks"])),
        "q": size,
        "f": int(row["trade_id"]),
        "l": int(row["trade_id"]),
        "T": int(row["ts_event_ns"]) // NS_PER_MS,
        "m": bool(row["aggressor"] < 0),
    }
    return out | ({"nq": size} if kind is MarketKind.PERP else {"M": True})


def _klines(tape, query):
    limit, end_ms = min(int(query.get("limit", 500)), 1500), int(query.get("endTime", 2**60))
    interval, out = query["interval"], []
    bars = tape.bars(interval, end_ms=min(end_ms + 1, 2**43), limit=limit)
    step_ms = _step_ms(interval)
    for bar in bars:
        base, quote, taker, taker_quote = _volumes(tape.listed, bar)
        open_ms = int(bar["open_ns"]) // NS_PER_MS
        prices = [
            tape.listed.price_grid.text(int(bar[f"{name}_ticks"]))
            for name in ("open", "high", "low", "close")
        ]
        ends = [open_ms + step_ms - 1, quote, int(bar["trades"]), taker, taker_quote, "0"]
        out.append([open_ms, *prices, base, *ends])
    return out


def _volumes(listed, bar):
    lots = int(bar["buy_lots"] + bar["sell_lots"])
    quote = (lots * int(bar["open_ticks"]) + int(bar["moment1"])) * listed.tick_size
    mean = quote / lots if lots else 0
    buy = int(bar["buy_lots"])
    size = listed.size_grid.text
    lot = listed.lot_size
    return size(lots), f"{quote * lot:f}", size(buy), f"{mean * buy * lot:f}"


def _step_ms(interval):
    return int(interval[:-1]) * {"s": 1, "m": 60, "h": 3600, "d": 86_400}[interval[-1]] * 1000
