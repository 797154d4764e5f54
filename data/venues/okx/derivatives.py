"""OKX's swaps: mark, index, funding, open interest and liquidations; shapes, and what they say.

Source:
    www.okx.com/docs-v5: Public Data, WebSocket: Mark price channel; Index tickers channel; Funding
    rate channel; Open interest channel; Liquidation orders channel.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, Literal

import msgspec
from msgspec import field

from core.domain.derivatives import DerivativeTicker, LiquidationRow, Liquidations
from core.domain.errors import MalformedFrame
from core.domain.events import AnyWireEvent, Control, ControlKind
from core.domain.instrument import Instrument, MarketKind
from core.domain.units import Ns
from data.venues.decode import asked_for, decode, int_of, ns_of
from data.venues.derivatives import (
    BANKRUPTCY,
    LONG,
    SHORT,
    interval_of,
    liquidation_row,
    next_of,
    open_interest_of,
    price_of,
    rate_of,
)
from data.venues.okx.frames import LIQUIDATIONS, topic_of

MARK: Final = "mark-price"
INDEX: Final = "index-tickers"
FUNDING: Final = "funding-rate"
OPEN_INTEREST: Final = "open-interest"
CHANNELS: Final = frozenset({MARK, INDEX, FUNDING, OPEN_INTEREST, LIQUIDATIONS})
SWAP: Final = "-SWAP"


class _Row(msgspec.Struct, gc=False, kw_only=True):
    """A row of any channel but liquidations; each fills its own fields. Empty = not told.

    {"instType":"SWAP","instId":"BTC-USDT-SWAP","markPx":"42310.6","ts":"1630049139746"}
    {"instId":"BTC-USDT","idxPx":"0.1","high24h":"0.5",...,"ts":"1597026383085"}
    {"instId":"BTC-USDT-SWAP","fundingRate":"0.0001875391284828","fundingTime":"1700726400000",
    "nextFundingTime":"1700755200000","nextFundingRate":"",...,"ts":"1700724675402"}
    {"instId":"BTC-USDT-SWAP","oi":"5000","oiCcy":"555.55","oiUsd":"50000","ts":"1597026383085"}
    """

    symbol: str = field(name="instId")
    stamp: str = field(name="ts")
    mark: str | None = field(name="markPx", default=None)
    index: str | None = field(name="idxPx", default=None)
    funding_rate: str | None = field(name="fundingRate", default=None)
    funding_stamp: str = field(name="fundingTime", default="")
    after_stamp: str = field(name="nextFundingTime", default="")
    coins: str | None = field(name="oiCcy", default=None)


class _Arg(msgspec.Struct, gc=False):
    channel: str
    symbol: str = field(name="instId")


class _Push(msgspec.Struct, gc=False):
    """{"arg":{"channel":"mark-price","instId":"BTC-USDT-SWAP"},"data":[{...}]}."""

    arg: _Arg
    rows: list[_Row] = field(name="data")


class _Detail(msgspec.Struct, gc=False):
    """``side`` is that of the closing order, the price that of bankruptcy, the size contracts."""

    side: Literal["buy", "sell"]
    position: Literal["long", "short", "net", ""] = field(name="posSide")
    price: str = field(name="bkPx")
    size: str = field(name="sz")
    stamp: str = field(name="ts")


class _Liquidated(msgspec.Struct, gc=False):
    symbol: str = field(name="instId")
    details: list[_Detail]


class _LiquidationPush(msgspec.Struct, gc=False):
    """All swaps in one topic; an instrument's liquidations are a list.

    {"arg":{"channel":"liquidation-orders","instType":"SWAP"},"data":[{"instId":"BTC-USDT-SWAP",
    "uly":"BTC-USDT","details":[{"side":"sell","posSide":"long","bkPx":"0.007831","sz":"13",
    "bkLoss":"0","ccy":"","ts":"1692266434010"}],...}]}
    """

    rows: list[_Liquidated] = field(name="data")


_PUSH: Final = msgspec.json.Decoder(_Push)
_LIQUIDATION_PUSH: Final = msgspec.json.Decoder(_LiquidationPush)
_CLOSES: Final = {"sell": LONG, "buy": SHORT}
_NAMED: Final = {"long": LONG, "short": SHORT}


def parse(
    channel: str, raw: bytes, ts_recv_ns: Ns, instruments: Mapping[str, Instrument]
) -> list[AnyWireEvent]:
    """Return what a message of one of CHANNELS says.

    Raises:
        FeedError: the message cannot be used.
    """
    if channel == LIQUIDATIONS:
        shared = decode(_LIQUIDATION_PUSH, raw)
        return [*_liquidations(shared, ts_recv_ns, instruments)] or [_ignored(channel, "SWAP")]
    push = decode(_PUSH, raw)
    symbol = push.arg.symbol
    instrument = asked_for(f"{symbol}{SWAP}" if channel == INDEX else symbol, instruments)
    if instrument.id.kind is not MarketKind.PERP:
        return [_ignored(channel, symbol)]  # margin trading has mark prices of pairs
    return [_ticker(channel, row, instrument, ts_recv_ns, symbol) for row in push.rows]


def _ignored(channel: str, symbol: str) -> Control:
    return Control(ControlKind.IGNORED, topics=(topic_of(channel, symbol),))


def _ticker(
    channel: str, row: _Row, instrument: Instrument, ts_recv_ns: Ns, symbol: str
) -> DerivativeTicker:
    """Return what a row tells; of another channel's fields, nothing is read."""
    if row.symbol != symbol:
        msg = f"a row of {row.symbol[:40]!r} came among those of {symbol}"
        raise MalformedFrame(msg)
    return DerivativeTicker(
        instrument=instrument,
        channel=channel,
        ts_event_ns=ns_of(int_of(row.stamp)),
        ts_recv_ns=ts_recv_ns,
        **_TOLD[channel](row, instrument),
    )


def _mark(row: _Row, instrument: Instrument) -> dict[str, Any]:
    return {"mark": price_of(_given(row.mark), instrument)}


def _index(row: _Row, instrument: Instrument) -> dict[str, Any]:
    return {"index": price_of(_given(row.index), instrument)}


def _open_interest(row: _Row, instrument: Instrument) -> dict[str, Any]:
    """Coins, not contracts; that they count one side is the customary reading."""
    return {"open_interest": open_interest_of(_given(row.coins), instrument)}


def _funding(row: _Row, _: Instrument) -> dict[str, Any]:
    """``fundingTime`` is when the rate is paid; the interval is from there to the one after."""
    next_ns, after_ns = next_of(row.funding_stamp), next_of(row.after_stamp)
    told: dict[str, Any] = {
        "funding_rate": rate_of(_given(row.funding_rate)),
        "next_funding_ns": next_ns,
    }
    if next_ns is not None and after_ns is not None:
        told["funding_interval_ns"] = interval_of(after_ns - next_ns)
    return told


_TOLD: Final[Mapping[str, Callable[[_Row, Instrument], dict[str, Any]]]] = {
    MARK: _mark,
    INDEX: _index,
    FUNDING: _funding,
    OPEN_INTEREST: _open_interest,
}


def _given(text: str | None) -> str:
    """Return the field that a channel is about: it may be empty, but not missing.

    Raises:
        MalformedFrame: it is missing.
    """
    if text is None:
        msg = "a row lacks the field that its channel is about"
        raise MalformedFrame(msg)
    return text


def _liquidations(
    push: _LiquidationPush, ts_recv_ns: Ns, instruments: Mapping[str, Instrument]
) -> Iterator[Liquidations]:
    """Yield what was liquidated of the instruments that are followed."""
    for liquidated in push.rows:
        instrument = instruments.get(liquidated.symbol)
        if instrument is not None and liquidated.details:
            rows = [_row(each, instrument, ts_recv_ns) for each in liquidated.details]
            yield Liquidations(instrument, LIQUIDATIONS, rows)


def _row(detail: _Detail, instrument: Instrument, ts_recv_ns: Ns) -> LiquidationRow:
    """Return one liquidation; a net position is the one that the order closes.

    Raises:
        FeedError: a number cannot be used, or the order would not close the position.
    """
    position = _CLOSES[detail.side]
    if _NAMED.get(detail.position, position) != position:
        msg = f"a {detail.side} order does not close a {detail.position} position"
        raise MalformedFrame(msg)
    return liquidation_row(
        instrument,
        times_ns=(ns_of(int_of(detail.stamp)), ts_recv_ns),
        size=detail.size,
        price=detail.price,
        position=position,
        price_kind=BANKRUPTCY,
    )
