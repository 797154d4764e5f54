"""Alerts: how the rules stand, and what was told of late."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from data.alerts.service import Alerts
from data.alerts.standings import NewestSpec, StandingsSpec, ToldSpec
from data.views.panel import PanelSpec
from pages.boards.board import BoardScene
from pages.figures import alert_log, alert_rules, alert_toasts
from pages.figures.node import Node
from pages.figures.widgets import said


@dataclass(frozen=True, slots=True)
class RulesBoard:
    """The rules of a run, live."""

    alerts: Alerts

    def questions(self) -> Mapping[str, PanelSpec]:
        """Return what is asked: how they stand."""
        return {"rules": StandingsSpec(self.alerts)}

    def draw(self, scene: BoardScene) -> Sequence[Node]:
        """Return the table of rules, and what is amiss above it."""
        found = scene.found.get("rules")
        if found is None:
            return ()
        problems = [said(each, "caution") for each in found.problems]
        return [*problems, alert_rules.draw(found.rows, scene.moment)]


@dataclass(frozen=True, slots=True)
class ToldBoard:
    """The newest lines of the log."""

    alerts: Alerts

    def questions(self) -> Mapping[str, PanelSpec]:
        """Return what is asked: what was told."""
        return {"told": ToldSpec(self.alerts)}

    def draw(self, scene: BoardScene) -> Sequence[Node]:
        """Return the table of alerts."""
        found = scene.found.get("told")
        return alert_log.draw(found) if found is not None else ()


@dataclass(frozen=True, slots=True)
class ToastsBoard:
    """The newest alerts as they fire."""

    alerts: Alerts

    def questions(self) -> Mapping[str, PanelSpec]:
        """Return what is asked: the newest alerts of the process."""
        return {"newest": NewestSpec(self.alerts)}

    def draw(self, scene: BoardScene) -> Sequence[Node]:
        """Return one element per alert."""
        found = scene.found.get("newest")
        return alert_toasts.draw(found) if found is not None else ()
