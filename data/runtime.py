"""The one run of this process: settings, source and engine."""

import logging
import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from threading import Lock, Thread
from types import ModuleType
from typing import Final

from core.domain.errors import SettingsError
from core.domain.instrument import InstrumentId, MarketKind, Venue
from core.domain.units import Ns
from data import kernels
from data.alerts.service import Alerts
from data.engine import Engine
from data.feeds.health import HealthBoard
from data.remembered import Value, remember
from data.settings import Settings, chosen, load_settings, workspace
from data.sources.live import LiveSource
from data.sources.named import named_source
from data.sources.none import NoSource
from data.sources.probe import probe
from data.sources.recorded import RecordedSource
from data.sources.simulated import SimulatedSource
from data.sources.source import Source
from data.store.recorder import Recorder
from data.store.session import Session
from data.store.store import Store

log = logging.getLogger(__name__)

PROJECT: Final = Path(__file__).resolve().parent.parent
_HOLDER: Final = "tapescope_runtime"
_making: Final = Lock()
_FAILED: Final = "The market could not be started; the log of the server says why."
_ASKING: Final = "Asking the exchanges whether they answer from here."


class Runtime:
    """Chooses the source, runs it into the engine, and ends both.

    Attributes:
        settings: as loaded; a file that cannot be read leaves the defaults and a note.
        engine: the one engine of the process.
        health: the state of every channel.
        source: where the market comes from now.
        store: what was recorded, of every source.
        session: the recording of the live source; None = another source, or it is switched off in
            the settings.
        alerts: the trader's rules, and what watches them.
    """

    def __init__(self, settings: Settings, *, notes: tuple[str, ...] = ()) -> None:
        self.settings = settings
        self.engine = Engine()
        self.health = HealthBoard()
        self.source: Source = NoSource("starting", _ASKING)
        self.store = Store(settings.home / "recordings")
        self.session: Session | None = None
        self.alerts = Alerts(self, settings.home, settings.alerts)
        self._notes = notes
        self._reasons: tuple[str, ...] = ()
        self._lock = Lock()
        self._remembering = Lock()  # two tabs may choose at once
        self._stopped = False
        self._chooser: Thread | None = None

    def start(self) -> None:
        """Start the engine at once; the source follows as soon as it is chosen (<= 5 s)."""
        self.engine.start()
        self.alerts.start()
        self._choose_in_background(self._choose)

    def stop(self) -> None:
        """Stop the source, write what is queued, stop the engine."""
        self._stopped = True
        self.alerts.stop()
        with self._lock:
            source = self.source
        source.stop()
        if self._chooser is not None:
            self._chooser.join()
        self.engine.stop()
        if self.session is not None:
            self.session.pause(now_ns=source.now_ns())
        try:
            self.store.close()
        except OSError:
            log.exception("the last trades could not be recorded")

    def retry_live(self) -> None:
        """Ask the venues again; when one answers, its market replaces the present one."""
        self._choose_in_background(self._choose_live_again)

    def play(
        self,
        source: str,
        ids: Sequence[InstrumentId],
        from_ns: Ns,
        to_ns: Ns,
        *,
        store: Store | None = None,
    ) -> None:
        """Replace the market by a span of what was recorded; it is not recorded meanwhile.

        Args:
            source: who recorded it, one of ``store.sources()``.
            ids: at least one.
            store: where it was recorded; None = in the workspace.

        Raises:
            RecordingError: nothing was recorded of one of them in the span.
        """
        played, clear = store or self.store, self.engine.clear
        self._use(RecordedSource(played, source, ids, (from_ns, to_ns), on_restart=clear))

    def stop_playing(self) -> None:
        """Go back to the market that the settings choose."""
        self._choose_in_background(self._choose)

    @property
    def choosing(self) -> bool:
        """Whether the venues are being asked right now."""
        return self._chooser is not None and self._chooser.is_alive()

    def notes(self) -> tuple[str, ...]:
        """Return what the trader should know about the source, one sentence each."""
        recording = self.session.notes() if self.session is not None else ()
        return self._notes + self._reasons + self.source.notes() + recording

    @property
    def recorder(self) -> Recorder | None:
        """What records the live market; None = it is not being recorded."""
        return self.session.recorder if self.session is not None else None

    def record(self, *, on: bool) -> None:
        """Switch the recording of the live market on or off; the time between is a stored gap."""
        with self._lock:
            session = self.session
            if session is None or on == (session.recorder is not None) or self._stopped:
                return
            now_ns = self.source.now_ns()
            recorder = session.record(self.engine.ids(), now_ns=now_ns) if on else None
            self.engine.tap(*([recorder] if recorder is not None else []))
            if not on:
                self.engine.settle()
                session.pause(now_ns=now_ns)

    def remember(self, key: str, value: Value) -> None:
        """Keep what was chosen on a page, for the next page and the next start.

        Args:
            key: a setting that pages choose, ``thresholds.<name>`` for one threshold.
            value: None = the default.

        Raises:
            SettingsError: there is no such setting or its value cannot be, and nothing has
                changed; or settings.toml cannot be written, and pages of this run know it all the
                same.
        """
        with self._remembering:
            self.settings = chosen(self.settings, key, value)
        remember(self.settings.home / "settings.toml", key, value)

    def _choose_in_background(self, choose: Callable[[], None]) -> None:
        with self._lock:
            if self._stopped or self.choosing:
                return
            target = partial(self._choose_guarded, choose)
            self._chooser = Thread(target=target, name="choose-source", daemon=True)
            self._chooser.start()

    def _choose_guarded(self, choose: Callable[[], None]) -> None:
        try:
            choose()
        except Exception:
            log.exception("the market could not be started")
            self._use(NoSource("idle", _FAILED))

    def _choose(self) -> None:
        choice = self.settings.source
        if choice == "auto":
            live, reasons = self._probe()
            self._reasons = reasons
            self._use(self._live() if live else self._simulated())
        elif choice == "live":
            self._use(self._live())
        elif choice == "replay":
            clear = self.engine.clear
            self._use(named_source(self.settings, self.store, self.health, on_restart=clear))
        else:
            self._use(self._simulated())

    def _choose_live_again(self) -> None:
        live, reasons = self._probe()
        self._reasons = reasons
        if live:
            self._use(self._live())

    def _probe(self) -> tuple[bool, tuple[str, ...]]:
        answers = probe(self.settings.endpoints)
        reasons = tuple(reason for reason in answers.values() if reason is not None)
        return len(reasons) < len(answers), reasons

    def _live(self) -> Source:
        settings = self.settings
        return LiveSource(
            settings.instruments,
            endpoints=settings.endpoints,
            health=self.health,
            keep=self._keep if settings.record and settings.record_raw else None,
        )

    def _keep(
        self, venue: Venue, kind: MarketKind, raw: bytes, ts_recv_ns: Ns, *, asked: str = ""
    ) -> None:
        """Let the session, if there is one, keep a frame as it arrived."""
        session = self.session
        if session is not None:
            session.keep(venue, kind, raw, ts_recv_ns, asked=asked)

    def _simulated(self) -> Source:
        return SimulatedSource(seed=self.settings.seed, speed=self.settings.speed)

    def _use(self, source: Source) -> None:
        """Replace the source; nothing of the old one stays in the buffers."""
        with self._lock:
            if self._stopped:
                return
            self.source.stop()
            self.engine.tap()
            self.engine.clear()
            self._end_session()
            self.source = source
            health = self.health if isinstance(source, LiveSource) else None
            self.engine.follow(source.ask, now_ns=source.now_ns, health=health)
            if isinstance(source, LiveSource) and self.settings.record:
                self._begin_session(source)
            source.start(self.engine.submit)
        log.info("source: %s", source.run_id)

    def _begin_session(self, source: LiveSource) -> None:
        """Put back what was recorded, then record what comes, and what is missing in between."""
        settings = self.settings
        session = self.session = Session(
            self.store,
            source.name,
            keep_days=settings.retain_days,
            keep_gb=settings.retain_gb,
            books=settings.record_books,
            raw=settings.record_raw,
        )
        session.restore(self.engine.submit, now_ns=source.now_ns(), is_over=lambda: self._stopped)
        now_ns = source.now_ns()
        recorder = session.record(now_ns=now_ns)
        if recorder is not None:
            self.engine.tap(recorder)
        for gap in session.gaps(now_ns):
            self.engine.submit(gap)
        source.go_on_from(session.known(now_ns))

    def _end_session(self) -> None:
        session, self.session = self.session, None
        if session is not None:
            self.engine.settle()
            session.pause(now_ns=self.source.now_ns())


def runtime() -> Runtime:
    """Return the process's one runtime, made and started at the first call.

    It is held by a module that has no file: Streamlit's watcher evicts edited modules, and a
    second engine would be a second writer.
    """
    with _making:  # tabs may ask at once
        holder = sys.modules.setdefault(_HOLDER, ModuleType(_HOLDER))
        if not hasattr(holder, "runtime"):
            holder.runtime = from_environment()  # type: ignore[attr-defined]
            holder.runtime.start()
            kernels.start(holder.runtime.settings)
        return holder.runtime  # type: ignore[no-any-return]


def stop_runtime() -> None:
    """Stop the process's runtime, if it was ever made."""
    holder = sys.modules.pop(_HOLDER, None)
    if holder is not None and hasattr(holder, "runtime"):
        holder.runtime.stop()


def from_environment() -> Runtime:
    """Return a runtime of the settings file and the environment; not started."""
    try:
        return Runtime(load_settings(os.environ, project=PROJECT))
    except SettingsError as error:
        defaults = Settings(home=workspace(os.environ, project=PROJECT))
        return Runtime(defaults, notes=(f"Defaults are in use: {error.ui_message}.",))
