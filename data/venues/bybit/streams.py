"""Bybit's topics besides trades.

Source:
    bybit-exchange.github.io/docs/v5: websocket/public/orderbook, ticker, all-liquidation.
"""

from typing import Final

from core.domain.events import Channel
from data.venues.bybit import books, derivatives
from data.venues.streams import Stream

_BOOK_SILENCE_S: Final = 5.0  # ours: books of BTC, ETH and SOL change within every 200 ms
_QUOTE_SILENCE_S: Final = 10.0  # orderbook: an unchanged best quote comes again after 3 s
_TICKER_SILENCE_S: Final = 30.0  # ticker: on change every 100 ms, and the mark price changes


def of_book(symbol: str, path: str, depth: int) -> tuple[Stream, ...]:
    """Return for example ``orderbook.1000.BTCUSDT``, and the best quotes.

    Each counts updates of its own.
    """
    book = f"{books.TOPIC}{depth}.{symbol}"
    quote = f"{books.TOPIC}{books.QUOTE_DEPTH}.{symbol}"
    return (
        Stream(Channel.BOOK, book, path, _BOOK_SILENCE_S),
        Stream(Channel.QUOTES, quote, path, _QUOTE_SILENCE_S),
    )


def of_contract(symbol: str, path: str) -> tuple[Stream, ...]:
    """Return mark, index, funding and open interest in one topic, and liquidations."""
    ticker, liquidations = f"{derivatives.TICKER}{symbol}", f"{derivatives.LIQUIDATIONS}{symbol}"
    return (
        Stream(Channel.TICKER, ticker, path, _TICKER_SILENCE_S),
        Stream(Channel.LIQUIDATIONS, liquidations, path, None),
    )
