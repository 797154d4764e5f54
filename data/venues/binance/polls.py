"""What only Binance's REST tells of a perpetual: open interest, and how often funding is paid.

Source:
    USDS-Margined Futures: Open Interest; Open Interest Statistics; Get Funding Rate Info.
"""

from typing import Any, Final

import msgspec
from msgspec import field

from core.domain.arrays import RowArray
from core.domain.derivatives import DerivativeTicker
from core.domain.events import REST, Channel
from core.domain.instrument import Instrument
from core.domain.units import Ns
from data.venues.decode import convert, int_of, ns_of
from data.venues.derivatives import hours_of, open_interest_of, open_interest_rows
from data.venues.levels import require_symbol
from data.venues.streams import Poll

_OPEN_INTEREST: Final = "fapiPublicGetOpenInterest"
_OPEN_INTEREST_S: Final = 10.0  # weight 1 of 2400 a minute
_FUNDING_INFO: Final = "fapiPublicGetFundingInfo"
_FUNDING_INFO_S: Final = 3_600.0  # shares 500 requests in 5 minutes with the history
_PAST_OPEN_INTEREST: Final = "fapiDataGetOpenInterestHist"
_PAST: Final = 500  # Open Interest Statistics, limit
_USUAL_HOURS: Final = 8
"""Get Funding Rate Info lists only the symbols whose terms were adjusted."""


class _OpenInterest(msgspec.Struct):
    """{"openInterest":"10659.509","symbol":"BTCUSDT","time":1589437530011}; in base coins."""

    symbol: str
    held: str = field(name="openInterest")
    stamp: int = field(name="time")


class _Past(msgspec.Struct):
    """{"symbol":"BTCUSDT","sumOpenInterest":"20403.63","timestamp":1583127900000,...}."""

    symbol: str
    held: str = field(name="sumOpenInterest")
    stamp: int | str = field(name="timestamp")


class _Funding(msgspec.Struct):
    """{"symbol":"BLZUSDT","fundingIntervalHours":8,"adjustedFundingRateCap":"0.025",...}."""

    symbol: str
    hours: int = field(name="fundingIntervalHours")


def polls(symbol: str) -> tuple[Poll, ...]:
    """Return the questions."""
    return (
        Poll(Channel.TICKER, _OPEN_INTEREST, {"symbol": symbol}, _OPEN_INTEREST_S),
        Poll(Channel.TICKER, _FUNDING_INFO, {}, _FUNDING_INFO_S),
    )


def parse_poll(
    body: Any, method: str, instrument: Instrument, ts_recv_ns: Ns
) -> list[DerivativeTicker]:
    """Return the answer to one of ``polls``.

    Raises:
        FeedError: ``body`` is not what that answers.
        ValueError: ``method`` is of none of them.
    """
    if method == _OPEN_INTEREST:
        return [_open_interest(body, instrument, ts_recv_ns)]
    if method == _FUNDING_INFO:
        return [_funding(body, instrument, ts_recv_ns)]
    msg = f"{method} is not polled"
    raise ValueError(msg)


def _open_interest(body: Any, instrument: Instrument, ts_recv_ns: Ns) -> DerivativeTicker:
    """Return open interest in base coins; that it counts one side is the customary reading."""
    row = convert(body, _OpenInterest)
    require_symbol(row.symbol, instrument)
    return DerivativeTicker(
        instrument=instrument,
        channel=REST,
        ts_event_ns=ns_of(row.stamp),
        ts_recv_ns=ts_recv_ns,
        open_interest=open_interest_of(row.held, instrument),
    )


def _funding(body: Any, instrument: Instrument, ts_recv_ns: Ns) -> DerivativeTicker:
    """Return the time between two fundings; the answer has no time."""
    listed = {row.symbol: row.hours for row in convert(body, list[_Funding])}
    return DerivativeTicker(
        instrument=instrument,
        channel=REST,
        ts_event_ns=ts_recv_ns,
        ts_recv_ns=ts_recv_ns,
        funding_interval_ns=hours_of(listed.get(instrument.id.symbol, _USUAL_HOURS)),
    )


def past_call(symbol: str, limit: int) -> tuple[str, dict[str, Any]]:
    """Return the call for the newest open interest, every five minutes."""
    return _PAST_OPEN_INTEREST, {"symbol": symbol, "period": "5m", "limit": min(limit, _PAST)}


def parse_past(body: Any, instrument: Instrument, ts_recv_ns: Ns) -> RowArray:
    """Return past open interest.

    Raises:
        FeedError: ``body`` is not what openInterestHist answers.
    """
    points = []
    for row in convert(body, list[_Past]):
        require_symbol(row.symbol, instrument)
        stamp = row.stamp if isinstance(row.stamp, int) else int_of(row.stamp)
        points.append((ns_of(stamp), open_interest_of(row.held, instrument)))
    return open_interest_rows(points, ts_recv_ns=ts_recv_ns)
