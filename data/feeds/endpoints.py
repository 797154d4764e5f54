"""Where each market is: the venue's own servers, or what the settings put in their place."""

from urllib.parse import urlsplit, urlunsplit

from data.settings import Endpoints
from data.venues.market import Market


def ws_url(market: Market, endpoints: Endpoints, path: str | None = None) -> str:
    """Return the URL of a public stream.

    Args:
        path: as ``Stream.path``; None = of the trades.
    """
    facts = market.facts
    base = endpoints.get((facts.venue, facts.kind, "WS"), facts.ws_base)
    return base.rstrip("/") + (market.socket_path() if path is None else path)


def rest_base(market: Market, endpoints: Endpoints) -> str:
    """Return ``scheme://host:port`` of REST."""
    facts = market.facts
    return endpoints.get((facts.venue, facts.kind, "REST"), facts.rest_base).rstrip("/")


def is_replaced(market: Market, endpoints: Endpoints) -> bool:
    """Return whether REST of this market goes to another server than the venue's."""
    return (market.facts.venue, market.facts.kind, "REST") in endpoints


def moved(urls: object, base: str) -> object:
    """Return ccxt's ``urls['api']`` with every address moved to ``base``, paths kept.

    Args:
        urls: text, or a mapping of such, nested.
        base: ``scheme://host:port``.
    """
    if isinstance(urls, dict):
        return {key: moved(each, base) for key, each in urls.items()}
    if not isinstance(urls, str):
        return urls
    target = urlsplit(base)
    return urlunsplit((target.scheme, target.netloc, *urlsplit(urls)[2:]))
