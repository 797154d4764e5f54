"""Whether a market's REST may be asked now. Pure: told the time, never asks for it."""

from math import inf
from random import Random
from typing import Final

from core.domain.errors import RateLimited, VenueDown, VenueError, VenueRefused
from data.feeds.backoff import Backoff

_FIRST_S: Final = 0.5
_CAP_S: Final = 30.0


class Breaker:
    """Open after a failure: until the venue's deadline, for a growing while, or for good."""

    def __init__(self, rng: Random) -> None:
        self._error: VenueError | None = None
        self._until_s = -inf
        self._backoff = Backoff(rng, first_s=_FIRST_S, cap_s=_CAP_S)

    def refusal(self, now_s: float) -> VenueError | None:
        """Return why nothing may be asked; None = ask."""
        return self._error if self.wait_s(now_s) > 0 else None

    def wait_s(self, now_s: float) -> float:
        """Return seconds until the next request; ``inf`` = never before a restart."""
        return max(self._until_s - now_s, 0.0)

    def succeeded(self) -> None:
        """Data came."""
        self._error = None
        self._backoff.succeeded()

    def failed(self, error: VenueError, now_s: float) -> None:
        """Something else came; an error that says nothing about the next request is ignored."""
        if isinstance(error, VenueRefused):
            self._error, self._until_s = error, inf
        elif isinstance(error, RateLimited):
            wait_s = self._backoff.next_s(at_least_s=error.retry_after_s)
            self._error, self._until_s = error, now_s + wait_s
        elif isinstance(error, VenueDown):
            self._error, self._until_s = error, now_s + self._backoff.next_s()
