"""Tardis: its downloadable CSV of trades, the same for all exchanges, one or many symbols.

``exchange,symbol,timestamp,local_timestamp,id,side,price,amount``, times in us; ``side`` is the
taker's, ``unknown`` where the exchange does not say; sizes are in the exchange's own unit.

Source:
    docs.tardis.dev/downloadable-csv-files/data-types: trades.
"""

from typing import Any, Final

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


def sniff(head: Head) -> Layout | None:
    """Return the layout of Tardis's trades; None = the file is something else."""
    columns: dict[str, Any] = {
        "stamp": head.place("timestamp"),
        "recv": head.place("local_timestamp"),
        "trade_id": head.place("id"),
        "side": head.place("side"),
        "price": head.place("price"),
        "size": head.place("amount"),
    }
    exchange, symbol = head.place("exchange"), head.place("symbol")
    if ABSENT in (*columns.values(), exchange, symbol) or symbol != exchange + 1:
        return None
    return Layout(
        title="Tardis trades",
        channel="",
        cells=len(head.columns),
        sides=_SIDES,
        name=(exchange, symbol),
        instrument=_instrument,
        **columns,
    )


def _instrument(name: str) -> InstrumentId:
    exchange, _, symbol = name.partition(",")
    market = _EXCHANGES.get(exchange)
    if market is None:
        known = ", ".join(_EXCHANGES)
        msg = f"the exchange {exchange[:40]!a} is none that is known here: {known}"
        raise ValueError(msg)
    return InstrumentId(*market, symbol.upper())
