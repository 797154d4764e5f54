"""Pack: the evidence of one alert: five minutes on either side, as a recording of its own."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np

from core.calc.common_grid import factors
from core.calc.grade import Reason
from core.domain.arrays import BarArray
from core.domain.events import Channel, Gap, Rows
from core.domain.instrument import Instrument, InstrumentId
from core.domain.units import NS_PER_MINUTE, NS_PER_S, Ns
from data.alerts.alert import Alert, unit_of
from data.alerts.figures import FIGURES, watched
from data.alerts.market import Market
from data.rehearsal import held_past
from data.store.play import Played
from data.store.store import Store
from data.views.grade import GradedBars

REACH_NS: Final[Ns] = 5 * NS_PER_MINUTE
SETTLE_NS: Final[Ns] = 2 * NS_PER_S
"""Rows may come so late."""
RECORDINGS: Final = "recordings"
PARAMETERS: Final = "alert.json"
FIGURE: Final = "figure.json"
BEING_FILLED: Final = "being filled"
_WORDS: Final = {each: each.name.lower().replace("_", " ") for each in Reason}

Draw: TypeAlias = Callable[[BarArray, Instrument, Alert], Mapping[str, Any]]
"""Returns a Plotly figure of one-second bars around an alert."""


@dataclass(frozen=True, slots=True)
class Pack:
    """One pack that is being filled.

    Attributes:
        alert: whose.
        folder: its own.
        ids: of the alert's instrument, and of what stands beside it.
        run: the source's run and the engine's epoch; of another one nothing is taken.
    """

    alert: Alert
    folder: Path
    ids: tuple[InstrumentId, ...]
    run: tuple[str, int]

    @classmethod
    def begin(cls, alert: Alert, root: Path, market: Market) -> "Pack":
        """Make its folder, and say in it what it is of.

        Raises:
            OSError: it cannot be written.
        """
        ids = watched(alert.rule.spec, market.source.instruments())
        folder = root / alert.id
        folder.mkdir(parents=True)
        run = (alert.run_id, market.engine.epoch)
        made = cls(alert, folder, ids, run)
        made._write(PARAMETERS, _parameters(alert, made.span_ns, BEING_FILLED))
        return made

    @property
    def span_ns(self) -> tuple[Ns, Ns]:
        """First instant, and end, itself not included."""
        return self.alert.known_ns - REACH_NS, self.alert.known_ns + REACH_NS

    def is_over(self, now_ns: Ns) -> bool:
        """Return whether all that belongs in it has come."""
        return now_ns >= self.span_ns[1] + SETTLE_NS

    def fill(self, market: Market, store: Store, span_ns: tuple[Ns, Ns]) -> None:
        """Take what the engine holds of a part of the span.

        Raises:
            OSError: it cannot be written; RecordingError: another process writes there.
        """
        past = held_past(market.engine, self.ids, span_ns)
        for event in past.events() if past is not None else ():
            _append(store, self.alert.source, event)
        store.flush()

    def end(self, market: Market, store: Store, *, until_ns: Ns, cut: str) -> None:
        """Take what only the recordings have, and write what is said of all of it.

        Args:
            until_ns: it has everything before.
            cut: why it ends early, a clause; empty = it is whole.

        Raises:
            OSError: it cannot be written; RecordingError: another process writes there.
        """
        self._take_books(market, store)
        store.seal()
        tape = market.engine.tape(self.alert.rule.instrument)
        said = _parameters(self.alert, (self.span_ns[0], until_ns), "complete")
        if cut:
            said |= {"state": f"cut short: {cut}"}
        if tape is not None and not cut:
            said |= {"grade": _grades(market, self.alert, self.span_ns)}
        said |= {"recorded": _counts(store, self.alert.source)}
        self._write(PARAMETERS, said)

    def draw(self, market: Market, draw: Draw) -> None:
        """Write the figure.

        Raises:
            OSError: it cannot be written.
        """
        tape = market.engine.tape(self.alert.rule.instrument)
        if tape is not None:
            bars = tape.seconds.window(*self.span_ns)
            self._write(FIGURE, draw(bars, tape.instrument, self.alert))

    def _take_books(self, market: Market, store: Store) -> None:
        """Of books the engine holds no past; a recording of the live market does."""
        if not self.alert.is_live:
            return
        market.store.flush()
        for event in market.store.play(self.alert.source, self.ids, *self.span_ns):
            if isinstance(event, Rows) and event.channel is Channel.BOOK:
                _append(store, self.alert.source, event)

    def _write(self, name: str, said: Mapping[str, Any]) -> None:
        part = self.folder / f"{name}.part"
        part.write_text(json.dumps(said, indent=1, allow_nan=False), encoding="utf-8")
        part.replace(self.folder / name)


def _append(store: Store, source: str, event: Played) -> None:
    if isinstance(event, Gap):
        if event not in store.gaps(source, event.instrument_id):  # pieces share what is longer
            store.append_gap(source, event)
    elif isinstance(event, Rows):
        store.append_rows(source, event)
    else:
        store.append(source, event.instrument, event.channel, event.rows)


def _parameters(alert: Alert, span_ns: tuple[Ns, Ns], state: str) -> dict[str, Any]:
    return {
        "state": state,
        "id": alert.id,
        "rule": alert.rule.values(),
        "title": FIGURES[alert.rule.figure].title,
        "unit": unit_of(alert.rule.figure, None),
        "value": alert.value if isfinite(alert.value) else None,
        "text": alert.text,
        "source": alert.source,
        "run": alert.run_id,
        "known_ns": alert.known_ns,
        "told_ns": alert.told_ns,
        "from_ns": span_ns[0],
        "to_ns": span_ns[1],
    }


def _grades(market: Market, alert: Alert, span_ns: tuple[Ns, Ns]) -> list[dict[str, Any]]:
    """Return the data grade of each minute."""
    tape = market.engine.tape(alert.rule.instrument)
    if tape is None:
        return []
    first_ns = span_ns[0] // NS_PER_MINUTE * NS_PER_MINUTE
    opens_ns = np.arange(first_ns, span_ns[1], NS_PER_MINUTE)
    by = [factors(tape.instrument, tape.instrument)]
    now_ns = market.source.now_ns()
    found = GradedBars(NS_PER_MINUTE, "1m").update([tape], by, opens_ns, now_ns=now_ns)
    return [
        {
            "open_ns": int(found.open_ns[bar]),
            "grade": _known(found.grade[bar]),
            "reason": _WORDS[Reason(int(found.reason[bar]))],
            "book_grade": _known(found.book_grade[bar]),
        }
        for bar in range(found.open_ns.size)
    ]


def _known(value: float) -> float | None:
    return float(value) if isfinite(value) else None


def _counts(store: Store, source: str) -> dict[str, dict[str, int]]:
    """Return how many rows there are, by instrument and channel; of a book that is missing none."""
    out: dict[str, dict[str, int]] = {}
    for each in store.recordings(source):
        rows = out.setdefault(str(each.instrument.id), {})
        rows[str(each.channel)] = rows.get(str(each.channel), 0) + each.rows
    return out
