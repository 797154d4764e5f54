"""One market's REST over ccxt: its implicit methods, which lose nothing of what the venue says.

Not thread-safe, as ccxt's rate limiter is not: one thread owns a client.
"""

from collections.abc import Mapping
from socket import gaierror
from types import ModuleType
from typing import Any, Final

from core.domain.errors import VenueDown
from data.feeds.endpoints import is_replaced, moved, rest_base
from data.feeds.refusals import Refused, error_of
from data.settings import Endpoints
from data.venues.market import Market

TIMEOUT_S: Final = 5.0


class VenueClient:
    """Asks one market. ccxt is loaded at the first call: that takes a second."""

    def __init__(self, market: Market, endpoints: Endpoints) -> None:
        self._market = market
        self._endpoints = endpoints
        self._ccxt: ModuleType | None = None
        self._exchange: Any = None
        self._status: int | None = None
        self._retry_after = ""
        self._body = ""

    @property
    def body(self) -> str:
        """The text of the last answer."""
        return self._body

    def call(self, method: str, params: Mapping[str, Any]) -> Any:
        """Return the decoded JSON that an implicit method of ccxt answers.

        Raises:
            VenueError: something else came; its class says what to do.
        """
        ccxt, exchange = self._open()
        facts = self._market.facts
        self._status, self._retry_after, self._body = None, "", ""
        try:
            answer = getattr(exchange, method)(dict(params))
        except ccxt.BaseError as error:
            raise error_of(facts.venue, facts.kind, self._refused(ccxt, error)) from error
        if isinstance(answer, str):
            refused = Refused(status=self._status, body=self._body)
            raise error_of(facts.venue, facts.kind, refused)
        if answer is None:
            msg = f"{facts.venue} {facts.kind}: REST answered with nothing"
            raise VenueDown(msg, venue=facts.venue)
        return answer

    def close(self) -> None:
        """Close the connections that are kept for reuse."""
        if self._exchange is not None:
            self._exchange.session.close()
            self._exchange = None

    def _open(self) -> tuple[Any, Any]:
        if self._exchange is None:
            import ccxt

            own = is_replaced(self._market, self._endpoints)
            facts = self._market.facts
            self._ccxt = ccxt
            self._exchange = getattr(ccxt, facts.ccxt_id)(
                {
                    "timeout": round(TIMEOUT_S * 1000),
                    "enableRateLimit": not own,  # a server of our own sets no limits
                    "requests_trust_env": not own,
                    "options": {"defaultType": facts.ccxt_type},
                }
            )
            base = rest_base(self._market, self._endpoints)
            self._exchange.urls["api"] = moved(self._exchange.urls["api"], base)
            self._exchange.on_rest_response = self._note
        return self._ccxt, self._exchange

    def _note(self, status: int, *rest: Any) -> str:
        """Keep what ccxt's exceptions do not carry; its hook wants the stripped body back."""
        _reason, _url, _method, headers, body, *_ = rest
        self._status = status
        self._retry_after = str(headers.get("Retry-After", ""))
        self._body = body
        return str(body).strip()

    def _refused(self, ccxt: Any, error: Exception) -> Refused:
        bad_symbol = isinstance(error, ccxt.BadRequest) and "symbol" in str(error).lower()
        return Refused(
            status=self._status,
            retry_after=self._retry_after,
            body=self._body,
            words=_cause(error),
            too_many=isinstance(error, ccxt.RateLimitExceeded | ccxt.DDoSProtection),
            unknown_symbol=bad_symbol or isinstance(error, ccxt.BadSymbol),
        )


def _cause(error: BaseException) -> str:
    """Return the innermost class and text: ccxt's own text is only the address asked.

    A name that does not resolve says so by itself, without the class and number of the system.
    """
    while error.__cause__ is not None or error.__context__ is not None:
        error = error.__cause__ or error.__context__ or error
    if isinstance(error, gaierror) and error.strerror:
        return error.strerror
    return " ".join(f"{type(error).__name__}: {error}".split())
