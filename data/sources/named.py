"""Named source: the recordings that the settings name, as a market."""

from collections.abc import Callable

from core.domain.errors import RecordingError, TapescopeError
from data.feeds.health import HealthBoard
from data.settings import RECORDED, Settings
from data.sources.none import NoSource
from data.sources.recorded import recorded_source
from data.sources.replay import ReplaySource
from data.sources.source import Source
from data.store.store import Store


def named_source(
    settings: Settings, store: Store, health: HealthBoard, *, on_restart: Callable[[], None]
) -> Source:
    """Return what plays the recordings, or a source that says why they cannot be played.

    Args:
        settings: ``replay`` names them, ``speed`` is theirs.
        store: our own recordings.
        health: is told of files' channels.
        on_restart: called when the trader goes back in time.
    """
    try:
        return _played(settings, store, health, on_restart)
    except TapescopeError as error:
        return NoSource("idle", error.ui_message)


def _played(
    settings: Settings, store: Store, health: HealthBoard, on_restart: Callable[[], None]
) -> Source:
    named, speed = settings.replay, settings.speed
    if not named:
        raise RecordingError("no recording is named: set TAPESCOPE_REPLAY to its path")
    if str(named[0]).startswith(RECORDED):
        return recorded_source(store, str(named[0]), speed=speed, on_restart=on_restart)
    return ReplaySource(named, speed=speed, health=health, on_restart=on_restart)
