"""Alerts of a run: rules, what watches them, the log, the packs, and who is told."""

from collections import deque
from pathlib import Path
from secrets import token_hex
from threading import Lock
from typing import Final

from data.alerts.alert import Alert
from data.alerts.log import AlertLog
from data.alerts.market import Market
from data.alerts.outside import Outside
from data.alerts.packs import Packs
from data.alerts.rules import Rules
from data.alerts.watcher import Standing, Watcher
from data.setting_values import Outlets

_KEPT: Final = 8


class Alerts:
    """What pages see of alerts.

    Attributes:
        rules: of the workspace.
        log: of the workspace.
        outside: services that people use.
        packs: the evidence.
        run: a name of this run of the process, in which alerts are counted.
    """

    def __init__(self, market: Market, home: Path, outlets: Outlets) -> None:
        """Make them; ``start`` begins.

        Args:
            home: the workspace.
            outlets: outside services.
        """
        self.rules = Rules(home / "alerts.toml", lambda: market.settings.thresholds)
        self.log = AlertLog(home / "alerts.csv")
        self.outside = Outside(outlets.urls)
        self.packs = Packs(market, home / "alerts")
        self._tests = outlets.tests
        self._watcher = Watcher(market, self.rules, self._tell)
        self._lock = Lock()
        self.run = token_hex(4)
        self._count = 0
        self._told: deque[tuple[int, Alert]] = deque(maxlen=_KEPT)

    def start(self) -> None:
        """Start watching."""
        self.outside.start()
        self.packs.start()
        self._watcher.start()

    def stop(self) -> None:
        """Stop watching."""
        self._watcher.stop()
        self.packs.stop()
        self.outside.stop()

    @property
    def count(self) -> int:
        """How many alerts there were in this run of the process."""
        return self._count

    def newest(self) -> tuple[int, tuple[tuple[int, Alert], ...]]:
        """Return how many alerts there were, and the newest of them with their numbers."""
        with self._lock:
            return self._count, tuple(self._told)

    def standings(self) -> dict[str, Standing]:
        """Return how the armed rules stand, by their ids."""
        return self._watcher.standings()

    def _tell(self, alert: Alert) -> None:
        self.log.add(alert)
        self.packs.begin(alert)
        if alert.rule.outside and (alert.is_live or self._tests):
            self.outside.send(alert)
        with self._lock:
            self._count += 1
            self._told.append((self._count, alert))
