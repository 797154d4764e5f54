"""What a venue's REST answer means when it is not data.

ccxt's classes are not enough: it files 451 and 403 under network errors, which invites retrying
for ever, and takes a geo-block of Bybit for a rate limit. So the HTTP status is judged first.
"""

from dataclasses import dataclass
from typing import Final

from core.domain.errors import NotListed, RateLimited, VenueDown, VenueError, VenueRefused
from core.domain.instrument import MarketKind, Venue

BANNED_S: Final = 120.0
"""Binance, rest-api.md: a ban (418) lasts from 2 minutes to 3 days."""
BYBIT_BLOCKED_S: Final = 600.0
"""Bybit, rate-limit: after 403 "access too frequent", wait 10 minutes."""
DEFAULT_WAIT_S: Final = 2.0
"""OKX and Bybit do not say how long; their windows are 2 s and 5 s, and the wait grows."""
_MAX_WAIT_S: Final = 3 * 86_400.0
_FORBIDDEN: Final = 403
_TEAPOT: Final = 418
_TOO_MANY: Final = 429
_LEGAL: Final = 451
_ERRORS_FROM: Final = 400


@dataclass(frozen=True, slots=True)
class Refused:
    """What came instead of data.

    Attributes:
        status: of HTTP; None = no answer came.
        retry_after: the header; empty where absent.
        body: of the answer.
        words: what ccxt says about it.
        too_many: ccxt takes it for a rate limit.
        unknown_symbol: ccxt takes it for a wrong symbol.
    """

    status: int | None = None
    retry_after: str = ""
    body: str = ""
    words: str = ""
    too_many: bool = False
    unknown_symbol: bool = False


def unavailable(venue: Venue, kind: MarketKind, status: int | None) -> str:
    """Return the sentence about a venue that does not serve this address."""
    return (
        f"{venue} {kind} is unavailable from here (HTTP {status}); "
        "use another venue or the simulated market"
    )


def error_of(venue: Venue, kind: MarketKind, refused: Refused) -> VenueError:
    """Return the error that says what to do about it."""
    status = refused.status
    too_frequent = venue is Venue.BYBIT and "too frequent" in refused.body.lower()
    if status == _FORBIDDEN and too_frequent:
        return _limited(venue, kind, BYBIT_BLOCKED_S)
    if status in {_FORBIDDEN, _LEGAL}:
        msg = f"{venue} {kind} answered HTTP {status}"
        return VenueRefused(msg, venue=venue, ui_message=unavailable(venue, kind, status))
    if status == _TEAPOT:
        return _limited(venue, kind, max(BANNED_S, _seconds(refused.retry_after)))
    if status == _TOO_MANY or refused.too_many:
        return _limited(venue, kind, _seconds(refused.retry_after) or DEFAULT_WAIT_S)
    if refused.unknown_symbol:
        return NotListed(f"{venue} {kind} does not know the symbol", venue=venue)
    return VenueDown(f"{venue} {kind}: {_what_came(refused)}", venue=venue)


def _limited(venue: Venue, kind: MarketKind, wait_s: float) -> RateLimited:
    msg = f"{venue} {kind} had too many requests; the next is in {wait_s:.0f} s"
    return RateLimited(msg, venue=venue, retry_after_s=wait_s)


def _seconds(header: str) -> float:
    """Return a Retry-After in seconds; 0 where it is absent or a date."""
    text = header.strip()
    if text.isascii() and text.isdigit():
        return min(float(text), _MAX_WAIT_S)
    return 0.0


def _what_came(refused: Refused) -> str:
    if refused.status is None:
        return f"REST could not be reached ({refused.words[:160]})"
    if refused.body.lstrip()[:1] == "<":
        return f"REST answered with a web page (HTTP {refused.status})"
    if refused.status >= _ERRORS_FROM:
        return f"REST answered HTTP {refused.status}"
    return f"REST answered {refused.body[:160]!r}"
