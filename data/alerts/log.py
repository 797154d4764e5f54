"""Log: every alert as a line of a CSV that is only ever added to."""

import csv
import io
import logging
from collections import deque
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Final

from core.domain.units import NS_PER_S
from data.alerts.alert import Alert
from data.exports.text import safe

SHOWN: Final = 1_000
"""So many of the newest are read back."""
_FIELDS: Final = (
    "id", "told_utc", "known_utc", "known_ns", "source", "run", "rule", "name", "figure",
    "instrument", "condition", "threshold", "hysteresis", "cool_down_s", "side", "value", "text",
)  # fmt: skip

_NUMBERS: Final = frozenset({"known_ns", "threshold", "hysteresis", "cool_down_s", "value"})

log = logging.getLogger(__name__)


class AlertLog:
    """The log of a workspace; any thread."""

    def __init__(self, path: Path) -> None:
        """Read its newest lines.

        Args:
            path: ``alerts.csv``; made with the first alert.
        """
        self.path = path
        self.problem = ""
        self._lock = Lock()
        self._lines: deque[Mapping[str, str]] = deque(self._read(), maxlen=SHOWN)

    def add(self, alert: Alert) -> None:
        """Add a line; one that the disk does not take is still shown, and ``problem`` says so."""
        line = {name: _plain(name, text) for name, text in _texts(alert).items()}
        with self._lock:
            self._lines.append(line)
            try:
                self._write(line)
                self.problem = ""
            except OSError as error:
                self.problem = f"{self.path.name} cannot be written ({error.strerror})"
                log.exception("an alert could not be logged")

    def newest(self, count: int = SHOWN) -> list[Mapping[str, str]]:
        """Return lines by the names of their columns, newest first; all is text."""
        with self._lock:
            return list(reversed(self._lines))[:count]

    def _write(self, line: Mapping[str, str]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        out = io.StringIO()
        writer = csv.DictWriter(out, _FIELDS, lineterminator="\n")
        if not self.path.exists():
            writer.writeheader()
        writer.writerow(line)
        with self.path.open("a", encoding="utf-8", newline="") as file:
            file.write(out.getvalue())  # in one piece: a line is there whole or not at all

    def _read(self) -> list[Mapping[str, str]]:
        try:
            with self.path.open(encoding="utf-8", newline="", errors="replace") as file:
                rows = [row for row in csv.DictReader(file) if row.get("id")]
        except FileNotFoundError:
            return []
        except (OSError, csv.Error) as error:
            self.problem = f"{self.path.name} cannot be read ({error})"
            return []
        return [{name: row.get(name) or "" for name in _FIELDS} for row in rows[-SHOWN:]]


def _plain(name: str, text: str) -> str:
    """Return a number as it is, and what is said so that no spreadsheet takes it for a formula."""
    return text if name in _NUMBERS else safe(text)


def _texts(alert: Alert) -> dict[str, str]:
    rule = alert.rule
    values = rule.values()
    chosen = ("name", "figure", "instrument", "condition", "threshold", "hysteresis", "side")
    return {
        "id": alert.id,
        "told_utc": _utc(alert.told_ns),
        "known_utc": _utc(alert.known_ns),
        "known_ns": str(alert.known_ns),
        "source": alert.source,
        "run": alert.run_id,
        "rule": rule.id,
        "cool_down_s": f"{rule.cool_down_s:g}",
        "value": f"{alert.value:.10g}",
        "text": alert.text,
    } | {name: str(values[name]) for name in chosen}


def _utc(ns: int) -> str:
    return f"{datetime.fromtimestamp(ns // NS_PER_S, UTC):%Y-%m-%d %H:%M:%S}"
