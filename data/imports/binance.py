"""Binance's archive: ``trades`` and ``aggTrades``, spot and USD-M, with and without a header.

Spot files have no header and one column more than those of USD-M (was the price the best); USD-M
files have a header since 2022. Spot times are in us since 2025-01-01, the others in ms. The file
does not say its symbol: its name does.

Source:
    github.com/binance/binance-public-data, README.md: AggTrades, Trades.
"""

import re
from typing import Any, Final

from core.domain.instrument import MarketKind, Venue
from data.imports.layout import ABSENT, BUY, SELL, Head, Layout

_MAKER: Final = {
    **dict.fromkeys(("true", "True", "TRUE", "1"), SELL),  # the buyer was the maker
    **dict.fromkeys(("false", "False", "FALSE", "0"), BUY),
}
_ID, _NUMBER, _TIME = r"\d{1,19}", r"\d+(\.\d+)?", r"\d{13}(\d{3})?"
_SIDE: Final = r"(?i:true|false)"
# 7,42000.10,0.5,10,12,1700000000000000,True,False      (spot; USD-M without the last)
_AGGREGATE: Final = re.compile(
    ",".join((_ID, _NUMBER, _NUMBER, _ID, _ID, _TIME, _SIDE)) + f"(,{_SIDE})?"
)
# 7,42000.10,0.5,21000.05,1700000000000000,True,False   (spot; USD-M without the last)
_TRADE: Final = re.compile(
    ",".join((_ID, _NUMBER, _NUMBER, _NUMBER, _TIME, _SIDE)) + f"(,{_SIDE})?"
)


def sniff(head: Head) -> Layout | None:
    """Return the layout of a file of Binance's archive; None = it is none."""
    return _by_names(head) or _by_shape(head)


def _by_names(head: Head) -> Layout | None:
    maker = head.place("is_buyer_maker", "isbuyermaker", "was_the_buyer_the_maker")
    best = head.place("is_best_match", "isbestmatch", "best_match")
    columns = {
        "price": head.place("price"),
        "size": head.place("quantity", "qty"),
        "side": maker,
        "stamp": head.place("transact_time", "time", "timestamp"),
    }
    aggregate = head.place("agg_trade_id", "aggregate_trade_id")
    trade_id = aggregate if aggregate != ABSENT else head.place("id", "trade_id")
    if ABSENT in columns.values() or trade_id == ABSENT:
        return None
    fills = head.place("first_trade_id"), head.place("last_trade_id")
    return _layout(
        columns | {"trade_id": trade_id},
        cells=len(head.columns),
        header_lines=1,
        fills=fills if aggregate != ABSENT and ABSENT not in fills else None,
        kind=MarketKind.PERP if best == ABSENT else MarketKind.SPOT,
    )


def _by_shape(head: Head) -> Layout | None:
    for line in head.lines:
        text, cells = ",".join(line), len(line)
        if _AGGREGATE.fullmatch(text):
            columns = {"trade_id": 0, "price": 1, "size": 2, "stamp": 5, "side": 6}
            kind = MarketKind.SPOT if cells == 8 else MarketKind.PERP  # noqa: PLR2004
            return _layout(columns, cells=cells, header_lines=0, fills=(3, 4), kind=kind)
        if _TRADE.fullmatch(text):
            columns = {"trade_id": 0, "price": 1, "size": 2, "stamp": 4, "side": 5}
            kind = MarketKind.SPOT if cells == 7 else MarketKind.PERP  # noqa: PLR2004
            return _layout(columns, cells=cells, header_lines=0, fills=None, kind=kind)
    return None


def _layout(
    columns: dict[str, Any],
    *,
    cells: int,
    header_lines: int,
    fills: tuple[int, int] | None,
    kind: MarketKind,
) -> Layout:
    stream = "trade" if fills is None else "aggTrade"
    first, last = fills or (ABSENT, ABSENT)
    return Layout(
        title=f"Binance {stream}s",
        channel=stream,
        cells=cells,
        header_lines=header_lines,
        sides=_MAKER,
        first_fill=first,
        last_fill=last,
        fills=1,
        venue=Venue.BINANCE,
        kind=kind,
        **columns,
    )
