"""OKX's channels besides trades.

Source:
    www.okx.com/docs-v5: Order Book Trading, Market Data; Public Data, WebSocket.
"""

from typing import Final

from core.domain.events import Channel
from data.venues.okx.books import BOOKS, QUOTE
from data.venues.okx.derivatives import FUNDING, INDEX, MARK, OPEN_INTEREST, SWAP
from data.venues.okx.frames import LIQUIDATIONS, topic_of
from data.venues.streams import Stream

_BOOK_SILENCE_S: Final = 5.0  # ours: books of BTC, ETH and SOL change within every 100 ms
_TICKER_SILENCE_S: Final[dict[str, float]] = {
    MARK: 30.0,  # on change every 200 ms, else every 10 s
    INDEX: 120.0,  # on change every 100 ms, else every minute
    FUNDING: 120.0,  # every 30 to 90 s
    OPEN_INTEREST: 60.0,  # every 3 s
}


def of_book(symbol: str, path: str) -> tuple[Stream, ...]:
    """Return ``books:BTC-USDT``, the deepest without a login, and the best quotes.

    The ids of the best quotes are those of the book.
    """
    return (
        Stream(Channel.BOOK, topic_of(BOOKS, symbol), path, _BOOK_SILENCE_S),
        Stream(Channel.QUOTES, topic_of(QUOTE, symbol), path, _BOOK_SILENCE_S),
    )


def of_swap(symbol: str, path: str) -> tuple[Stream, ...]:
    """Return the four channels of a swap's facts, and that of all liquidations.

    An index is named by its pair.
    """
    tickers = [
        Stream(
            Channel.TICKER,
            topic_of(channel, symbol.removesuffix(SWAP) if channel == INDEX else symbol),
            path,
            silence_s,
        )
        for channel, silence_s in _TICKER_SILENCE_S.items()
    ]
    return (*tickers, Stream(Channel.LIQUIDATIONS, topic_of(LIQUIDATIONS, "SWAP"), path, None))
