"""The line formats of raw recordings: a line of bytes becomes a frame, or None for other lines."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from core.domain.instrument import MarketKind, Venue
from core.domain.units import NS_PER_S, Ns


@dataclass(frozen=True, slots=True)
class RawFrame:
    """One message as it arrived.

    Attributes:
        asked: the payload is a REST answer: the book of this symbol; empty = a WebSocket message.
    """

    ts_recv_ns: Ns
    venue: Venue
    kind: MarketKind
    payload: bytes
    asked: str = ""


LineReader: TypeAlias = Callable[[bytes], RawFrame | None]
"""Raises ValueError for a line that is not of the format."""

_Market: TypeAlias = tuple[Venue, MarketKind]

_HFTBACKTEST: Final = re.compile(rb"\d{19} \{")
_CRYPTOFEED: Final = re.compile(rb"(wss?://\S+) <-> [\d.]+$")
_FRAME: Final = re.compile(rb"(\d{9,11})(?:\.(\d{1,9}))?: ")
_TRAFFIC: Final = re.compile(rb"\S+ (?:<->|<-|->) [\d.]+")
_ANSWER: Final = re.compile(
    rb"https://(f?api)\.binance\.com/\S*/depth\?symbol=([A-Z0-9]{1,40})\S* -> "
    rb"(\d{9,11})(?:\.(\d{1,9}))?: "
)
_BINANCE_SYMBOL: Final = re.compile(rb'"s":\s*"([A-Z0-9]{1,40})"')
_OKX_SYMBOL: Final = re.compile(rb'"instId":\s*"([A-Z0-9-]{1,40})"')
_HOSTS: Final[tuple[tuple[bytes, _Market | None], ...]] = (
    (b"fstream.binance.com", (Venue.BINANCE, MarketKind.PERP)),
    (b"binance.com", (Venue.BINANCE, MarketKind.SPOT)),
    (b"bybit.com/v5/public/linear", (Venue.BYBIT, MarketKind.PERP)),
    (b"bybit.com/v5/public/spot", (Venue.BYBIT, MarketKind.SPOT)),
    (b"ws.okx.com", None),  # one address for spot and swap: each frame names its instrument
)


def reader_for(head: Sequence[bytes], *, header: bytes) -> LineReader | None:
    """Return the reader of the format of a file; None = no format that is known.

    Args:
        head: the first lines of the file, at least one.
        header: first line of our own format.
    """
    if head[0] == header:
        return _own_line
    if _HFTBACKTEST.match(head[0]):
        market = next((m for m in map(_binance_market, head) if m is not None), None)
        return _hftbacktest_reader(market, _first_symbol(head)) if market is not None else None
    if any(map(_ANSWER.match, head)):
        return _answer
    url = _CRYPTOFEED.match(head[0])
    if url is None:
        return None
    for host, market in _HOSTS:
        if host in url[1]:
            return _cryptofeed_reader(market)
    return None


def _own_line(line: bytes) -> RawFrame | None:
    if line.startswith(b"#"):
        return None
    stamp, market, payload = line.split(b" ", 2)
    venue, kind, *asked = market.decode("ascii").split(".", 2)
    return RawFrame(_whole(stamp), Venue(venue), MarketKind(kind), payload, *asked)


def _hftbacktest_reader(market: _Market, symbol: str) -> LineReader:
    """Return the reader of a file, all of whose lines are of one symbol.

    A REST answer lies between the frames and does not say what was asked for.
    """

    def read(line: bytes) -> RawFrame | None:
        stamp, payload = line.split(b" ", 1)
        asked = symbol if payload.startswith(b'{"lastUpdateId"') else ""
        return RawFrame(_whole(stamp), *market, payload, asked)

    return read


def _first_symbol(head: Sequence[bytes]) -> str:
    """Return the first symbol in some lines of Binance."""
    return next((found[1].decode() for found in map(_BINANCE_SYMBOL.search, head) if found), "")


def _answer(line: bytes) -> RawFrame | None:
    """Read a line of a cryptofeed file of REST answers; only those to book requests are taken."""
    found = _ANSWER.match(line)
    if found is None:
        return None
    kind = MarketKind.PERP if found[1] == b"fapi" else MarketKind.SPOT
    ts_recv_ns = _seconds(found[3], found[4])
    return RawFrame(ts_recv_ns, Venue.BINANCE, kind, line[found.end() :], found[2].decode())


def _cryptofeed_reader(market: _Market | None) -> LineReader:
    def read(line: bytes) -> RawFrame | None:
        stamp = _FRAME.match(line)
        if stamp is None:
            if _TRAFFIC.match(line):
                return None
            msg = "neither a frame nor a request"
            raise ValueError(msg)
        payload = line[stamp.end() :]
        ts_recv_ns = _seconds(stamp[1], stamp[2])
        return RawFrame(ts_recv_ns, *(market or _okx_market(payload)), payload)

    return read


def _binance_market(line: bytes) -> _Market | None:
    """Return which of Binance's markets wrote a line, where it shows.

    Depth diffs carry ``pu`` on USD-M only; trades carry ``X`` there and ``M`` on spot.
    """
    perp, spot = (Venue.BINANCE, MarketKind.PERP), (Venue.BINANCE, MarketKind.SPOT)
    if b'"depthUpdate"' in line:
        return perp if b'"pu":' in line else spot
    if b'"e":"trade"' in line or b'"e":"aggTrade"' in line:
        return spot if b'"M":' in line else perp
    return None


def _okx_market(payload: bytes) -> _Market:
    symbol = _OKX_SYMBOL.search(payload)
    is_spot = symbol is not None and symbol[1].count(b"-") == 1
    return Venue.OKX, MarketKind.SPOT if is_spot else MarketKind.PERP


def _seconds(whole: bytes, fraction: bytes | None) -> Ns:
    return int(whole) * NS_PER_S + int((fraction or b"").ljust(9, b"0"))


def _whole(stamp: bytes) -> Ns:
    if not stamp.isdigit():
        msg = "the time of a frame is whole nanoseconds"
        raise ValueError(msg)
    return int(stamp)
