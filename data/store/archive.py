"""What is stored, to be read: by instrument, by channel, by span. Needs no right to write."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from core.domain.arrays import RowArray, TradeArray
from core.domain.events import Channel, Gap
from core.domain.instrument import Instrument, InstrumentId
from core.domain.units import Ns
from data.store import paths
from data.store.catalog import Catalog, Stored
from data.store.manifest import StoredFile, read_gaps
from data.store.reader import Merge
from data.store.recordings import Recording, recordings_of


class Archive:
    """Everything recorded, below one folder. Any thread; the files may be growing meanwhile."""

    def __init__(self, root: Path) -> None:
        """Make one; nothing is opened before it is needed.

        Args:
            root: ``recordings`` in the workspace.
        """
        self.root = root
        self._catalog = Catalog(root)

    def sources(self) -> list[str]:
        """Return the sources that something is stored of, sorted."""
        return [each for each in paths.sources(self.root) if self._has_any(each)]

    def instruments(self, source: str | None = None) -> list[Stored]:
        """Return the trades stored, by instrument; what was not flushed yet is not in it."""
        return list(self._catalog.stored(source))

    def recordings(
        self, source: str | None = None, instrument_id: InstrumentId | None = None
    ) -> list[Recording]:
        """Return what is stored by instrument, day and channel: for a list that a trader reads.

        Cheap: manifests and the sizes of files are looked at, rows are not, but for segments that
        a process left behind, and those once. Instruments are in the order of their folders, days
        oldest first, channels in the order of ``Channel``; a channel of which nothing is stored
        on a day has no entry.

        Args:
            source: one of ``sources()``; None = all of them.
            instrument_id: None = every instrument.
        """
        return [
            recording
            for each in ([source] if source is not None else paths.sources(self.root))
            for found, _ in paths.instruments(self.root, each)
            if instrument_id in (None, found)
            for recording in recordings_of(self._catalog, each, found, self._growing(each, found))
        ]

    def ids(self, source: str) -> list[InstrumentId]:
        """Return the instruments that a source has a folder of; cheap."""
        return [found for found, _ in paths.instruments(self.root, source)]

    def files(
        self,
        source: str,
        instrument_id: InstrumentId,
        since_ns: Ns,
        *,
        channel: Channel = Channel.TRADES,
    ) -> list[StoredFile]:
        """Return a channel's readable files with rows at or after an instant."""
        folder = paths.instrument_folder(self.root, source, instrument_id)
        first = paths.day_name(since_ns)
        days = [day for day in paths.days(folder) if day.name >= first]
        files = [file for day in days for file in self._catalog.files(day, channel)[0]]
        return [each for each in files if each.summary.last_ns >= since_ns]

    def last_ns(self, source: str, instrument_id: InstrumentId, channel: Channel) -> Ns | None:
        """Return the time of a channel's newest row, by its clock; None = nothing is stored."""
        folder = paths.instrument_folder(self.root, source, instrument_id)
        for day in reversed(paths.days(folder)):
            files = self._catalog.files(day, channel)[0]
            if files:
                return max(each.summary.last_ns for each in files)
        return None

    def grid(
        self, source: str, instrument_id: InstrumentId, channel: Channel | None = Channel.TRADES
    ) -> Instrument | None:
        """Return the instrument on whose grid ``read`` gives rows; None = nothing is stored.

        Args:
            channel: whose rows are to be read; None = a grid on which those of all are whole.
        """
        folder = paths.instrument_folder(self.root, source, instrument_id)
        known = self._catalog.grid(folder, channel)
        return None if known is None else known[0]

    def read_trades(
        self,
        source: str,
        instrument_id: InstrumentId,
        from_ns: Ns,
        to_ns: Ns,
        *,
        grid: Instrument | None = None,
    ) -> Iterator[TradeArray]:
        """Yield the trades in ``[from_ns, to_ns)``, as ``read`` does."""
        span = from_ns, to_ns
        yield from self.read(source, instrument_id, Channel.TRADES, span, grid=grid)

    def read(
        self,
        source: str,
        instrument_id: InstrumentId,
        channel: Channel,
        span: tuple[Ns, Ns],
        *,
        grid: Instrument | None = None,
    ) -> Iterator[RowArray]:
        """Yield a channel's rows in ``[from, to)``, in order.

        Trades are sorted by the venue's time, and each ``(time, id)`` comes once. All else is in
        the order of its arrival, and ``span`` is of ``ts_recv_ns``; a message of a book is never
        cut in two, but may be spread over two blocks. What several files hold comes once.

        Blocks are of any size above zero; about two row groups are held at a time. Files that
        cannot be read are left out; ``Recording.problems`` names them.

        Args:
            span: first instant, and end, itself not included.
            grid: whose ticks and lots are wanted; None = ``grid(...)``. The steps of all files in
                the span must be whole on it.
        """
        folder = paths.instrument_folder(self.root, source, instrument_id)
        if grid is None:
            grid = self.grid(source, instrument_id, channel)
        if grid is not None:
            yield from Merge(self._catalog, folder, grid, channel).blocks(*span)

    def gaps(
        self, source: str, instrument_id: InstrumentId, channel: Channel | None = None
    ) -> list[Gap]:
        """Return where rows of an instrument are missing, in the order it was noted.

        Args:
            channel: of which rows; None = of all channels.
        """
        folder = paths.instrument_folder(self.root, source, instrument_id)
        found = read_gaps(folder, instrument_id)
        return [each for each in found if channel in (None, each.channel)]

    def _growing(self, source: str, instrument_id: InstrumentId) -> frozenset[str]:
        """Return the dates of an instrument that this process is writing."""
        folder = paths.instrument_folder(self.root, source, instrument_id)
        return frozenset(day.name for day in self._written_days() if day.parent == folder)

    def _written_days(self) -> Sequence[Path]:
        return ()

    def _has_any(self, source: str) -> bool:
        return any(paths.days(folder) for _, folder in paths.instruments(self.root, source))
