"""Tables: rows as HTML, with everything that came from outside escaped."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from core.domain.units import NS_PER_DAY, NS_PER_S, Ns
from data.feeds.health import ChannelHealth, RefusedFrame, State
from pages.figures.scale import UNKNOWN
from pages.figures.venues import VENUE_NAMES
from pages.shell.words import utc_text

SIGNS: Final = {
    State.LIVE: ("●", "var(--ts-buy)"),
    State.SYNCING: ("◐", "var(--ts-aligned)"),
    State.CONNECTING: ("○", "var(--ts-aligned)"),
    State.STALE: ("▲", "var(--ts-caution)"),
    State.REJECTED: ("✕", "var(--ts-sell)"),
    State.HALTED: ("■", "var(--ts-quiet)"),
}
"""By state: a sign that needs no colour, and its colour, a variable of theme.css."""
_LINES: Final = {
    "well": ("●", "var(--ts-buy)"),
    "amiss": ("▲", "var(--ts-sell)"),
    "none": ("○", "var(--ts-quiet)"),
}
_RAW_SHOWN: Final = 160
# The live components' own style stays in the document: names of ours must be none of theirs.
_STYLE: Final = """<style>
.stElementContainer:has(> div > iframe[height="0"]),
.stElementContainer:has(> iframe[height="0"]) { position: absolute; pointer-events: none; }
.tsp-scroll { overflow-x: auto; }
.tsp-table { width: 100%; border-collapse: collapse; font-size: var(--ts-size-text);
  font-variant-numeric: tabular-nums; }
.tsp-table th { text-align: left; color: var(--ts-quiet); font-weight: 500; padding: 4px 6px;
  font-size: var(--ts-size-table); white-space: nowrap; }
.tsp-table td { padding: 3px 6px; border-top: 1px solid var(--ts-line);
  white-space: nowrap; }
.tsp-table .num { text-align: right; }
.tsp-table td.wide { white-space: normal; min-width: 180px; }
.tsp-table td.clip { max-width: 170px; overflow: hidden; text-overflow: ellipsis; }
.tsp-table td.raw { font-family: ui-monospace, monospace; font-size: var(--ts-size-note);
  word-break: break-all; white-space: normal; }
.tsp-table tr.first td { border-top-color: var(--ts-edge); }
.tsp-figures { display: flex; flex-wrap: wrap; gap: 6px 26px; font-size: var(--ts-size-text);
  font-variant-numeric: tabular-nums; }
.tsp-figures small { display: block; color: var(--ts-quiet); }
.tsp-figures b { font-weight: 500; }
.tsp-state, .tsp-line { font-weight: 600; }
</style>"""


def channels_table(channels: Sequence[ChannelHealth], *, now_ns: Ns) -> str:
    """Return the state of channels, a line each.

    Args:
        channels: those of one instrument side by side.
        now_ns: the source's clock, for ages.
    """
    rows: list[str] = []
    before = None
    for channel in channels:
        instrument = (channel.venue, channel.kind, channel.symbol)
        rows.append(_channel(channel, now_ns, begins=instrument != before))
        before = instrument
    heads = (
        "Instrument",
        "Channel",
        "State",
        "Since (UTC)",
        "#Newest data",
        "#Per second",
        "#Event to receipt",
        "#Messages",
        "#Gaps",
        "#Reconnects",
        "#Refused (market)",
        "Reason",
    )
    return table("channels", heads, rows)


def refused_table(samples: Sequence[RefusedFrame]) -> str:
    """Return the newest messages that could not be used, newest first."""
    rows = (
        row(
            text_cell(utc_text(each.ts_recv_ns)),
            text_cell(f"{VENUE_NAMES[each.venue]} {each.kind}"),
            text_cell(each.reason, kind="wide"),
            number_cell(f"{each.size:,}"),
            text_cell(_printable(each.raw), kind="raw"),
        )
        for each in reversed(samples)
    )
    heads = ("Received", "Market", "Why it was refused", "#Bytes", "How it begins")
    return table("refused", heads, rows)


def line(text: str, *, level: str) -> str:
    """Return the first line of a page.

    Args:
        level: ``well`` is green, ``amiss`` is red, ``none`` has no colour.
    """
    sign, colour = _LINES[level]
    return (
        f'{_STYLE}<div data-testid="first-figure" class="tsp-line" style="color:{colour}">'
        f"{sign} {escape(text)}</div>"
    )


def table(name: str, heads: Iterable[str], rows: Iterable[str]) -> str:
    """Return a whole table.

    Args:
        name: of its ``data-testid``.
        heads: titles of the columns; one that begins with ``#`` is of numbers.
        rows: of ``row``.
    """
    head = "".join(
        f'<th class="num">{escape(each[1:])}</th>'
        if each.startswith("#")
        else f"<th>{escape(each)}</th>"
        for each in heads
    )
    return (
        f'{_STYLE}<div data-testid="{name}" class="tsp-scroll">'
        f'<table class="tsp-table"><tr>{head}</tr>{"".join(rows)}</table></div>'
    )


def strip(name: str, figures: Iterable[tuple[str, str]]) -> str:
    """Return figures side by side, each below its name.

    Args:
        name: of its ``data-testid``.
        figures: (name, value), both text.
    """
    cells = "".join(
        f"<div><small>{escape(title)}</small><b>{escape(value)}</b></div>"
        for title, value in figures
    )
    return f'{_STYLE}<div data-testid="{name}" class="tsp-figures">{cells}</div>'


def row(*cells: str, begins: bool = False) -> str:
    """Return a row; one that begins a group has a line above it."""
    kind = ' class="first"' if begins else ""
    return f"<tr{kind}>{''.join(cells)}</tr>"


def text_cell(text: str, *, kind: str = "") -> str:
    """Return a cell of words, whatever they are.

    Args:
        kind: ``wide`` = may be broken into lines, ``raw`` = bytes of others; empty = one line.
    """
    attribute = f' class="{kind}"' if kind else ""
    return f"<td{attribute}>{escape(text)}</td>"


def clipped_cell(text: str) -> str:
    """Return a cell of a long sentence on one line; the mouse shows the rest."""
    return f'<td class="clip" title="{escape(text)}">{escape(text)}</td>'


def number_cell(text: str) -> str:
    """Return a cell of a number."""
    return f'<td class="num">{escape(text)}</td>'


def state_cell(sign: str, word: str, colour: str) -> str:
    """Return a cell of a state: sign, word and colour are ours."""
    return f'<td class="tsp-state" style="color:{colour}">{sign} {escape(word)}</td>'


def moment_text(ns: Ns, *, now_ns: Ns) -> str:
    """Return a time of day, with its date unless it is of the last 24 hours."""
    text = utc_text(ns).removesuffix(" UTC")
    return text[11:] if 0 <= now_ns - ns < NS_PER_DAY else text


def _channel(channel: ChannelHealth, now_ns: Ns, *, begins: bool) -> str:
    sign, colour = SIGNS[channel.state]
    name = f"{channel.symbol} {VENUE_NAMES[channel.venue]} {channel.kind}"
    return row(
        text_cell(name if begins else ""),
        text_cell(channel.channel),
        state_cell(sign, channel.state.upper(), colour),
        text_cell(moment_text(channel.since_ns, now_ns=now_ns)),
        number_cell(_age(channel.last_recv_ns, now_ns)),
        number_cell(f"{channel.rate_per_s:,.1f}"),
        number_cell(milliseconds_text(channel.lag_ms)),
        number_cell(f"{channel.messages:,}"),
        number_cell(f"{channel.gaps:,}"),
        number_cell(f"{channel.reconnects:,}"),
        number_cell(f"{channel.refused:,}"),
        clipped_cell(channel.reason),
        begins=begins,
    )


def milliseconds_text(ms: float | None) -> str:
    """Return a latency; below zero, the other clock is ahead of ours."""
    if ms is None:
        return UNKNOWN
    return f"{ms:,.0f} ms".replace("-", "−")


def _age(last_ns: Ns | None, now_ns: Ns) -> str:
    if last_ns is None:
        return "never"
    return f"{max(now_ns - last_ns, 0) / NS_PER_S:,.1f} s ago"


def _printable(raw: bytes) -> str:
    return raw[:_RAW_SHOWN].decode("utf-8", "replace")
