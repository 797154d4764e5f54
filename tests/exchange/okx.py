"""OKX: spot and swap on one address, ``/ws/v5/public``; rows newest first over REST."""

import json

from core.domain.instrument import MarketKind, Venue
from core.domain.units import NS_PER_MS
from tests.exchange import okx_push as push
from tests.exchange.dialect import Client

_BARS = {"1H": "1h", "4H": "4h", "1Dutc": "1d", "1D": "1d"}
_CONNECTION = "a4d3ae55"


def connect(path, query):
    del query
    return Client(Venue.OKX, None) if path == "/ws/v5/public" else None


def on_text(client, text, faults):
    if text == "ping":
        return [] if faults.no_pong else ["pong"]
    try:
        request = json.loads(text)
        op, args = request["op"], request["args"]
    except (ValueError, KeyError, TypeError):
        return [_error("60012", "Invalid request")]
    answers = []
    for arg in args:
        name = f"{arg.get('channel')}:{arg.get('instId', arg.get('instType'))}"
        if name in faults.refuse or arg.get("instId") in faults.refuse:
            answers.append(_error("60018", f"Wrong URL or {arg} doesn't exist.", arg))
            continue
        client.acked.add(name)
        (client.topics.add if op == "subscribe" else client.topics.discard)(name)
        answers.append(json.dumps({"event": op, "arg": arg, "connId": _CONNECTION}))
    return answers


def _error(code, message, arg=None):
    answer = {"event": "error", "code": code, "msg": message, "connId": _CONNECTION}
    return json.dumps(answer | ({"arg": arg} if arg else {}))


def topic(listed):
    return f"trades:{listed.id.symbol}"


def notice():
    message = "The connection will soon be closed for a service upgrade. Please reconnect."
    return json.dumps({"event": "notice", "code": "64008", "msg": message, "connId": _CONNECTION})


def rest(path, query, exchange):
    tapes = exchange.tapes
    if not path.startswith("/api/v5/"):
        return None
    name = path.removeprefix("/api/v5/")
    if name == "public/instruments":
        kind = MarketKind.SPOT if query.get("instType") == "SPOT" else MarketKind.PERP
        return 200, _good([_listing(t.listed, kind) for t in tapes.of(Venue.OKX, kind)])
    if name == "public/time":
        return 200, _good([{"ts": "1"}])
    rows = push.contract_answer(name, exchange.contracts, query)
    if rows is not None:
        return 200, _good(rows)
    symbol = query.get("instId", "")
    kind = MarketKind.PERP if symbol.endswith("-SWAP") else MarketKind.SPOT
    tape = tapes.get(Venue.OKX, kind, symbol)
    if tape is None:
        return 200, {"code": "51001", "msg": "Instrument ID doesn't exist.", "data": []}
    if name == "market/books":
        book = exchange.books[tape.listed.id]
        return 200, _good([push.book_answer(book, query, exchange.faults)])
    return _history(name, tape, query, kind)


def _history(name, tape, query, kind):
    if name in {"market/trades", "market/history-trades"}:
        return 200, _good(_trades(tape, query, 500 if name == "market/trades" else 100))
    if name in {"market/candles", "market/history-candles"}:
        return 200, _good(_candles(tape, query, kind))
    return 404, {"code": "404", "msg": "no such path", "data": []}


def _good(rows):
    return {"code": "0", "msg": "", "data": rows}


def _listing(listed, kind):
    row = {
        "instType": "SPOT" if kind is MarketKind.SPOT else "SWAP",
        "instId": listed.id.symbol,
        "tickSz": f"{listed.tick_size:f}",
        "lotSz": f"{listed.size_step:f}",
        "minSz": f"{listed.size_step:f}",
        "state": "live",
        "baseCcy": listed.base,
        "quoteCcy": listed.quote,
        "settleCcy": "",
        "ctVal": "",
        "ctMult": "",
        "ctValCcy": "",
        "ctType": "",
        "uly": "",
    }
    if kind is MarketKind.PERP:
        row |= {"baseCcy": "", "quoteCcy": "", "settleCcy": listed.quote, "ctMult": "1"}
        row |= {"ctVal": f"{listed.contract_value:f}", "ctValCcy": listed.base}
        row |= {"ctType": "linear", "uly": f"{listed.base}-{listed.quote}"}
    return row


def _trades(tape, query, most):
    limit = min(int(query.get("limit", 100)), most)
    before = query.get("after")
    rows = tape.newest(limit) if before is None else tape.page_before(int(before), limit)
    listed = tape.listed
    return [
        {
            "instId": listed.id.symbol,
            "tradeId": str(row["trade_id"]),
            "px": listed.price_grid.text(int(row["price_ticks"])),
            "sz": listed.size_grid.text(int(row["size_lots"])),
            "side": "buy" if row["aggressor"] > 0 else "sell",
            "source": "0",
            "ts": str(int(row["ts_event_ns"]) // NS_PER_MS),
        }
        for row in rows[::-1]
    ]


def _candles(tape, query, kind):
    bar = query.get("bar", "1m")
    limit, end_ms = min(int(query.get("limit", 100)), 300), int(query.get("after", 2**43))
    listed, rows = tape.listed, []
    bars = tape.bars(_BARS.get(bar, bar), end_ms=end_ms, limit=limit)
    newest = int(tape.rows()["ts_event_ns"][-1]) if tape.rows().size else 0
    for at, each in enumerate(bars[::-1]):
        lots = int(each["buy_lots"] + each["sell_lots"])
        value = (lots * int(each["open_ticks"]) + int(each["moment1"])) * listed.tick_size
        base, size = f"{lots * listed.lot_size:f}", listed.size_grid.text(lots)
        quote = f"{value * listed.lot_size:f}"
        prices = [
            listed.price_grid.text(int(each[f"{name}_ticks"]))
            for name in ("open", "high", "low", "close")
        ]
        volumes = [size, base, quote] if kind is MarketKind.PERP else [base, quote, quote]
        open_now = at == 0 and int(each["last_ns"]) == newest
        open_ms = str(int(each["open_ns"]) // NS_PER_MS)
        rows.append([open_ms, *prices, *volumes, "0" if open_now else "1"])
    return rows
