"""Binance's streams besides trades.

Source:
    Spot: binance-spot-api-docs, web-socket-streams.md.
    Perpetuals: USDS-Margined Futures, Important WebSocket Change Notice (since 2026-04-23 books
    and best quotes are only at /public, mark prices and liquidations only at /market; elsewhere
    they are acknowledged and stay silent).
"""

from typing import Final

from core.domain.events import Channel
from data.venues.binance.books import DEPTH, QUOTE
from data.venues.binance.derivatives import LIQUIDATIONS, MARK
from data.venues.streams import Stream

_BOOK_SILENCE_S: Final = 5.0  # ours: BTC, ETH and SOL change within every 100 ms
_MARK_SILENCE_S: Final = 15.0  # ours: pushed every second


def of_book(symbol: str, path: str) -> tuple[Stream, ...]:
    """Return ``btcusdt@depth@100ms``, the fastest of both markets, and the best quotes.

    The ids of the best quotes are those of the book.
    """
    name = symbol.lower()
    return (
        Stream(Channel.BOOK, f"{name}@{DEPTH}@100ms", path, _BOOK_SILENCE_S),
        Stream(Channel.QUOTES, f"{name}@{QUOTE}", path, _BOOK_SILENCE_S),
    )


def of_contract(symbol: str, path: str) -> tuple[Stream, ...]:
    """Return mark price with index and funding, and liquidations."""
    name = symbol.lower()
    return (
        Stream(Channel.TICKER, f"{name}@{MARK}@1s", path, _MARK_SILENCE_S),
        Stream(Channel.LIQUIDATIONS, f"{name}@{LIQUIDATIONS}", path, None),
    )
