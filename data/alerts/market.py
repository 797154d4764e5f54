"""Market: what alerts look at; the run of the process."""

from typing import Final, Protocol

from data.engine import Engine
from data.feeds.health import HealthBoard
from data.settings import Settings
from data.sources.source import Source
from data.store.store import Store

NO_MARKET: Final = ("starting", "idle")
"""Names of sources that have nothing to look at."""


class Market(Protocol):
    """What is watched.

    Attributes:
        engine: holds it.
        health: what its channels are worth, where the source is live.
        source: where it comes from now.
        store: what was recorded.
        settings: as they are now; another object where one is changed.
    """

    engine: Engine
    health: HealthBoard
    source: Source
    store: Store
    settings: Settings
