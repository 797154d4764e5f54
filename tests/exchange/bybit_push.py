"""What Bybit pushes, and answers over REST, besides trades."""

import json

from core.domain.instrument import Venue
from tests.exchange.books import ASK, BID, levels, text, top_change
from tests.exchange.contracts import plain

DEPTHS = (50, 200, 1_000)
_NAMES = {
    "mark": "markPrice",
    "index": "indexPrice",
    "funding_rate": "fundingRate",
    "interval_h": "fundingIntervalHour",
    "next_funding_ms": "nextFundingTime",
}


def opening(client, name, exchange):
    """What comes right after the acknowledgement: snapshots."""
    symbol = name.rpartition(".")[2]
    if name.startswith("orderbook."):
        book = exchange.books.get(Venue.BYBIT, client.kind, symbol)
        refused = exchange.faults.refuses_snapshot(book.listed, name) if book else True
        return [] if refused else [_snapshot(book, int(name.split(".")[1]))]
    contract = exchange.contracts.get(Venue.BYBIT, symbol)
    if name.startswith("tickers.") and contract is not None:
        return [_ticker(contract, set(contract.FIELDS), "snapshot")]
    return []


def snapshot_frames(book):
    """(topic, payload) of the book pushed anew, at every depth."""
    for depth in DEPTHS:
        yield f"orderbook.{depth}.{book.listed.id.symbol}", _snapshot(book, depth)


def repeat_frames(book):
    """(topic, payload) of the best levels again: their number stays as it was."""
    yield f"orderbook.1.{book.listed.id.symbol}", _snapshot(book, 1)


def diff_frames(book, diff, before, wanted):
    """(topic, payload) of one update, at every depth that it reaches; each counts for itself."""
    symbol = book.listed.id.symbol
    for depth in DEPTHS:
        topic = f"orderbook.{depth}.{symbol}"
        if topic not in wanted:
            book.counts[depth] = _count(book, depth) + 1
            continue
        bids = top_change(before[BID], book.told[BID], diff.bids, depth, best_first=lambda p: -p)
        asks = top_change(before[ASK], book.told[ASK], diff.asks, depth, best_first=lambda p: p)
        if (diff.bids or diff.asks) and not (bids or asks):
            continue
        book.counts[depth] = _count(book, depth) + 1
        yield topic, _book(book, depth, (bids, asks), "delta", diff.ts_ms)


def quote_frames(book, diff):
    """(topic, payload) of the best levels: always a snapshot."""
    book.counts[1] = _count(book, 1) + 1
    payload = _book(book, 1, _quote(book), "snapshot", diff.ts_ms)
    yield f"orderbook.1.{book.listed.id.symbol}", payload


def restart(book):
    """The service restarts: every topic counts from 1, and begins with a snapshot."""
    book.counts = dict.fromkeys((1, *DEPTHS), 1)
    book.ts_ms += 1
    return [*snapshot_frames(book), *repeat_frames(book)]


def contract_frames(contract, changed):
    """(topic, payload) of what changed; an absent field is unchanged."""
    if changed:
        yield f"tickers.{contract.listed.id.symbol}", _ticker(contract, changed, "delta")


def liquidation_frames(listed, position, price_ticks, lots, ts_ms):
    """(topic, payload): ``S`` is the position's side, the price is that of bankruptcy."""
    symbol = listed.id.symbol
    row = {"T": ts_ms, "s": symbol, "S": "Buy" if position == "long" else "Sell"}
    row |= {"v": text(lots, listed.size_step), "p": text(price_ticks, listed.tick_size)}
    topic = f"allLiquidation.{symbol}"
    yield topic, _frame({"topic": topic, "type": "snapshot", "ts": ts_ms + 200, "data": [row]})


def book_answer(book, query, faults, *, is_spot):
    """The result of orderbook."""
    limit = min(int(query.get("limit", 1 if is_spot else 25)), 1_000)
    found = book.oldest if faults.is_too_old(book.listed) else book.snapshot(limit)
    found = found or book.snapshot(limit)
    row = {"s": book.listed.id.symbol, "b": levels(found.bids[:limit], book.listed)}
    row |= {"a": levels(found.asks[:limit], book.listed), "ts": found.ts_ms + 1}
    return row | {"u": _count(book, 1_000), "seq": found.last_id, "cts": found.ts_ms}


def contract_rows(name, contract, query):
    """The rows of tickers or open-interest of a perpetual."""
    if name == "tickers":
        return [{"symbol": contract.listed.id.symbol} | _fields(contract, set(contract.FIELDS))]
    past = contract.open_interest_past(min(int(query.get("limit", 50)), 200))
    return [
        {
            "openInterest": plain(2 * held, 8),  # both sides of every contract
            "singleOpenInterest": plain(held, 8),
            "timestamp": str(at_ms),
        }
        for at_ms, held in past[::-1]
    ]


def _fields(contract, changed):
    fields = {_NAMES[name]: plain(getattr(contract, name)) for name in _NAMES if name in changed}
    if changed & {"open_interest", "mark"}:
        both = 2 * contract.open_interest
        fields["openInterest"] = plain(both)
        fields["openInterestValue"] = plain(both * contract.mark, 4)
        fields["singleOpenInterest"] = plain(contract.open_interest)
    return fields


def _ticker(contract, changed, kind):
    symbol = contract.listed.id.symbol
    data = {"symbol": symbol, "tickDirection": "PlusTick"} | _fields(contract, changed)
    if kind == "snapshot":
        data |= {"fundingCap": "0.005", "lastPrice": plain(contract.mark)}
    frame = {"topic": f"tickers.{symbol}", "type": kind, "data": data}
    return _frame(frame | {"cs": 24_987_956_059, "ts": contract.ts_ms})


def _count(book, depth):
    return book.counts.setdefault(depth, 4_000_000_000 + depth)


def _quote(book):
    return tuple([level] if level else [] for level in book.quote)


def _snapshot(book, depth):
    if depth == 1:
        return _book(book, 1, _quote(book), "snapshot", book.ts_ms)
    found = book.snapshot(depth)
    return _book(book, depth, (found.bids, found.asks), "snapshot", book.ts_ms)


def _book(book, depth, sides, kind, ts_ms):
    listed = book.listed
    bids, asks = sides
    data = {
        "s": listed.id.symbol,
        "b": levels(bids, listed, zero="0"),
        "a": levels(asks, listed, zero="0"),
    }
    data |= {"u": _count(book, depth), "seq": book.last_id}
    topic = f"orderbook.{depth}.{listed.id.symbol}"
    if depth == 1:  # key order varies: level 1 puts ts first
        return _frame({"topic": topic, "ts": ts_ms + 1, "type": kind, "data": data, "cts": ts_ms})
    return _frame({"topic": topic, "type": kind, "ts": ts_ms + 1, "data": data, "cts": ts_ms})


def _frame(frame):
    return json.dumps(frame, separators=(",", ":")).encode()
