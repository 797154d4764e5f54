"""Replay: raw recordings through the same decoders as live, at a speed of the trader's choice."""

from collections.abc import Callable, Iterator, Sequence
from heapq import merge
from operator import attrgetter
from pathlib import Path
from typing import Final, TypeAlias

from core.domain.errors import RecordingError
from core.domain.events import BookBegins, BookEnds, Listed, Trades
from core.domain.instrument import Instrument, InstrumentId, MarketKind, Venue
from core.domain.units import Ns
from data.feeds.health import HealthBoard
from data.sources.playback import MAX_SPEED, Playback
from data.sources.recorded_frames import RecordedFrames, Silent, with_silences
from data.store.raw_formats import RawFrame
from data.store.raw_log import RawLog
from data.store.raw_scan import scan

__all__ = ["MAX_SPEED", "ReplaySource"]

SILENT: Final = "nothing of this market was recorded for a minute"

_Frame: TypeAlias = RawFrame | Silent


class ReplaySource(Playback[_Frame]):
    """Plays raw recordings, merged by the time of arrival, with pause and seek.

    Books are kept from the recorded messages and from the answers to requests that were recorded;
    what only a new answer could mend stays as it is. A market that is silent for a minute loses
    its books, and syncs anew with its next message.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        *,
        speed: float = 1.0,
        health: HealthBoard,
        on_restart: Callable[[], None],
    ) -> None:
        """Read the recordings once, for their span and their instruments.

        Args:
            paths: files of one time or of one after another; of equal times the first file's go
                first.
            speed: recorded seconds per second, in (0, 1000]; ``inf`` = as fast as it goes.
            health: where refused frames are counted.
            on_restart: drops all that was submitted; called before a jump back is played.

        Raises:
            RecordingError: a file cannot be read at all, or none of them holds a trade or a book.
            ValueError: the speed is out of range.
        """
        self._logs = [RawLog(path) for path in paths]
        self._scan = scan(self._logs, books=True)
        if not any(self._scan.instruments.values()):
            names = ", ".join(path.name for path in paths)
            msg = f"{names} holds no trade and no book that can be played; choose another recording"
            raise RecordingError(msg)
        self._frames = RecordedFrames(self._scan.instruments, health)
        self._silent: set[tuple[Venue, MarketKind]] = set()
        super().__init__(
            f"replay-{paths[0].name}-{self._scan.first_ns}",
            (self._scan.first_ns, self._scan.last_ns),
            speed=speed,
            on_restart=on_restart,
        )

    def instruments(self) -> tuple[Instrument, ...]:
        """Return the instruments that trade, or have a book, in the recordings."""
        return tuple(each for listed in self._scan.instruments.values() for each in listed.values())

    def has_book(self, instrument_id: InstrumentId) -> bool:
        """Return whether anything of this instrument's book was recorded."""
        return instrument_id in self._scan.books

    def notes(self) -> tuple[str, ...]:
        """Return what is odd about the recordings."""
        lines = list(self._scan.problems)
        if self._scan.other_symbols:
            names = ", ".join(sorted(self._scan.other_symbols))
            lines.append(f"Not played, since neither spot nor a linear perpetual: {names}.")
        lines += [
            f"Tick and lot of {each.id} are the finest decimals in the recording."
            for each in self._scan.inferred
        ]
        return tuple(lines)

    def _begin(self) -> None:
        self._frames.begin()
        self._silent = set()
        for each in self.instruments():
            self._submit(Listed(each))
        for market in self._scan.instruments:
            self._begin_books(market)

    def _items(self) -> Iterator[tuple[Ns, _Frame]]:
        frames = [log.frames(answers=True) for log in self._logs]
        return with_silences(merge(*frames, key=attrgetter("ts_recv_ns")))

    def _take(self, item: _Frame) -> None:
        if isinstance(item, Silent):
            self._silent.add(item.market)
            for each in self._with_books(item.market):
                self._submit(BookEnds(each, SILENT, item.at_ns))
            return
        market = (item.venue, item.kind)
        if market in self._silent:
            self._silent.remove(market)
            self._begin_books(market)
        for event in self._frames.events(item):
            if isinstance(event, Trades):
                self.trades_played += len(event.rows)
            self._submit(event)

    def _begin_books(self, market: tuple[Venue, MarketKind]) -> None:
        for each in self._with_books(market):
            self._submit(BookBegins(each))

    def _with_books(self, market: tuple[Venue, MarketKind]) -> list[Instrument]:
        listed = self._scan.instruments.get(market, {})
        return [each for each in listed.values() if each.id in self._scan.books]
