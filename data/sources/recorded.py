"""Recorded: what Tapescope itself recorded, played again with all its channels."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from core.domain.errors import RecordingError
from core.domain.events import Channel, Gap, Listed, TradeBlock
from core.domain.instrument import Instrument, InstrumentId
from core.domain.units import NS_PER_DAY, Ns
from data.settings import RECORDED
from data.sources.playback import Playback
from data.store import paths
from data.store.play import Played
from data.store.recordings import Recording
from data.store.store import Store

_FORM: Final = f"{RECORDED}<source>/<instrument>/<day>"
_EXAMPLE: Final = f"{RECORDED}live/binance.perp.BTCUSDT/2026-11-21"


class RecordedSource(Playback[Played]):
    """Plays a span of the store, in the order of arrival, with pause and seek."""

    def __init__(
        self,
        store: Store,
        source: str,
        ids: Sequence[InstrumentId],
        span_ns: tuple[Ns, Ns],
        *,
        speed: float = 1.0,
        on_restart: Callable[[], None],
    ) -> None:
        """Look what the store has.

        Args:
            source: who recorded, one of ``store.sources()``.
            ids: at least one; the first names the run.
            span_ns: first instant, and end, itself not included.
            speed: recorded seconds per second, in (0, 1000]; ``inf`` = as fast as it goes.
            on_restart: drops all that was submitted; called before a jump back is played.

        Raises:
            RecordingError: nothing was recorded of one of ``ids`` in the span.
            ValueError: the speed is out of range, ``ids`` is empty, or ``source`` is no name.
        """
        if not ids:
            msg = "at least one instrument must be named to be played"
            raise ValueError(msg)
        self._store = store
        self._source = source
        self._instruments = {
            each: _listed(store.grid(source, each, None), source, each)
            for each in dict.fromkeys(ids)
        }
        self._wanted_ns = span_ns
        self._held = [
            recording
            for each in self._instruments
            for recording in _inside(store.recordings(source, each), each, span_ns)
        ]
        first_ns = max(min(each.first_ns for each in self._held), span_ns[0])
        last_ns = min(max(each.last_ns for each in self._held), span_ns[1])
        super().__init__(
            f"replay-{source}-{paths.day_name(first_ns)}-{ids[0]}-{first_ns}",
            (first_ns, max(first_ns, last_ns)),
            speed=speed,
            on_restart=on_restart,
        )

    def instruments(self) -> tuple[Instrument, ...]:
        """Return the instruments that were asked for."""
        return tuple(self._instruments.values())

    def has_book(self, instrument_id: InstrumentId) -> bool:
        """Return whether anything of this instrument's book was recorded in the span."""
        return any(
            each.instrument.id == instrument_id and each.channel is Channel.BOOK
            for each in self._held
        )

    def notes(self) -> tuple[str, ...]:
        """Return what cannot be read, once each."""
        return tuple(dict.fromkeys(line for each in self._held for line in each.problems))

    def _begin(self) -> None:
        for each in self._instruments.values():
            self._submit(Listed(each))

    def _items(self) -> Iterator[tuple[Ns, Played]]:
        for event in self._store.play(self._source, list(self._instruments), *self._wanted_ns):
            yield min(_arrived_ns(event), self.span_ns[1]), event

    def _take(self, item: Played) -> None:
        if isinstance(item, TradeBlock):
            self.trades_played += item.rows.size
        self._submit(item)


def recorded_source(
    store: Store, name: str, *, speed: float = 1.0, on_restart: Callable[[], None]
) -> RecordedSource:
    """Return the source that plays one day.

    Args:
        name: ``store:<source>/<instrument>/<day>``, for example
            ``store:live/binance.perp.BTCUSDT/2026-11-21``; several instruments with commas.
        speed: as in RecordedSource.
        on_restart: as in RecordedSource.

    Raises:
        RecordingError: the name is not of this form, or nothing was recorded of it.
        ValueError: the speed is out of range.
    """
    # A symbol may have slashes, a source and a day have none.
    source, _, rest = name.removeprefix(RECORDED).partition("/")
    symbols, _, day = rest.rpartition("/")
    try:
        ids = [InstrumentId.parse(each) for each in symbols.split(",")]
        from_ns = paths.day_start_ns(day)
        paths.source_folder(store.root, source)
    except ValueError as error:
        msg = f"{name[:120]} names no recording: {error}; write {_FORM}, for example {_EXAMPLE}"
        raise RecordingError(msg) from error
    span_ns = (from_ns, from_ns + NS_PER_DAY)
    return RecordedSource(store, source, ids, span_ns, speed=speed, on_restart=on_restart)


def _listed(known: Instrument | None, source: str, wanted: InstrumentId) -> Instrument:
    if known is None:
        msg = f"nothing of {wanted} was recorded by {source}; choose another recording"
        raise RecordingError(msg)
    return known


def _inside(
    recordings: Sequence[Recording], wanted: InstrumentId, span_ns: tuple[Ns, Ns]
) -> list[Recording]:
    """Return those with rows in the span.

    Raises:
        RecordingError: there are none; the message says of which days there are.
    """
    from_ns, to_ns = span_ns
    found = [each for each in recordings if each.first_ns < to_ns and each.last_ns >= from_ns]
    found = [each for each in found if each.rows]
    if not found:
        days = sorted({each.date for each in recordings if each.rows})
        held = f"there is something of {', '.join(days)}" if days else "there is nothing at all"
        msg = f"nothing of {wanted} was recorded on {paths.day_name(from_ns)}; {held}"
        raise RecordingError(msg)
    return found


def _arrived_ns(event: Played) -> Ns:
    """Return when all of an event had arrived; what came over REST bears the venue's time."""
    if isinstance(event, Gap):
        return event.from_ns
    newest_ns = int(event.rows["ts_recv_ns"].max())
    return newest_ns or int(event.rows["ts_event_ns"].max())
