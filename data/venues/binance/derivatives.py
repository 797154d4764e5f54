"""Binance's mark prices, funding rates and liquidations: the messages' shapes, and what they say.

A ``forceOrder`` is the largest liquidation of its symbol in a second: a sample, never a total.

Source:
    USDS-Margined Futures: Mark Price Stream; Liquidation Order Streams, wording of 2026-04-10.
"""

from collections.abc import Mapping
from typing import Final, Literal

import msgspec
from msgspec import field

from core.domain.derivatives import DerivativeTicker, Liquidations
from core.domain.events import AnyWireEvent, Control, ControlKind
from core.domain.instrument import Instrument, MarketKind
from core.domain.units import Ns
from data.venues.binance.frames import USD_M
from data.venues.decode import asked_for, decode, ns_of
from data.venues.derivatives import (
    EXECUTED,
    LONG,
    SHORT,
    liquidation_row,
    next_of,
    price_of,
    rate_of,
)

MARK: Final = "markPrice"
LIQUIDATIONS: Final = "forceOrder"
KINDS: Final = frozenset({"markPriceUpdate", LIQUIDATIONS})


class MarkPrice(msgspec.Struct, tag_field="e", tag="markPriceUpdate", gc=False, kw_only=True):
    """``T`` is when the rate ``r`` is paid; ``ap``, a moving average, is of no use here.

    {"e":"markPriceUpdate","E":1562305380000,"s":"BTCUSDT","p":"11794.15000000","ap":"11794.15",
    "i":"11784.62659091","P":"11784.25641265","r":"0.00038167","T":1562306400000,"st":1}
    """

    stamp: int = field(name="E")
    symbol: str = field(name="s")
    mark: str = field(name="p")
    index: str = field(name="i")
    funding_rate: str = field(name="r")
    next_stamp: int = field(name="T")
    family: int = field(name="st", default=USD_M)


class _Order(msgspec.Struct, gc=False, kw_only=True):
    """The order that closes the position: SELL = a long is liquidated.

    ``ap`` is the average price of what was filled, ``z``; ``p`` is only the order's limit, and
    ``l`` only the last fill.
    """

    symbol: str = field(name="s")
    side: Literal["BUY", "SELL"] = field(name="S")
    average: str = field(name="ap")
    filled: str = field(name="z")
    stamp: int = field(name="T")
    family: int = field(name="st", default=USD_M)


class ForceOrder(msgspec.Struct, tag_field="e", tag="forceOrder", gc=False, kw_only=True):
    """``st`` was seen inside ``o``; the connector's model has it here: either counts.

    {"e":"forceOrder","E":1568014460893,"o":{"s":"BTCUSDT","S":"SELL","o":"LIMIT","f":"IOC",
    "q":"0.014","p":"9910","ap":"9910","X":"FILLED","l":"0.014","z":"0.014","T":1568014460893,
    "ps":"BTCUSDT","st":1}}
    """

    order: _Order = field(name="o")
    family: int = field(name="st", default=USD_M)


_EVENT: Final = msgspec.json.Decoder(MarkPrice | ForceOrder)
_POSITIONS: Final = {"SELL": LONG, "BUY": SHORT}
_IGNORED: Final = Control(ControlKind.IGNORED)


def parse(
    raw: bytes | msgspec.Raw, stream: str, ts_recv_ns: Ns, instruments: Mapping[str, Instrument]
) -> list[AnyWireEvent]:
    """Return what an event without its wrapper says.

    Args:
        stream: as the wrapper named it; empty = there was none.

    Raises:
        FeedError: the event cannot be used.
    """
    return events_of(decode(_EVENT, raw), stream, ts_recv_ns, instruments)


def events_of(
    event: MarkPrice | ForceOrder,
    stream: str,
    ts_recv_ns: Ns,
    instruments: Mapping[str, Instrument],
) -> list[AnyWireEvent]:
    """Return what an event says; it is ignored where it is of another family of contracts.

    Raises:
        FeedError: the event cannot be used.
    """
    families, symbol = {event.family}, event.symbol if isinstance(event, MarkPrice) else ""
    if isinstance(event, ForceOrder):
        families.add(event.order.family)
        symbol = event.order.symbol
    if families != {USD_M}:
        return [_IGNORED]
    if stream.startswith("!") and symbol not in instruments:
        return [_IGNORED]  # a stream of all symbols
    instrument = asked_for(symbol, instruments)
    if instrument.id.kind is not MarketKind.PERP:
        return [_IGNORED]
    if isinstance(event, MarkPrice):
        return [_ticker(event, instrument, ts_recv_ns)]
    return _liquidation(event.order, instrument, ts_recv_ns)


def _ticker(event: MarkPrice, instrument: Instrument, ts_recv_ns: Ns) -> DerivativeTicker:
    return DerivativeTicker(
        instrument=instrument,
        channel=MARK,
        ts_event_ns=ns_of(event.stamp),
        ts_recv_ns=ts_recv_ns,
        mark=price_of(event.mark, instrument),
        index=price_of(event.index, instrument),
        funding_rate=rate_of(event.funding_rate),
        next_funding_ns=next_of(event.next_stamp),
    )


def _liquidation(order: _Order, instrument: Instrument, ts_recv_ns: Ns) -> list[AnyWireEvent]:
    """Return the liquidation; its time is that of the order, not that of the message."""
    row = liquidation_row(
        instrument,
        times_ns=(ns_of(order.stamp), ts_recv_ns),
        size=order.filled,
        price=order.average,
        position=_POSITIONS[order.side],
        price_kind=EXECUTED,
    )
    return [Liquidations(instrument, LIQUIDATIONS, [row])]
