"""Alert log: what was told of late, whose market it was of, and what can be opened of it."""

from datetime import UTC, datetime
from typing import Final

from core.domain.units import NS_PER_S
from data.alerts.outside import Sent
from data.alerts.standings import ToldLine, ToldView
from pages.figures.node import Node, node
from pages.figures.widgets import cell, chip, row, table

NOTHING: Final = "No alert has fired yet."
OFF: Final = "Outside services are off: settings.toml has no [alerts] urls."
_HEADS: Final = ("Time (UTC)", "Source", "Rule", "What", "Evidence", "")
SOURCE_TONES: Final = {"live": "buy", "simulated": "caution", "replay": "whale"}
_SENT: Final = 5


def draw(told: ToldView) -> list[Node]:
    """Return the table, and below it how alerts went to outside services."""
    if not told.lines:
        return [node("div", "ts-tone-quiet", NOTHING, stat="no-alerts"), *_outside(told)]
    return [table(_HEADS, [_row(each) for each in told.lines], name="alerts"), *_outside(told)]


def _row(told: ToldLine) -> Node:
    line = told.line
    source = line["source"]
    return row(
        cell(line["told_utc"], hover=f"known {line['known_utc']} on the source's clock"),
        node("td", "", "", chip(source.upper(), SOURCE_TONES.get(source, ""), hover=line["run"])),
        node("td", "ts-clip", line["name"], title=line["name"], stat="name"),
        node("td", "ts-clip-wide", line["text"], title=line["text"], stat="text"),
        cell(told.pack or "none", "" if told.pack == "complete" else "quiet", name="pack"),
        node("td", "ts-num", "", *(_actions(line["id"]) if told.pack else ())),
    )


def _actions(alert_id: str) -> list[Node]:
    pairs = (("replay", "Open in replay"), ("pack", "Take away"))
    return [
        node(
            "span",
            "ts-word ts-tone-frame",
            label,
            pick=f"{key}:{alert_id}",
            style="cursor: pointer; margin-left: 4px",
            action=key,
        )
        for key, label in pairs
    ]


def _outside(told: ToldView) -> list[Node]:
    if not told.is_on:
        return [node("div", "ts-tone-quiet", OFF, stat="outside-off")]
    return [_sent(each) for each in told.sent[:_SENT]]


def _sent(each: Sent) -> Node:
    at = f"{datetime.fromtimestamp(each.at_ns // NS_PER_S, UTC):%H:%M:%S} UTC"
    if each.problem:
        text = f"✕ {at} {each.service}: {each.alert_id or 'set-up'} was not sent, {each.problem}"
        return node("div", "ts-tone-sell", text, stat="sent")
    return node("div", "ts-tone-quiet", f"✓ {at} {each.service}: {each.alert_id} sent", stat="sent")
