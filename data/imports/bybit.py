"""Bybit's archive: derivatives (one fill a line, ids are UUIDs) and spot.

Derivatives: ``timestamp,symbol,side,size,price,tickDirection,trdMatchID,...`` with the time in
seconds and up to four decimals. Spot: ``id,timestamp,price,volume,side`` with the time in ms and
ids that count from 1 in every file. Both have an ``rpi`` column since 2025.

Source:
    public.bybit.com/trading and public.bybit.com/spot, header lines of 2020 to 2026.
"""

from typing import Any, Final

from core.domain.arrays import TradeFlag
from core.domain.instrument import InstrumentId, MarketKind, Venue
from data.imports.layout import ABSENT, Head, Layout, sides

_SIDES: Final = sides("buy", "sell")
_RPI: Final = {
    **dict.fromkeys(("0", "", "false", "False", "FALSE"), 0),
    **dict.fromkeys(("1", "true", "True", "TRUE"), TradeFlag.RPI),
}


def sniff(head: Head) -> Layout | None:
    """Return the layout of a file of Bybit's archive; None = it is none."""
    return _derivatives(head) or _spot(head)


def _derivatives(head: Head) -> Layout | None:
    columns = {
        "stamp": head.place("timestamp"),
        "side": head.place("side"),
        "size": head.place("size"),
        "price": head.place("price"),
        "trade_id": head.place("trdmatchid"),
    }
    symbol = head.place("symbol")
    if ABSENT in columns.values() or symbol == ABSENT:
        return None
    return _layout(head, "Bybit derivatives", columns, kind=MarketKind.PERP, symbol=symbol)


def _spot(head: Head) -> Layout | None:
    columns = {
        "trade_id": head.place("id"),
        "stamp": head.place("timestamp"),
        "price": head.place("price"),
        "size": head.place("volume"),
        "side": head.place("side"),
    }
    if ABSENT in columns.values():
        return None
    return _layout(head, "Bybit spot", columns, kind=MarketKind.SPOT, symbol=ABSENT)


def _layout(
    head: Head, title: str, columns: dict[str, Any], *, kind: MarketKind, symbol: int
) -> Layout:
    return Layout(
        title=title,
        channel="publicTrade",
        cells=len(head.columns),
        sides=_SIDES,
        flag=head.place("rpi"),
        flags=_RPI,
        name=None if symbol == ABSENT else (symbol, symbol),
        instrument=_linear,
        venue=Venue.BYBIT,
        kind=kind,
        fills=1,
        **columns,
    )


def _linear(symbol: str) -> InstrumentId:
    return InstrumentId(Venue.BYBIT, MarketKind.PERP, symbol)
