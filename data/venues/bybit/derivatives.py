"""Bybit's perpetuals: mark, index, funding, open interest, liquidations; shapes and meaning.

Source:
    bybit-exchange.github.io/docs/v5: websocket/public/ticker, websocket/public/all-liquidation;
    changelog 2026-06-11 (``singleOpenInterest``).
"""

from collections.abc import Mapping
from typing import Final

import msgspec
from msgspec import field

from core.domain.derivatives import DerivativeTicker, LiquidationRow, Liquidations
from core.domain.events import AnyWireEvent, Control, ControlKind
from core.domain.instrument import Instrument, MarketKind
from core.domain.units import Ns
from data.venues.bybit.frames import Side
from data.venues.decode import asked_for, decode, ns_of
from data.venues.derivatives import (
    BANKRUPTCY,
    LONG,
    SHORT,
    Told,
    hours_of,
    liquidation_row,
    next_of,
    open_interest_of,
    price_of,
    rate_of,
)
from data.venues.levels import require_symbol

TICKER: Final = "tickers."
LIQUIDATIONS: Final = "allLiquidation."
TOPICS: Final = (TICKER, LIQUIDATIONS)
_BOTH_SIDES: Final = 2


class _Ticker(msgspec.Struct, gc=False):
    """Whole in a snapshot; in a delta, what is absent did not change. Empty = not told."""

    symbol: str
    mark: str | None = field(name="markPrice", default=None)
    index: str | None = field(name="indexPrice", default=None)
    funding_rate: str | None = field(name="fundingRate", default=None)
    hours: str | None = field(name="fundingIntervalHour", default=None)
    next_stamp: str | None = field(name="nextFundingTime", default=None)
    both_sides: str | None = field(name="openInterest", default=None)
    one_side: str | None = field(name="singleOpenInterest", default=None)


class _TickerPush(msgspec.Struct, gc=False):
    """{"topic":"tickers.BTCUSDT","type":"delta","data":{"symbol":"BTCUSDT",...},"cs":1,"ts":1}."""

    ticker: _Ticker = field(name="data")
    stamp: int = field(name="ts")


class _Liquidation(msgspec.Struct, gc=False):
    """``S`` is the side of the position: Buy = a long is liquidated. ``p`` is its bankruptcy.

    {"T":1739502302929,"s":"ROSEUSDT","S":"Sell","v":"20000","p":"0.04499"}
    """

    stamp: int = field(name="T")
    symbol: str = field(name="s")
    side: Side = field(name="S")
    size: str = field(name="v")
    price: str = field(name="p")


class _LiquidationPush(msgspec.Struct, gc=False):
    """{"topic":"allLiquidation.ROSEUSDT","type":"snapshot","ts":1739502303204,"data":[{...}]}."""

    rows: list[_Liquidation] = field(name="data")


_TICKER_PUSH: Final = msgspec.json.Decoder(_TickerPush)
_LIQUIDATION_PUSH: Final = msgspec.json.Decoder(_LiquidationPush)
_POSITIONS: Final = {"Buy": LONG, "Sell": SHORT}


def parse(
    topic: str, raw: bytes, ts_recv_ns: Ns, instruments: Mapping[str, Instrument]
) -> list[AnyWireEvent]:
    """Return what a message of one of TOPICS says.

    Raises:
        FeedError: the message cannot be used.
    """
    name, _, symbol = topic.partition(".")
    instrument = asked_for(symbol, instruments)
    ignored = Control(ControlKind.IGNORED, topics=(topic,))
    if instrument.id.kind is not MarketKind.PERP:
        return [ignored]  # spot's tickers have nothing that we follow
    if topic.startswith(LIQUIDATIONS):
        liquidations = decode(_LIQUIDATION_PUSH, raw)
        rows = [_row(each, instrument, ts_recv_ns) for each in liquidations.rows]
        return [Liquidations(instrument, name, rows)] if rows else []
    push = decode(_TICKER_PUSH, raw)
    require_symbol(push.ticker.symbol, instrument)
    if not _tells(push.ticker):
        return [ignored]  # of what changed, nothing is ours
    return [_ticker(push, name, instrument, ts_recv_ns)]


def _tells(ticker: _Ticker) -> bool:
    """Return whether any field that we follow is there."""
    prices = (ticker.mark, ticker.index, ticker.both_sides, ticker.one_side)
    return any((*prices, ticker.funding_rate, ticker.hours, ticker.next_stamp))


def _ticker(
    push: _TickerPush, channel: str, instrument: Instrument, ts_recv_ns: Ns
) -> DerivativeTicker:
    ticker = push.ticker
    return DerivativeTicker(
        instrument=instrument,
        channel=channel,
        ts_event_ns=ns_of(push.stamp),
        ts_recv_ns=ts_recv_ns,
        mark=price_of(ticker.mark, instrument),
        index=price_of(ticker.index, instrument),
        funding_rate=rate_of(ticker.funding_rate),
        funding_interval_ns=hours_of(ticker.hours),
        next_funding_ns=next_of(ticker.next_stamp),
        open_interest=one_side_of(ticker.one_side, ticker.both_sides, instrument),
    )


def one_side_of(one_side: str | None, both_sides: str | None, instrument: Instrument) -> Told:
    """Return open interest in base coins, one side of the contracts.

    ``openInterest`` counts the long and the short of each contract: where ``singleOpenInterest``
    is not told (before 2026-06-11), it is half of that.

    Raises:
        BadNumber: a number is none.
    """
    one = open_interest_of(one_side, instrument)
    both = open_interest_of(both_sides, instrument)
    if one is None and both is not None:
        return both / _BOTH_SIDES
    return one


def _row(liquidation: _Liquidation, instrument: Instrument, ts_recv_ns: Ns) -> LiquidationRow:
    require_symbol(liquidation.symbol, instrument)
    return liquidation_row(
        instrument,
        times_ns=(ns_of(liquidation.stamp), ts_recv_ns),
        size=liquidation.size,
        price=liquidation.price,
        position=_POSITIONS[liquidation.side],
        price_kind=BANKRUPTCY,
    )
