"""Alert toasts: what each alert says as it fires; the browser shows those that its tab has not."""

from data.alerts.alert import Alert
from data.alerts.standings import NewestView
from pages.figures.alert_log import SOURCE_TONES
from pages.figures.node import Node, node
from pages.figures.widgets import chip, said


def draw(newest: NewestView) -> list[Node]:
    """Return how many there were in which run, then each of the newest with its number."""
    head = node("span", "", "", run=newest.run, count=str(newest.count))
    return [head, *(_toast(number, alert) for number, alert in newest.told)]


def _toast(number: int, alert: Alert) -> Node:
    source = chip(alert.source.upper(), SOURCE_TONES.get(alert.source, ""))
    name = node("span", "ts-toast-name", alert.rule.name)
    sound = "yes" if alert.rule.sound else ""
    head = node("div", "", "", source, name)
    text = node("div", "", "", said(alert.text))
    return node("div", "", "", head, text, number=str(number), sound=sound)
