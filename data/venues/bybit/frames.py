"""Bybit's WebSocket messages: the shapes, and what they say.

Source:
    bybit-exchange.github.io/docs/v5: websocket/public/trade, websocket/wss-authentication.
"""

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

import msgspec
from msgspec import field

from core.domain.arrays import TradeFlag
from core.domain.errors import BadNumber, MalformedFrame
from core.domain.events import Control, ControlKind, TradeRow, Trades, WireEvent
from core.domain.instrument import Instrument
from core.domain.units import Ns
from data.venues.decode import (
    BUY,
    NO_JSON,
    SELL,
    UNKNOWN,
    UNREADABLE,
    asked_for,
    decode,
    int_of,
    ns_of,
)

Side: TypeAlias = Literal["Buy", "Sell"]


class Trade(msgspec.Struct, gc=False):
    """One fill; ``S`` is the taker's side.

    {"T":1672304486865,"s":"BTCUSDT","S":"Buy","v":"0.001","p":"16578.50","L":"PlusTick",
    "i":"20f43950-d8dd-5b31-9112-a178eb6023af","BT":false,"RPI":false,"seq":1783284617}
    """

    stamp: int = field(name="T")
    symbol: str = field(name="s")
    taker_side: Side = field(name="S")
    size: str = field(name="v")
    price: str = field(name="p")
    trade_id: str = field(name="i")
    is_block: bool = field(name="BT", default=False)
    is_rpi: bool = field(name="RPI", default=False)


class _Push(msgspec.Struct, gc=False):
    """{"topic":"publicTrade.BTCUSDT","type":"snapshot","ts":1672304486868,"data":[{...}]}."""

    topic: str
    rows: list[Trade] = field(name="data")


class _Frame(msgspec.Struct):
    """Any frame: data of a topic, or an answer.

    {"success":true,"ret_msg":"","conn_id":"3cd84cb1","req_id":"1","op":"subscribe"}
    {"success":true,"ret_msg":"pong","conn_id":"3cd84cb1","req_id":"","op":"ping"}
    """

    topic: str = ""
    data: msgspec.Raw = NO_JSON
    operation: str = field(name="op", default="")
    success: bool | None = None
    message: str = field(name="ret_msg", default="")
    request_id: str = field(name="req_id", default="")


_PUSH: Final = msgspec.json.Decoder(_Push)
_FRAME: Final = msgspec.json.Decoder(_Frame)

TOPIC: Final = "publicTrade."
_CHANNEL: Final = "publicTrade"
_SIDES: Final = {"Buy": BUY, "Sell": SELL}

_UUID_BYTES: Final = 16
_UUID_CHARACTERS: Final = 36
_UUID_DASHES: Final = 4
_HALF: Final = 64


def parse(raw: bytes, ts_recv_ns: Ns, instruments: Mapping[str, Instrument]) -> list[WireEvent]:
    """Return what one message says. The shape that we subscribe to is tried first.

    Raises:
        FeedError: the message cannot be used.
    """
    try:
        push = _PUSH.decode(raw)
    except UNREADABLE:
        frame = decode(_FRAME, raw)
        if not frame.topic.startswith(TOPIC):
            return [_control(frame)]
        push = decode(_PUSH, raw)
    if not push.topic.startswith(TOPIC):
        return [Control(ControlKind.IGNORED, topics=(push.topic,))]
    symbol = push.topic[len(TOPIC) :]
    instrument = asked_for(symbol, instruments)
    rows = [row_of(trade, instrument, ts_recv_ns) for trade in push.rows]
    return [Trades(instrument, _CHANNEL, rows)] if rows else []


def row_of(trade: Trade, instrument: Instrument, ts_recv_ns: Ns) -> TradeRow:
    """Return one trade in the order of TRADE_DTYPE.

    A block trade was negotiated off the book: its aggressor is UNKNOWN, whatever ``S`` says.

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
    aggressor, flags = _SIDES[trade.taker_side], 0
    if trade.is_rpi:
        flags = TradeFlag.RPI
    if trade.is_block:
        aggressor, flags = UNKNOWN, flags | TradeFlag.BLOCK
    trade_id = id_of(trade.trade_id)
    return (ns_of(trade.stamp), ts_recv_ns, trade_id, size_lots, price_ticks, aggressor, flags, 1)


def id_of(text: str) -> int:
    """Return a trade id as int64: a number as it is, a UUID's halves folded by exclusive or.

    Raises:
        MalformedFrame: ``text`` is neither.
    """
    if len(text) != _UUID_CHARACTERS:
        return int_of(text)
    try:
        octets = bytes.fromhex(text.replace("-", ""))  # skips spaces: they make it too short
    except ValueError:
        octets = b""
    if len(octets) != _UUID_BYTES or text.count("-") != _UUID_DASHES:
        msg = f"a trade id must be a number or a UUID, was {text!r}"
        raise MalformedFrame(msg)
    both = int.from_bytes(octets, "big")
    digest = (both >> _HALF ^ both) & (1 << _HALF) - 1
    return digest - (digest >> _HALF - 1 << _HALF)


def _control(frame: _Frame) -> Control:
    """Return what a message without trades says."""
    if frame.topic:
        return Control(ControlKind.IGNORED, topics=(frame.topic,))
    # Public sockets answer a ping with op "ping" and ret_msg "pong", the others with op "pong".
    if frame.operation == "pong" or frame.message == "pong":
        return Control(ControlKind.PONG, request_id=frame.request_id)
    if frame.success is None:
        msg = "the message is neither data of a topic nor an answer"
        raise MalformedFrame(msg)
    if frame.success:
        return Control(ControlKind.ACK, request_id=frame.request_id)
    reason = frame.message or "refused without a reason"
    return Control(ControlKind.REFUSED, request_id=frame.request_id, reason=reason)
