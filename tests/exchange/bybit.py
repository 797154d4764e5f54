"""Bybit v5: one address per category, JSON pings, newest rows first over REST."""

import json

from core.domain.instrument import MarketKind, Venue
from core.domain.units import NS_PER_MS
from tests.exchange import bybit_push as push
from tests.exchange.dialect import Client
from tests.support.frames import bybit_id

_KINDS = {"spot": MarketKind.SPOT, "linear": MarketKind.PERP}
_INTERVALS = {"60": "1h", "240": "4h", "D": "1d"}
_CONNECTION = "cejreassvfrsfvb9v1a0-2m"


def connect(path, query):
    del query
    category = path.removeprefix("/v5/public/")
    return Client(Venue.BYBIT, _KINDS[category]) if category in _KINDS else None


def on_text(client, text, faults):
    try:
        request = json.loads(text)
        op = request["op"]
    except (ValueError, KeyError, TypeError):
        return [json.dumps({"success": False, "ret_msg": "error:unparsable", "op": ""})]
    answer = {"success": True, "ret_msg": "", "conn_id": _CONNECTION}
    answer |= {"req_id": request.get("req_id", ""), "op": op}
    if op == "ping":
        return [] if faults.no_pong else [json.dumps(answer | {"ret_msg": "pong"})]
    names = request.get("args", [])
    bad = [n for n in names if n in faults.refuse or n.rpartition(".")[2] in faults.refuse]
    if bad:
        message = f"error:handler not found,topic:{bad[0]}"
        return [json.dumps(answer | {"success": False, "ret_msg": message})]
    for name in names:
        client.acked.add(name)
        (client.topics.add if op == "subscribe" else client.topics.discard)(name)
    return [json.dumps(answer)]


def topic(listed):
    return f"publicTrade.{listed.id.symbol}"


def rest(path, query, exchange):
    tapes = exchange.tapes
    if not path.startswith("/v5/market/"):
        return None
    name = path.removeprefix("/v5/market/")
    kind = _KINDS.get(query.get("category", ""))
    if name == "time":
        return 200, _good({"timeSecond": "1", "timeNano": "1"})
    if kind is None:
        return 200, {"retCode": 10001, "retMsg": "Illegal category", "result": {}, "time": 1}
    if name == "instruments-info":
        rows = [_listing(tape.listed, kind) for tape in tapes.of(Venue.BYBIT, kind)]
        listing = {"category": query["category"], "list": rows, "nextPageCursor": ""}
        return 200, _good(listing)
    symbol = query.get("symbol", "")
    tape = tapes.get(Venue.BYBIT, kind, symbol)
    if tape is None:
        return 200, {"retCode": 10001, "retMsg": "Not supported symbols", "result": {}, "time": 1}
    if name == "orderbook":
        book, is_spot = exchange.books[tape.listed.id], kind is MarketKind.SPOT
        return 200, _good(push.book_answer(book, query, exchange.faults, is_spot=is_spot))
    rows = _rows(name, tape, query, exchange)
    if rows is None:
        return 404, {"retCode": 404, "retMsg": "no such path", "result": {}, "time": 1}
    return 200, _good({"category": query["category"], "symbol": symbol, "list": rows})


def _rows(name, tape, query, exchange):
    """The rows of trades, of candles or of a perpetual, or None."""
    kind = tape.listed.id.kind
    if kind is MarketKind.PERP and name in {"tickers", "open-interest"}:
        return push.contract_rows(name, exchange.contracts[tape.listed.id], query)
    if name == "recent-trade":
        most = 60 if kind is MarketKind.SPOT else 1000
        return _trades(tape, min(int(query.get("limit", most)), most), kind)
    return _klines(tape, query) if name == "kline" else None


def _good(result):
    return {"retCode": 0, "retMsg": "OK", "result": result, "retExtInfo": {}, "time": 1}


def _listing(listed, kind):
    tick, step = f"{listed.tick_size:f}", f"{listed.size_step:f}"
    row = {"symbol": listed.id.symbol, "baseCoin": listed.base, "quoteCoin": listed.quote}
    row |= {"status": "Trading", "priceFilter": {"tickSize": tick}}
    if kind is MarketKind.SPOT:
        return row | {"lotSizeFilter": {"basePrecision": step, "minOrderQty": step}}
    row |= {"contractType": "LinearPerpetual", "settleCoin": listed.quote}
    return row | {"lotSizeFilter": {"qtyStep": step, "minOrderQty": step}}


def _trades(tape, limit, kind):
    listed = tape.listed
    return [
        {
            "execId": bybit_id(kind, int(row["trade_id"])),
            "symbol": listed.id.symbol,
            "price": listed.price_grid.text(int(row["price_ticks"])),
            "size": listed.size_grid.text(int(row["size_lots"])),
            "side": "Buy" if row["aggressor"] > 0 else "Sell",
            "time": str(int(row["ts_event_ns"]) // NS_PER_MS),
            "isBlockTrade": False,
            "isRPITrade": False,
            "seq": str(row["trade_id"]),
        }
        for row in tape.newest(limit)[::-1]
    ]


def _klines(tape, query):
    interval = query["interval"]
    timeframe = _INTERVALS.get(interval, f"{interval}m")
    end_ms, limit = int(query.get("end", 2**43)), min(int(query.get("limit", 200)), 1000)
    listed, rows = tape.listed, []
    for bar in tape.bars(timeframe, end_ms=end_ms + 1, limit=limit)[::-1]:
        lots = int(bar["buy_lots"] + bar["sell_lots"])
        value = (lots * int(bar["open_ticks"]) + int(bar["moment1"])) * listed.tick_size
        prices = [
            listed.price_grid.text(int(bar[f"{name}_ticks"]))
            for name in ("open", "high", "low", "close")
        ]
        size, turnover = listed.size_grid.text(lots), f"{value * listed.lot_size:f}"
        rows.append([str(int(bar["open_ns"]) // NS_PER_MS), *prices, size, turnover])
    return rows
