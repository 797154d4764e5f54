"""Packs: the evidence of every alert, filled in a thread of its own, found by the alert's id."""

import io
import json
import logging
import re
import shutil
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, Queue
from threading import Event, Thread
from typing import Any, Final

from core.domain.errors import RecordingError
from core.domain.units import NS_PER_S, Ns
from data.alerts.alert import Alert
from data.alerts.market import Market
from data.alerts.pack import BEING_FILLED, PARAMETERS, RECORDINGS, SETTLE_NS, Draw, Pack
from data.store.store import Store

MOST_FILLING: Final = 20
"""So many are filled at once; an alert more has none."""
MOST_KEPT: Final = 300
EVERY_NS: Final[Ns] = 10 * NS_PER_S
"""What comes is taken so often: as much is lost where the market is replaced."""
_LOOK_S: Final = 0.5
_ID: Final = re.compile(r"[0-9A-Za-z]{1,40}(-[0-9A-Za-z]{1,40}){1,3}")
_REPLACED: Final = "the market was replaced before five minutes were over"
_CLOSED: Final = "Tapescope was closed before five minutes were over"
_ENDED: Final = "Tapescope ended before it was whole"

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Filling:
    """A pack on its way.

    Attributes:
        until_ns: what happened before is in it.
    """

    pack: Pack
    store: Store
    until_ns: Ns = field(init=False)

    def __post_init__(self) -> None:
        self.until_ns = self.pack.span_ns[0]


class Packs:
    """Packs below one folder; any thread.

    Attributes:
        draw: makes the figure of a pack; None = packs have none.
        problem: why the last one could not be written, one sentence; empty = it could.
    """

    def __init__(self, market: Market, root: Path) -> None:
        """Make it; ``start`` begins.

        Args:
            root: ``alerts`` in the workspace.
        """
        self.draw: Draw | None = None
        self.problem = ""
        self._market, self._root = market, root
        self._queue: Queue[Alert] = Queue()
        self._filling: list[_Filling] = []
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="alerts-packs", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Write what there is, and end the thread."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def begin(self, alert: Alert) -> None:
        """Fill a pack for an alert; returns at once."""
        self._queue.put(alert)

    def found(self, alert_id: str) -> dict[str, Any] | None:
        """Return what a pack says of itself; None = there is none."""
        if not _ID.fullmatch(alert_id):
            return None
        try:
            said = json.loads((self._root / alert_id / PARAMETERS).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        if not isinstance(said, dict):
            return None
        is_filling = any(each.pack.alert.id == alert_id for each in self._filling)
        if said.get("state") == BEING_FILLED and not is_filling:
            said["state"] = f"cut short: {_ENDED}"
        return said

    def store_of(self, alert_id: str) -> Store:
        """Return the recordings of a pack, to be played.

        Raises:
            RecordingError: there is no such pack.
        """
        if self.found(alert_id) is None:
            msg = f"there is no pack {alert_id[:80]}; it may have been deleted"
            raise RecordingError(msg)
        return Store(self._root / alert_id / RECORDINGS)

    def zipped(self, alert_id: str) -> bytes:
        """Return a pack as one file.

        Raises:
            RecordingError: there is no such pack.
        """
        root, out = self.store_of(alert_id).root.parent, io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
            for path in sorted(root.rglob("*")):
                if path.is_file() and path.name != ".lock":
                    file.write(path, f"{alert_id}/{path.relative_to(root)}")
        return out.getvalue()

    def _run(self) -> None:
        while not self._stopping.wait(_LOOK_S):
            self._take_new()
            self._fill()
        self._take_new()
        for each in self._filling:
            self._end(each, cut=_CLOSED)

    def _take_new(self) -> None:
        while True:
            try:
                alert = self._queue.get_nowait()
            except Empty:
                return
            if len(self._filling) >= MOST_FILLING:
                self.problem = f"{MOST_FILLING} packs were being filled; {alert.id} has none"
                continue
            try:
                pack = Pack.begin(alert, self._root, self._market)
                self._filling.append(_Filling(pack, Store(pack.folder / RECORDINGS)))
                self._let_go()
            except OSError as error:
                self._failed(error)

    def _fill(self) -> None:
        now_ns = self._market.source.now_ns()
        for each in list(self._filling):
            if self._run_now() != each.pack.run:
                self._filling.remove(each)
                self._end(each, cut=_REPLACED)
            elif each.pack.is_over(now_ns):
                self._filling.remove(each)
                self._end(each, cut="")
            elif now_ns - SETTLE_NS >= each.until_ns + EVERY_NS:
                self._guarded(each, now_ns - SETTLE_NS)

    def _run_now(self) -> tuple[str, int]:
        return self._market.source.run_id, self._market.engine.epoch

    def _guarded(self, each: _Filling, to_ns: Ns) -> None:
        try:
            self._take(each, to_ns)
        except (OSError, RecordingError) as error:
            self._failed(error)

    def _take(self, each: _Filling, to_ns: Ns) -> None:
        to_ns = min(to_ns, each.pack.span_ns[1])
        if to_ns > each.until_ns:
            each.pack.fill(self._market, each.store, (each.until_ns, to_ns))
            each.until_ns = to_ns

    def _end(self, each: _Filling, *, cut: str) -> None:
        try:
            if self._run_now() == each.pack.run:
                self._take(each, self._market.source.now_ns() + 1)
            each.pack.end(self._market, each.store, until_ns=each.until_ns, cut=cut)
            if self.draw is not None and self._run_now() == each.pack.run:
                each.pack.draw(self._market, self.draw)
            each.store.close()
        except (OSError, RecordingError) as error:
            self._failed(error)

    def _failed(self, error: Exception) -> None:
        self.problem = f"a pack could not be written ({error})"
        log.exception("a pack could not be written")

    def _let_go(self) -> None:
        """Delete the oldest packs beyond those that are kept."""
        folders = sorted(each for each in self._root.iterdir() if _ID.fullmatch(each.name))
        for folder in folders[:-MOST_KEPT]:
            shutil.rmtree(folder)
