"""The line formats of raw recordings: a line of bytes becomes a frame, or None for other lines."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from core.domain.instrument import MarketKind, Venue
from core.domain.units import NS_PER_S, Ns


@dataclass(frozen=True, slots=True)
class RawFrame:
    """One message as it arrived."""

    ts_recv_ns: Ns
    venue: Venue
    kind: MarketKind
    payload: bytes


LineReader: TypeAlias = Callable[[bytes], RawFrame | None]
"""Raises ValueError for a line that is not of the format."""

_Market: TypeAlias = tuple[Venue, MarketKind]

_HFTBACKTEST: Final = re.compile(rb"\d{19} \{")
_CRYPTOFEED: Final = re.compile(rb"(wss?://\S+) <-> [\d.]+$")
_FRAME: Final = re.compile(rb"(\d{9,11})(?:\.(\d{1,9}))?: ")
_TRAFFIC: Final = re.compile(rb"\S+ (?:<->|<-|->) [\d.]+")
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
        return _hftbacktest_reader(market) if market is not None else None
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
    venue, _, kind = market.decode("ascii").partition(".")
    return RawFrame(_whole(stamp), Venue(venue), MarketKind(kind), payload)


def _hftbacktest_reader(market: _Market) -> LineReader:
    def read(line: bytes) -> RawFrame | None:
        stamp, payload = line.split(b" ", 1)
        if payload.startswith(b'{"lastUpdateId"'):
            return None  # a REST answer, kept between the frames
        return RawFrame(_whole(stamp), *market, payload)

    return read


def _cryptofeed_reader(market: _Market | None) -> LineReader:
    def read(line: bytes) -> RawFrame | None:
        stamp = _FRAME.match(line)
        if stamp is None:
            if _TRAFFIC.match(line):
                return None
            msg = "neither a frame nor a request"
            raise ValueError(msg)
        nanos = (stamp[2] or b"").ljust(9, b"0")
        payload = line[stamp.end() :]
        ts_recv_ns = int(stamp[1]) * NS_PER_S + int(nanos)
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


def _whole(stamp: bytes) -> Ns:
    if not stamp.isdigit():
        msg = "the time of a frame is whole nanoseconds"
        raise ValueError(msg)
    return int(stamp)
