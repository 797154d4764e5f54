"""OKX's checksum of a book: CRC-32 of its best 25 levels as text.

Sent as 0 since 2026-06-23; recordings from before carry it, and those from before 2023 have no
other proof.

Source:
    www.okx.com/docs-v5, Order Book Trading, Market Data, WS / Order book channel, Checksum.
"""

from collections.abc import Sequence
from itertools import zip_longest
from zlib import crc32

from core.domain.events import Level
from core.domain.instrument import Instrument
from core.domain.units import Grid

_SIGN: int = 1 << 31


def checksum(instrument: Instrument, bids: Sequence[Level], asks: Sequence[Level]) -> int:
    """Return the signed 32-bit checksum.

    The texts alternate: best bid's price and size, best ask's price and size, second bid's, ...;
    where one side is shorter, the other goes on alone. OKX writes numbers without trailing zeros.

    Args:
        bids: the best 25, best first.
        asks: as bids.
    """
    texts: list[str] = []
    for pair in zip_longest(bids, asks):
        for level in pair:
            if level is not None:
                texts.append(_plain(instrument.price_grid, level[0]))
                texts.append(_plain(instrument.size_grid, level[1]))
    unsigned = crc32(":".join(texts).encode())
    return (unsigned ^ _SIGN) - _SIGN


def _plain(grid: Grid, units: int) -> str:
    text = grid.text(units)
    return text.rstrip("0").rstrip(".") if "." in text else text
