"""Tardis: its downloadable CSV of trades and of books, the same for all exchanges.

Trades: ``exchange,symbol,timestamp,local_timestamp,id,side,price,amount``, times in us; ``side``
is the taker's, ``unknown`` where the exchange does not say; sizes are in the exchange's own unit.

Books: ``exchange,symbol,timestamp,local_timestamp,is_snapshot,side,price,amount``; ``side`` is
``bid`` or ``ask``, an amount of zero takes a level away. What comes of a snapshot after rows that
are of none replaces the book.

Source:
    docs.tardis.dev/downloadable-csv-files/data-types: trades, incremental_book_L2.
"""

from typing import Any, Final

from core.domain.events import Channel
from core.domain.instrument import InstrumentId, MarketKind, Venue
from data.imports.layout import ABSENT, UNKNOWN, Head, Layout, sides

_SIDES: Final = sides("buy", "sell") | {"unknown": UNKNOWN}
_EXCHANGES: Final = {
    "binance": (Venue.BINANCE, MarketKind.SPOT),
    "binance-futures": (Venue.BINANCE, MarketKind.PERP),
    "okex": (Venue.OKX, MarketKind.SPOT),
    "okex-swap": (Venue.OKX, MarketKind.PERP),
    "bybit-spot": (Venue.BYBIT, MarketKind.SPOT),
    "bybit": (Venue.BYBIT, MarketKind.PERP),
}


_BOOK_SIDES: Final = sides("bid", "ask")
_SNAPSHOT: Final = {"true": 1, "false": 0, "True": 1, "False": 0}


def sniff(head: Head) -> Layout | None:
    """Return the layout of Tardis's trades or books; None = the file is something else."""
    is_book = head.place("is_snapshot") != ABSENT
    columns: dict[str, Any] = {
        "stamp": head.place("timestamp"),
        "recv": head.place("local_timestamp"),
        "flag" if is_book else "trade_id": head.place("is_snapshot", "id"),
        "side": head.place("side"),
        "price": head.place("price"),
        "size": head.place("amount"),
    }
    exchange, symbol = head.place("exchange"), head.place("symbol")
    if ABSENT in (*columns.values(), exchange, symbol) or symbol != exchange + 1:
        return None
    columns |= {
        "cells": len(head.columns),
        "name": (exchange, symbol),
        "instrument": _instrument,
    }
    if is_book:
        return Layout(
            title="Tardis book",
            channel="incremental_book_L2",
            sides=_BOOK_SIDES,
            trade_id=ABSENT,
            flags=_SNAPSHOT,
            holds=Channel.BOOK,
            **columns,
        )
    return Layout(title="Tardis trades", channel="", sides=_SIDES, **columns)


def _instrument(name: str) -> InstrumentId:
    exchange, _, symbol = name.partition(",")
    market = _EXCHANGES.get(exchange)
    if market is None:
        known = ", ".join(_EXCHANGES)
        msg = f"the exchange {exchange[:40]!a} is none that is known here: {known}"
        raise ValueError(msg)
    return InstrumentId(*market, symbol.upper())
