"""Which venues answer from here: a WebSocket handshake with each market, all at once."""

from collections.abc import Mapping
from queue import Empty, Queue
from threading import Thread
from typing import Final, TypeAlias

from core.domain.instrument import MarketKind, Venue
from data.clock import monotonic_s
from data.feeds.endpoints import ws_url
from data.feeds.refusals import unavailable
from data.feeds.wire import ConnectionLost, Wire
from data.settings import Endpoints
from data.venues.market import Market
from data.venues.registry import MARKETS

WITHIN_S: Final = 5.0
SETTLE_S: Final = 2.0

_Key: TypeAlias = tuple[Venue, MarketKind]


def probe(
    endpoints: Endpoints,
    *,
    markets: Mapping[_Key, Market] = MARKETS,
    within_s: float = WITHIN_S,
    settle_s: float = SETTLE_S,
) -> dict[_Key, str | None]:
    """Return, for every market, None when it answers, else a sentence that says why not.

    Args:
        within_s: all markets together are waited for this long.
        settle_s: once one has answered, the others are waited for no longer than this.
    """
    answers: Queue[tuple[_Key, str | None]] = Queue()
    wires = {key: Wire(ws_url(market, endpoints)) for key, market in markets.items()}
    for key, wire in wires.items():
        arguments = (key, wire, within_s, answers)
        Thread(target=_knock, args=arguments, name="probe", daemon=True).start()
    started_s = monotonic_s()
    deadline_s = started_s + within_s
    heard: dict[_Key, str | None] = {}
    while len(heard) < len(markets):
        try:
            key, reason = answers.get(timeout=max(deadline_s - monotonic_s(), 0.0))
        except Empty:
            break
        heard[key] = reason
        if reason is None:
            deadline_s = min(deadline_s, monotonic_s() + settle_s)
    for key in wires.keys() - heard.keys():
        wires[key].interrupt()
    waited_s = monotonic_s() - started_s
    return {key: heard.get(key, _unheard(key, waited_s)) for key in markets}


def _unheard(key: _Key, waited_s: float) -> str:
    return f"{key[0]} {key[1]} had not answered after {waited_s:.0f} s."


def _knock(
    key: _Key, wire: Wire, within_s: float, answers: "Queue[tuple[_Key, str | None]]"
) -> None:
    reason = None
    try:
        wire.open(within_s=within_s)
    except ConnectionLost as loss:
        reason = f"{key[0]} {key[1]}: {loss.reason}."
        if loss.refused:
            reason = f"{unavailable(*key, loss.code)}."
    finally:
        wire.close()
    answers.put((key, reason))
