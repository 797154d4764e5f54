"""Standings: how every rule stands, and what was told of late, as a board asks for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from core.domain.instrument import Instrument
from data.alerts.alert import Alert, unit_of
from data.alerts.outside import Sent
from data.alerts.rule import Rule
from data.alerts.service import Alerts
from data.alerts.watcher import Standing
from data.clock import monotonic_s
from data.engine import Engine
from data.views.moment import Moment
from data.views.panel import Want

MOST_LINES: Final = 40
_LINES_EVERY_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule.

    Attributes:
        standing: None = it is not armed, or there is no market.
        unit: of its figure.
    """

    rule: Rule
    standing: Standing | None
    unit: str


@dataclass(frozen=True, slots=True)
class StandingsView:
    """How the rules stand.

    Attributes:
        rows: in the order in which the rules were made.
        problems: what is amiss with rules, log and packs, one sentence each.
    """

    rows: tuple[RuleRow, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StandingsSpec:
    """Whose rules."""

    alerts: Alerts

    def query(self) -> "StandingsQuery":
        """Return a new query that answers it."""
        return StandingsQuery(self.alerts)


class StandingsQuery:
    """Answers again and again what the watcher last found."""

    def __init__(self, alerts: Alerts) -> None:
        self._alerts = alerts

    def wants(self, listed: Sequence[Instrument]) -> Sequence[Want]:
        """Return nothing: the watcher asks for what it needs."""
        del listed
        return ()

    def view(self, engine: Engine, moment: Moment) -> StandingsView:
        """Return how the rules stand now."""
        del moment
        alerts, standings = self._alerts, self._alerts.standings()
        rows = []
        for rule in alerts.rules.all():
            tape = engine.tape(rule.instrument)
            unit = unit_of(rule.figure, tape.instrument if tape else None)
            rows.append(RuleRow(rule, standings.get(rule.id) if rule.armed else None, unit))
        problems = (*alerts.rules.problems, alerts.log.problem, alerts.packs.problem)
        return StandingsView(tuple(rows), tuple(filter(None, problems)))


@dataclass(frozen=True, slots=True)
class ToldLine:
    """One alert that was told.

    Attributes:
        line: of the log, by column; all is text.
        pack: what its pack says of itself; empty = it has none.
    """

    line: Mapping[str, str]
    pack: str


@dataclass(frozen=True, slots=True)
class ToldView:
    """What was told of late.

    Attributes:
        lines: MOST_LINES at most, newest first.
        count: how many lines there are in all, as far as they were read back.
        sent: how the newest went to outside services, newest first.
        is_on: any service is set up.
    """

    lines: tuple[ToldLine, ...]
    count: int
    sent: tuple[Sent, ...]
    is_on: bool


@dataclass(frozen=True, slots=True)
class ToldSpec:
    """Whose log."""

    alerts: Alerts

    def query(self) -> "ToldQuery":
        """Return a new query that answers it."""
        return ToldQuery(self.alerts)


class ToldQuery:
    """Answers again and again; the packs are looked at once a second."""

    def __init__(self, alerts: Alerts) -> None:
        self._alerts = alerts
        self._kept: tuple[float, int, ToldView] | None = None

    def wants(self, listed: Sequence[Instrument]) -> Sequence[Want]:
        """Return nothing: it rests on no market."""
        del listed
        return ()

    def view(self, engine: Engine, moment: Moment) -> ToldView:
        """Return what was told of late."""
        del engine, moment
        now_s, alerts = monotonic_s(), self._alerts
        if self._kept is not None:
            then_s, count, view = self._kept
            if count == alerts.count and now_s - then_s < _LINES_EVERY_S:
                return view
        count, every = alerts.count, alerts.log.newest()
        lines = tuple(ToldLine(each, _state(alerts, each["id"])) for each in every[:MOST_LINES])
        view = ToldView(lines, len(every), alerts.outside.sent(), alerts.outside.is_on)
        self._kept = now_s, count, view
        return view


@dataclass(frozen=True, slots=True)
class NewestView:
    """The newest alerts.

    Attributes:
        run: of the process.
        count: how many there were in it.
        told: with their numbers, oldest first.
    """

    run: str
    count: int
    told: tuple[tuple[int, Alert], ...]


@dataclass(frozen=True, slots=True)
class NewestSpec:
    """Whose alerts."""

    alerts: Alerts

    def query(self) -> "NewestQuery":
        """Return a new query that answers it."""
        return NewestQuery(self.alerts)


class NewestQuery:
    """Answers again and again."""

    def __init__(self, alerts: Alerts) -> None:
        self._alerts = alerts

    def wants(self, listed: Sequence[Instrument]) -> Sequence[Want]:
        """Return nothing: it rests on no market."""
        del listed
        return ()

    def view(self, engine: Engine, moment: Moment) -> NewestView:
        """Return the newest alerts."""
        del engine, moment
        return NewestView(self._alerts.run, *self._alerts.newest())


def _state(alerts: Alerts, alert_id: str) -> str:
    said: dict[str, Any] = alerts.packs.found(alert_id) or {}
    return str(said.get("state", ""))
