"""Rules: what the trader wants to be told of, kept in the workspace."""

import os
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Any, Final

import tomlkit

from core.domain.errors import SettingsError
from data.alerts.figures import FIGURES
from data.alerts.rule import Rule, rule_of
from data.thresholds import DEFAULTS, Thresholds

MOST_RULES: Final = 100


class Rules:
    """The rules of a workspace; any thread. Each change is on the disk before it counts."""

    def __init__(self, path: Path, thresholds: Callable[[], Thresholds] = lambda: DEFAULTS) -> None:
        """Read them.

        Args:
            path: ``alerts.toml``; where it is not there, there are no rules.
            thresholds: returns those of the settings as they are now; any thread.
        """
        self._path = path
        self._thresholds = thresholds
        self._lock = Lock()
        self.problems: tuple[str, ...] = ()
        self._rules: tuple[Rule, ...] = ()
        self._refused: list[Mapping[str, Any]] = []
        self._is_readable = True
        self._read()

    def all(self) -> tuple[Rule, ...]:
        """Return them in the order in which they were made, each ``meant`` as it is now."""
        return tuple(map(self.meant, self._rules))

    def meant(self, rule: Rule) -> Rule:
        """Return a rule as the settings have it now: what a wall is, where it is of walls.

        A rule that is meant otherwise than before is another one to its watcher: it is armed anew,
        since a figure that jumps with a setting has crossed nothing.
        """
        if not FIGURES[rule.figure].in_btc:
            return rule
        return replace(rule, wall_btc_base=self._thresholds().wall_btc_base)

    def add(self, rule: Rule) -> None:
        """Keep a rule, in the place of the one of its id if there is one.

        Raises:
            SettingsError: there are too many, or the file cannot be written.
        """
        with self._lock:
            known = [each.id for each in self._rules]
            if rule.id in known:
                self._write([rule if each.id == rule.id else each for each in self._rules])
                return
            if len(known) >= MOST_RULES:
                msg = f"there can be {MOST_RULES} rules; delete one first"
                raise SettingsError(msg)
            self._write([*self._rules, rule])

    def arm(self, rule_id: str, *, on: bool) -> None:
        """Watch a rule, or no longer.

        Raises:
            SettingsError: the file cannot be written.
        """
        with self._lock:
            self._write([replace(r, armed=on) if r.id == rule_id else r for r in self._rules])

    def delete(self, rule_id: str) -> None:
        """Forget a rule.

        Raises:
            SettingsError: the file cannot be written.
        """
        with self._lock:
            self._write([each for each in self._rules if each.id != rule_id])

    def _read(self) -> None:
        """Read what can be read; what cannot is named, and stays in the file."""
        found: dict[str, Rule] = {}
        problems: list[str] = []
        tables = self._tables(problems)
        for number, values in enumerate(tables, 1):
            try:
                rule = rule_of(values)
                found[rule.id] = rule
            except SettingsError as error:
                problems.append(f"{self._path.name}, rule {number}: {error}")
                self._refused.append(values)
        self._rules, self.problems = tuple(found.values()), tuple(problems)

    def _tables(self, problems: list[str]) -> list[Mapping[str, Any]]:
        try:
            tables = tomllib.loads(self._path.read_text(encoding="utf-8")).get("rule", [])
        except FileNotFoundError:
            return []
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            self._is_readable = False
            problems.append(f"{self._path.name} cannot be read ({error}); mend or remove it")
            return []
        if isinstance(tables, list) and all(isinstance(each, dict) for each in tables):
            return tables
        self._is_readable = False
        problems.append(f"{self._path.name}: rules must be tables [[rule]]")
        return []

    def _write(self, rules: Sequence[Rule]) -> None:
        if not self._is_readable:
            msg = f"{self._path} could not be read; mend or remove it, and start again"
            raise SettingsError(msg)
        text = tomlkit.dumps({"rule": [*(each.values() for each in rules), *self._refused]})
        part = self._path.with_name(f"{self._path.name}.{os.getpid()}.part")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            part.write_text(text, encoding="utf-8")
            part.replace(self._path)
        except OSError as error:
            msg = f"{self._path} cannot be written ({error.strerror}); the rules stay as they were"
            raise SettingsError(msg) from error
        self._rules = tuple(rules)
