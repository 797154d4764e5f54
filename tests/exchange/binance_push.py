"""What Binance pushes, and answers over REST, besides trades."""

import json

from core.domain.instrument import MarketKind, Venue
from tests.exchange.books import levels, text
from tests.exchange.contracts import plain

_DECIMALS = 8  # spot writes eight, whatever the step is


def opening(client, name, exchange):
    """Binance sends nothing at a subscription."""
    del client, name, exchange
    return []


def diff_frames(book, diff, before, wanted):
    """(topic, payload) of one update: the changes, and the best levels if they changed."""
    del before
    listed, decimals = book.listed, _decimals(book.listed)
    symbol = listed.id.symbol
    event = {"e": "depthUpdate", "E": diff.ts_ms + 1}
    bids, asks = levels(diff.bids, listed, decimals), levels(diff.asks, listed, decimals)
    if listed.id.kind is MarketKind.PERP:
        event |= {"T": diff.ts_ms, "s": symbol, "ps": symbol, "U": diff.first_id}
        event |= {"u": diff.last_id, "pu": diff.previous_id, "b": bids, "a": asks, "st": 1}
    else:
        event |= {"s": symbol, "U": diff.first_id, "u": diff.last_id, "b": bids, "a": asks}
    for topic in (f"{symbol.lower()}@depth@100ms", f"{symbol.lower()}@depth"):
        if topic in wanted:
            yield topic, _combined(topic, event)


def quote_frames(book, diff):
    """(topic, payload) of the best levels."""
    listed, decimals = book.listed, _decimals(book.listed)
    symbol = listed.id.symbol
    bid, ask = (_level(each, listed, decimals) for each in book.quote)
    event = {"u": diff.last_id, "s": symbol, "b": bid[0], "B": bid[1], "a": ask[0], "A": ask[1]}
    if listed.id.kind is MarketKind.PERP:
        event |= {"e": "bookTicker", "E": diff.ts_ms + 1, "T": diff.ts_ms, "ps": symbol, "st": 1}
    topic = f"{symbol.lower()}@bookTicker"
    yield topic, _combined(topic, event)


def contract_frames(contract, changed):
    """(topic, payload) of mark price, index and funding, which come together."""
    del changed
    symbol = contract.listed.id.symbol
    event = {"e": "markPriceUpdate", "E": contract.ts_ms, "s": symbol}
    event |= {"p": plain(contract.mark, _DECIMALS), "ap": plain(contract.mark, _DECIMALS)}
    event |= {"i": plain(contract.index, _DECIMALS), "P": plain(contract.mark, _DECIMALS)}
    event |= {"r": plain(contract.funding_rate, _DECIMALS), "T": contract.next_funding_ms, "st": 1}
    for topic in (f"{symbol.lower()}@markPrice@1s", f"{symbol.lower()}@markPrice"):
        yield topic, _combined(topic, event)


def liquidation_frames(listed, position, price_ticks, lots, ts_ms):
    """(topic, payload): the side is that of the order, so a long is sold; ``ap`` is executed."""
    symbol = listed.id.symbol
    size = text(lots, listed.size_step)
    average = text(price_ticks, listed.tick_size)
    limit = text(round(price_ticks * (0.99 if position == "long" else 1.01)), listed.tick_size)
    order = {"s": symbol, "S": "SELL" if position == "long" else "BUY", "o": "LIMIT", "f": "IOC"}
    order |= {"q": size, "p": limit, "ap": average, "X": "FILLED", "l": size, "z": size}
    order |= {"T": ts_ms, "ps": symbol, "st": 1}
    event = {"e": "forceOrder", "E": ts_ms + 1_000, "o": order}
    topic = f"{symbol.lower()}@forceOrder"
    yield topic, _combined(topic, event)
    yield "!forceOrder@arr", _combined("!forceOrder@arr", event)


def depth(book, query, kind, faults):
    """The answer of depth."""
    limit = min(int(query.get("limit", 100)), 5_000 if kind is MarketKind.SPOT else 1_000)
    found = book.oldest if faults.is_too_old(book.listed) else book.snapshot(limit)
    found = found or book.snapshot(limit)
    decimals = _decimals(book.listed)
    bids = levels(found.bids[:limit], book.listed, decimals)
    body = {"lastUpdateId": found.last_id}
    if kind is MarketKind.PERP:
        body |= {"E": found.ts_ms + 1, "T": found.ts_ms}
    return 200, body | {"bids": bids, "asks": levels(found.asks[:limit], book.listed, decimals)}


def contract_answer(name, exchange, query):
    """The answer to a question about perpetuals, or None when ``name`` is not one."""
    contracts = [each for each in exchange.contracts if each.listed.id.venue is Venue.BINANCE]
    if name == "fundingInfo":
        return 200, [_funding_info(each) for each in contracts]
    wanted = [each for each in contracts if query.get("symbol") in {None, each.listed.id.symbol}]
    if name == "premiumIndex":
        rows = [_premium(each) for each in wanted]
        return 200, (rows[0] if "symbol" in query and rows else rows)
    if name not in {"openInterest", "openInterestHist"}:
        return None
    if "symbol" not in query or not wanted:
        return 400, {"code": -1121, "msg": "Invalid symbol."}
    contract = wanted[0]
    symbol = contract.listed.id.symbol
    if name == "openInterest":
        held = plain(contract.open_interest, 3)
        return 200, {"symbol": symbol, "openInterest": held, "time": contract.ts_ms}
    limit = min(int(query.get("limit", 30)), 500)
    return 200, [
        {
            "symbol": symbol,
            "sumOpenInterest": plain(held, _DECIMALS),
            "sumOpenInterestValue": plain(held * contract.mark, _DECIMALS),
            "CMCCirculatingSupply": "19000000.00000000",
            "timestamp": at_ms,
        }
        for at_ms, held in contract.open_interest_past(limit)
    ]


def _funding_info(contract):
    return {
        "symbol": contract.listed.id.symbol,
        "adjustedFundingRateCap": "0.02000000",
        "adjustedFundingRateFloor": "-0.02000000",
        "fundingIntervalHours": contract.interval_h,
        "disclaimer": False,
    }


def _premium(contract):
    return {
        "symbol": contract.listed.id.symbol,
        "markPrice": plain(contract.mark, _DECIMALS),
        "indexPrice": plain(contract.index, _DECIMALS),
        "estimatedSettlePrice": plain(contract.mark, _DECIMALS),
        "lastFundingRate": plain(contract.funding_rate, _DECIMALS),
        "interestRate": "0.00010000",
        "nextFundingTime": contract.next_funding_ms,
        "time": contract.ts_ms,
    }


def _decimals(listed):
    return _DECIMALS if listed.id.kind is MarketKind.SPOT else None


def _level(level, listed, decimals):
    return levels([level or (0, 0)], listed, decimals)[0]


def _combined(topic, event):
    frame = {"stream": topic, "data": event}
    return json.dumps(frame, separators=(",", ":")).encode()
