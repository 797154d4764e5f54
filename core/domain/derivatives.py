"""Derivatives: what a venue says of a perpetual besides its trades and its book."""

from collections.abc import Collection
from math import nan
from typing import Final, TypeAlias

import msgspec

from core.domain.instrument import Instrument
from core.domain.units import Ns

_VALUES: Final = ("mark", "index", "funding_rate", "open_interest")

LiquidationRow: TypeAlias = tuple[int, int, int, float, int, int]
"""One row in the order of LIQUIDATION_DTYPE."""


class DerivativeTicker(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Mark, index, funding and open interest; what this message does not tell is None.

    NaN = what was told before is not to be relied on any more, and nothing newer is known.

    Attributes:
        channel: the venue's stream name, or REST.
        mark: quote coins, > 0.
        index: quote coins, > 0.
        funding_rate: of one interval, as a fraction; longs pay where it is above zero.
        funding_interval_ns: between two fundings.
        next_funding_ns: when the rate is paid next.
        open_interest: base coins, one side of the contracts.
    """

    instrument: Instrument
    channel: str
    ts_event_ns: Ns
    ts_recv_ns: Ns
    mark: float | None = None
    index: float | None = None
    funding_rate: float | None = None
    funding_interval_ns: Ns | None = None
    next_funding_ns: Ns | None = None
    open_interest: float | None = None


class Liquidations(msgspec.Struct, frozen=True, gc=False):
    """Liquidations of one instrument as one message held them, in the message's order.

    Attributes:
        channel: the venue's stream name.
        rows: at least one.
    """

    instrument: Instrument
    channel: str
    rows: list[LiquidationRow]


def values_of(ticker: DerivativeTicker) -> frozenset[str]:
    """Return the names of the values that a message tells: mark, index, rate, open interest."""
    return frozenset(name for name in _VALUES if getattr(ticker, name) is not None)


def not_known(
    instrument: Instrument, values: Collection[str], *, channel: str, at_ns: Ns
) -> DerivativeTicker:
    """Return a message which says that ``values`` are not known any more: they are NaN."""
    gone = dict.fromkeys(values, nan)
    return DerivativeTicker(
        instrument=instrument,
        channel=channel,
        ts_event_ns=at_ns,
        ts_recv_ns=at_ns,
        mark=gone.get("mark"),
        index=gone.get("index"),
        funding_rate=gone.get("funding_rate"),
        open_interest=gone.get("open_interest"),
    )
