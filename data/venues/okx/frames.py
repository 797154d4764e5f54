"""OKX's WebSocket messages: the shapes, and what they say.

Source:
    www.okx.com/docs-v5: Order Book Trading, Market Data, WS / Trades channel; Overview, WebSocket,
    Subscribe and Notification.
"""

from collections.abc import Mapping
from typing import Final, Literal

import msgspec
from msgspec import field

from core.domain.arrays import TradeFlag
from core.domain.errors import BadNumber, MalformedFrame
from core.domain.events import Control, ControlKind, TradeRow, Trades, WireEvent
from core.domain.instrument import Instrument
from core.domain.units import Ns
from data.venues.decode import (
    BUY,
    MAX_FILLS,
    NO_JSON,
    SELL,
    UNREADABLE,
    asked_for,
    decode,
    int_of,
    ns_of,
)


class Trade(msgspec.Struct, gc=False):
    """A row of the channel, and (without ``count``) of REST.

    {"instId":"BTC-USDT-SWAP","tradeId":"130639474","px":"42219.9","sz":"391.07","side":"buy",
    "ts":"1630048897897","count":"3","source":"0","seqId":1234}
    """

    symbol: str = field(name="instId")
    trade_id: str = field(name="tradeId")
    price: str = field(name="px")
    size: str = field(name="sz")
    taker_side: Literal["buy", "sell"] = field(name="side")
    stamp: str = field(name="ts")
    fills: str = field(name="count", default="0")
    source: str = "0"


class _Arg(msgspec.Struct, gc=False):
    """What a message is about; not every channel has an instrument."""

    channel: str
    symbol: str = field(name="instId", default="")
    kind: str = field(name="instType", default="")


class _TradesArg(msgspec.Struct, gc=False):
    channel: Literal["trades"]
    symbol: str = field(name="instId")


class _Push(msgspec.Struct, gc=False):
    """{"arg":{"channel":"trades","instId":"BTC-USDT-SWAP"},"data":[{...}]}."""

    arg: _TradesArg
    rows: list[Trade] = field(name="data")


class _Frame(msgspec.Struct):
    """Any frame: data of a channel, or an event.

    {"id":"1512","event":"subscribe","arg":{"channel":"trades","instId":"BTC-USDT"},"connId":"a4"}
    {"id":"1512","event":"error","code":"60012","msg":"Invalid request: ...","connId":"a4"}
    {"event":"notice","code":"64008","msg":"The connection will soon be closed ...","connId":"a4"}
    """

    arg: _Arg | None = None
    data: msgspec.Raw = NO_JSON
    event: str = ""
    request_id: str = field(name="id", default="")
    code: str = ""
    message: str = field(name="msg", default="")


_PUSH: Final = msgspec.json.Decoder(_Push)
_FRAME: Final = msgspec.json.Decoder(_Frame)

LIQUIDATIONS: Final = "liquidation-orders"

_CHANNEL: Final = "trades"
_PONG: Final = b"pong"  # not JSON
_UPGRADE: Final = "64008"  # Overview, WebSocket, Notification: the service is about to restart
_SIDES: Final = {"buy": BUY, "sell": SELL}
# Enhanced Liquidity Program, since 2026 called retail price improvement
_FLAGS: Final = {"1": TradeFlag.RPI}


def topic_of(channel: str, symbol: str) -> str:
    """Return our name of a topic: ``channel:instId``, or ``channel`` where it has none.

    The channel of all liquidations has an ``instType`` in the place of an instrument.
    """
    return f"{channel}:{symbol}" if symbol else channel


def arg_of(topic: str) -> dict[str, str]:
    """Return OKX's name of a topic."""
    channel, _, symbol = topic.partition(":")
    if channel == LIQUIDATIONS:
        return {"channel": channel, "instType": symbol}
    return {"channel": channel, "instId": symbol} if symbol else {"channel": channel}


def parse(raw: bytes, ts_recv_ns: Ns, instruments: Mapping[str, Instrument]) -> list[WireEvent]:
    """Return what one message says. The shape that we subscribe to is tried first.

    Raises:
        FeedError: the message cannot be used.
    """
    try:
        push = _PUSH.decode(raw)
    except UNREADABLE:
        if raw == _PONG:
            return [Control(ControlKind.PONG)]
        frame = decode(_FRAME, raw)
        if frame.event or not frame.data or frame.arg is None or frame.arg.channel != _CHANNEL:
            return [_control(frame)]
        push = decode(_PUSH, raw)
    symbol = push.arg.symbol
    instrument = asked_for(symbol, instruments)
    rows = [row_of(trade, instrument, ts_recv_ns) for trade in push.rows]
    return [Trades(instrument, _CHANNEL, rows)] if rows else []


def row_of(trade: Trade, instrument: Instrument, ts_recv_ns: Ns) -> TradeRow:
    """Return one trade in the order of TRADE_DTYPE.

    Raises:
        FeedError: the trade cannot be used.
    """
    if trade.symbol != instrument.id.symbol:
        msg = f"a trade of {trade.symbol[:40]!r} came among those of {instrument.id.symbol}"
        raise MalformedFrame(msg)
    price_ticks = instrument.price_grid.units(trade.price)
    size_lots = instrument.size_grid.units(trade.size)
    if not (price_ticks and size_lots):
        msg = f"price and size must be above zero, was {trade.price} and {trade.size}"
        raise BadNumber(msg)
    return (
        ns_of(int_of(trade.stamp)),
        ts_recv_ns,
        int_of(trade.trade_id),
        size_lots,
        price_ticks,
        _SIDES[trade.taker_side],
        _FLAGS.get(trade.source, 0),
        min(int_of(trade.fills), MAX_FILLS),
    )


def _control(frame: _Frame) -> Control:
    """Return what a message without trades says."""
    topics = (topic_of(frame.arg.channel, frame.arg.symbol or frame.arg.kind),) if frame.arg else ()
    if frame.event in {"subscribe", "unsubscribe"}:
        return Control(ControlKind.ACK, request_id=frame.request_id, topics=topics)
    if frame.event == "error":
        reason = f"{frame.code}: {frame.message}"
        return Control(ControlKind.REFUSED, frame.request_id, topics, reason)
    if frame.event == "notice" and frame.code == _UPGRADE:
        return Control(ControlKind.RESTART)
    if frame.event or (topics and frame.data):
        return Control(ControlKind.IGNORED, topics=topics)
    msg = "the message is neither an event nor data of a channel"
    raise MalformedFrame(msg)
