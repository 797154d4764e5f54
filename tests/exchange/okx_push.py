"""What OKX pushes, and answers over REST, besides trades."""

import json
from decimal import Decimal

from core.domain.instrument import MarketKind, Venue
from tests.exchange.books import ASK, BID, levels, text, top_change
from tests.exchange.contracts import HOUR_MS, plain

DEPTH = 400
_CONTRACT_CHANNELS = {
    "mark-price": {"mark"},
    "index-tickers": {"index"},
    "funding-rate": {"funding_rate", "next_funding_ms", "interval_h"},
    "open-interest": {"open_interest"},
}


def opening(client, name, exchange):
    """What comes right after the acknowledgement: the book's snapshot, the contract as it is."""
    del client
    channel, _, symbol = name.partition(":")
    if channel in {"books", "bbo-tbt"}:
        kind = MarketKind.PERP if symbol.endswith("-SWAP") else MarketKind.SPOT
        book = exchange.books.get(Venue.OKX, kind, symbol)
        if book is None:
            return []
        if channel == "bbo-tbt":
            return [] if book.quote == (None, None) else [_quote(book, book.last_id, book.ts_ms)]
        refused = exchange.faults.refuses_snapshot(book.listed, name)
        return [] if refused else [snapshot_frame(book)]
    for contract in exchange.contracts:
        if contract.listed.id.venue is Venue.OKX:
            frames = dict(contract_frames(contract, set(contract.FIELDS)))
            if name in frames:
                return [frames[name]]
    return []


def snapshot_frame(book, *, with_previous=True):
    """The message that replaces the book."""
    found = book.snapshot(DEPTH)
    row = _sides(book, found.bids, found.asks) | {"ts": str(found.ts_ms), "checksum": 0}
    row |= {"seqId": found.last_id} | ({"prevSeqId": -1} if with_previous else {})
    return _push("books", book.listed.id.symbol, row, action="snapshot")


def snapshot_frames(book):
    """(topic, payload) of the book pushed anew."""
    yield f"books:{book.listed.id.symbol}", snapshot_frame(book)


def heartbeat_frames(book):
    """(topic, payload) of what comes every minute without a change."""
    row = {"asks": [], "bids": [], "ts": str(book.ts_ms), "checksum": 0}
    row |= {"seqId": book.last_id, "prevSeqId": book.last_id}
    symbol = book.listed.id.symbol
    yield f"books:{symbol}", _push("books", symbol, row, action="update")


def diff_frames(book, diff, before, wanted):
    """(topic, payload) of one update."""
    symbol = book.listed.id.symbol
    if f"books:{symbol}" not in wanted:
        return
    bids = top_change(before[BID], book.told[BID], diff.bids, DEPTH, best_first=lambda p: -p)
    asks = top_change(before[ASK], book.told[ASK], diff.asks, DEPTH, best_first=lambda p: p)
    row = _sides(book, bids, asks) | {"ts": str(diff.ts_ms), "checksum": 0}
    row |= {"seqId": diff.last_id, "prevSeqId": diff.previous_id}
    yield f"books:{symbol}", _push("books", symbol, row, action="update")


def quote_frames(book, diff):
    """(topic, payload) of the best levels."""
    yield f"bbo-tbt:{book.listed.id.symbol}", _quote(book, diff.last_id, diff.ts_ms)


def contract_frames(contract, changed):
    """(topic, payload) of the channels of which something changed."""
    for channel, fields in _CONTRACT_CHANNELS.items():
        if fields & changed:
            symbol = contract.listed.id.symbol
            if channel == "index-tickers":
                symbol = symbol.removesuffix("-SWAP")
            row = _contract_row(channel, contract, symbol)
            yield f"{channel}:{symbol}", _push(channel, symbol, row)


def liquidation_frames(listed, position, price_ticks, lots, ts_ms):
    """(topic, payload): one topic for all swaps; ``side`` is the order's, the price bankruptcy."""
    symbol = listed.id.symbol
    detail = {"side": "sell" if position == "long" else "buy", "posSide": position}
    detail |= {"bkPx": text(price_ticks, listed.tick_size), "sz": text(lots, listed.size_step)}
    detail |= {"bkLoss": "0", "ccy": "", "ts": str(ts_ms)}
    family = symbol.removesuffix("-SWAP")
    row = {"instType": "SWAP", "instId": symbol, "uly": family, "instFamily": family}
    frame = {"arg": {"channel": "liquidation-orders", "instType": "SWAP"}}
    frame["data"] = [row | {"details": [detail]}]
    yield "liquidation-orders:SWAP", json.dumps(frame, separators=(",", ":")).encode()


def book_answer(book, query, faults):
    """The row of market/books."""
    limit = min(int(query.get("sz", 1)), DEPTH)
    found = book.oldest if faults.is_too_old(book.listed) else book.snapshot(limit)
    found = found or book.snapshot(limit)
    row = _sides(book, found.bids[:limit], found.asks[:limit])
    return row | {"ts": str(found.ts_ms), "seqId": found.last_id}


def contract_answer(name, contracts, query):
    """The rows that answer a question about swaps, or None when ``name`` is not one."""
    channel = {"public/mark-price": "mark-price", "public/funding-rate": "funding-rate"}
    channel |= {"public/open-interest": "open-interest", "market/index-tickers": "index-tickers"}
    symbol = query.get("instId", "")
    swap = symbol if symbol.endswith("-SWAP") else f"{symbol}-SWAP"
    contract = contracts.get(Venue.OKX, swap)
    if contract is None:
        return None
    if name in channel:
        return [_contract_row(channel[name], contract, symbol)]
    if name != "rubik/stat/contracts/open-interest-history":
        return None
    past = contract.open_interest_past(min(int(query.get("limit", 100)), 100))
    return [[str(at_ms), *_open_interest(contract, held)] for at_ms, held in past[::-1]]


def _open_interest(contract, held):
    """[contracts, coins, dollars]."""
    coins = Decimal(repr(held))
    dollars = coins * Decimal(repr(contract.mark))
    return [f"{coins / contract.listed.contract_value:f}", f"{coins:f}", f"{dollars:f}"]


def _contract_row(channel, contract, symbol):
    row = {"instId": symbol, "instType": "SWAP", "ts": str(contract.ts_ms)}
    if channel == "mark-price":
        return row | {"markPx": plain(contract.mark)}
    if channel == "index-tickers":
        price = plain(contract.index)
        spans = dict.fromkeys(("high24h", "low24h", "open24h", "sodUtc0", "sodUtc8"), price)
        return {"instId": symbol, "idxPx": price, "ts": row["ts"]} | spans
    if channel == "open-interest":
        held, coins, dollars = _open_interest(contract, contract.open_interest)
        return row | {"oi": held, "oiCcy": coins, "oiUsd": dollars}
    after_ms = contract.next_funding_ms + contract.interval_h * HOUR_MS
    row |= {"fundingRate": plain(contract.funding_rate), "nextFundingRate": ""}
    row |= {"fundingTime": str(contract.next_funding_ms), "nextFundingTime": str(after_ms)}
    row |= {"method": "current_period", "formulaType": "withRate", "premium": "0.0001"}
    row |= {"settFundingRate": "0.0001", "settState": "settled", "interestRate": "0.0001"}
    return row | {"minFundingRate": "-0.00375", "maxFundingRate": "0.00375"}


def _quote(book, last_id, ts_ms):
    bid, ask = book.quote
    row = _sides(book, [bid] if bid else [], [ask] if ask else [])
    return _push("bbo-tbt", book.listed.id.symbol, row | {"ts": str(ts_ms), "seqId": last_id})


def _sides(book, bids, asks):
    """A level is price, size, an unused 0, and the number of orders."""
    return {
        "asks": [[*level, "0", "1"] for level in levels(asks, book.listed, zero="0")],
        "bids": [[*level, "0", "1"] for level in levels(bids, book.listed, zero="0")],
    }


def _push(channel, symbol, row, action=None):
    frame = {"arg": {"channel": channel, "instId": symbol}}
    frame |= {"action": action} if action else {}
    return json.dumps(frame | {"data": [row]}, separators=(",", ":")).encode()
