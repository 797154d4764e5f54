"""Frames of our own, shaped as the venues document them, telling given trades."""

import json

from core.domain.instrument import MarketKind, Venue
from data.store.raw_log import RawLogWriter


def trade_frame(market, listed, row):
    """The venue's frame for one row of (ts_event_ns, trade_id, ticks, lots, aggressor)."""
    ts_ns, trade_id, ticks, lots, aggressor = row
    symbol, ms = listed.id.symbol, ts_ns // 1_000_000
    price, size = listed.price_grid.text(ticks), listed.size_grid.text(lots)
    side = "buy" if aggressor > 0 else "sell"
    if market.facts.venue is Venue.BINANCE:
        data = {"e": "aggTrade", "E": ms + 3, "s": symbol, "a": trade_id, "p": price, "q": size}
        data |= {"f": trade_id, "l": trade_id, "T": ms, "m": aggressor < 0}
        data |= {"st": 1, "nq": size} if market.facts.kind is MarketKind.PERP else {"M": True}
        frame = {"stream": f"{symbol.lower()}@aggTrade", "data": data}
    elif market.facts.venue is Venue.OKX:
        data = {"instId": symbol, "tradeId": str(trade_id), "px": price, "sz": size, "side": side}
        data |= {"ts": str(ms), "count": "1", "source": "0", "seqId": trade_id}
        frame = {"arg": {"channel": "trades", "instId": symbol}, "data": [data]}
    else:
        data = {"T": ms, "s": symbol, "S": side.capitalize(), "v": size, "p": price}
        data |= {
            "L": "PlusTick",
            "i": bybit_id(market.facts.kind, trade_id),
            "BT": False,
            "RPI": False,
        }
        data |= {"seq": trade_id}
        topic = f"publicTrade.{symbol}"
        frame = {"topic": topic, "type": "snapshot", "ts": ms + 1, "data": [data]}
    return json.dumps(frame, separators=(",", ":")).encode()


def trade_frames(market, listed, rows):
    """One frame per row of TRADE_DTYPE."""
    names = ("ts_event_ns", "trade_id", "price_ticks", "size_lots", "aggressor")
    columns = [rows[name].tolist() for name in names]
    return [trade_frame(market, listed, row) for row in zip(*columns, strict=True)]


def trade_log(path, market, rows):
    """Record rows of TRADE_DTYPE of a market's first instrument as raw frames; return the path."""
    writer, facts = RawLogWriter(path), market.facts
    frames = trade_frames(market, facts.defaults[0], rows)
    for at, frame in zip(rows["ts_recv_ns"].tolist(), frames, strict=True):
        writer.write(at, facts.venue, facts.kind, frame)
    writer.close()
    return path


def bybit_id(kind, trade_id):
    """Spot ids are numbers, linear ids are UUIDs."""
    if kind is MarketKind.SPOT:
        return str(trade_id)
    return f"{trade_id:08x}-0000-5000-8000-{trade_id:012x}"
