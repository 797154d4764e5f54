"""OKX's archive of trades: one table for spot and swaps; sizes of swaps are contracts.

Since 2023 ``instrument_name,trade_id,side,price,size,created_time`` (and ``source`` since 2026);
before, columns named in English and Chinese (in GBK) without the instrument, and before 2022 no
header at all. A day is one of Hong Kong: it starts at 16:00 UTC.

Source:
    www.okx.com/data-download, header lines of 2021 to 2026.
"""

import re
from typing import Any, Final

from core.domain.arrays import TradeFlag
from core.domain.errors import RecordingError
from core.domain.instrument import InstrumentId, MarketKind, Venue
from data.imports.layout import ABSENT, Head, Layout, sides

_SIDES: Final = sides("buy", "sell")
_SOURCES: Final = {"": 0, "0": 0, "1": TradeFlag.RPI}  # as in data/venues/okx/frames.py
# 719977054,buy,0.00527188,84760.0,1682434103856
_BARE: Final = re.compile(r"\d{1,19},(?i:buy|sell),\d+(\.\d+)?,\d+(\.\d+)?,\d{13}")


def sniff(head: Head) -> Layout | None:
    """Return the layout of a file of OKX's archive; None = it is none.

    Raises:
        RecordingError: it lists every trade twice, as files of 2021 do.
    """
    columns: dict[str, Any] = {
        "trade_id": head.place("trade_id", "tradeid"),
        "side": head.place("side"),
        "size": head.place("size", "sz"),
        "price": head.place("price", "px"),
        "stamp": head.place("created_time", "ts"),
    }
    name, flag, header_lines = head.place("instrument_name", "instid"), head.place("source"), 1
    if ABSENT in columns.values():
        if not any(_BARE.fullmatch(",".join(line)) for line in head.lines):
            return None
        columns = {"trade_id": 0, "side": 1, "size": 2, "price": 3, "stamp": 4}
        name, flag, header_lines = ABSENT, ABSENT, 0
    _refuse_doubled(head, columns["trade_id"], header_lines)
    return Layout(
        title="OKX trades",
        channel="trades",
        cells=5 if header_lines == 0 else len(head.columns),
        header_lines=header_lines,
        sides=_SIDES,
        flag=flag,
        flags=_SOURCES,
        name=None if name == ABSENT else (name, name),
        instrument=instrument_of,
        venue=Venue.OKX,
        **columns,
    )


def instrument_of(symbol: str) -> InstrumentId:
    """Return the spot pair or swap of OKX's name for it.

    Raises:
        ValueError: it is no name of an instrument.
    """
    kind = MarketKind.PERP if symbol.endswith("-SWAP") else MarketKind.SPOT
    return InstrumentId(Venue.OKX, kind, symbol)


def _refuse_doubled(head: Head, place: int, header_lines: int) -> None:
    """Refuse a file in which both sides of a trade have a line: which was the taker is not said."""
    ids = [line[place] for line in head.lines[header_lines:] if len(line) > place]
    pairs = min(len(ids) // 2, 10)
    if (
        pairs
        and len(set(ids[: 2 * pairs])) == pairs
        and ids[0 : 2 * pairs : 2] == ids[1::2][:pairs]
    ):
        msg = "it lists every trade twice, once a side, so that nobody knows who was the aggressor"
        raise RecordingError(msg)
