"""Tables: rows as HTML, with everything that came from outside escaped."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from core.domain.units import NS_PER_S, Ns
from data.feeds.health import ChannelHealth, RefusedFrame, State
from pages.shell.words import VENUE_NAMES, utc_text

_COLOURS: Final = {
    State.LIVE: "#22c55e",
    State.SYNCING: "#42A5F5",
    State.CONNECTING: "#42A5F5",
    State.STALE: "#fbbf24",
    State.REJECTED: "#ef4444",
    State.HALTED: "#64748b",
}
_RAW_SHOWN: Final = 160
_STYLE: Final = """<style>
.ts-table { width: 100%; border-collapse: collapse; font-size: 13px;
  font-variant-numeric: tabular-nums; }
.ts-table th { text-align: left; color: #64748b; font-weight: 500; padding: 4px 10px; }
.ts-table td { padding: 4px 10px; border-top: 1px solid rgba(148,163,184,0.12); }
.ts-table td.raw { font-family: ui-monospace, monospace; font-size: 11px; word-break: break-all; }
.ts-state { font-weight: 600; }
</style>"""


def channels_table(channels: Sequence[ChannelHealth], *, now_ns: Ns, source: str) -> str:
    """Return the state of every channel, or a sentence while there is none.

    Args:
        channels: as the board gives them.
        now_ns: the source's clock, for ages.
        source: its name; only ``live`` and ``replay`` have channels.
    """
    if not channels:
        if source == "simulated":
            return _wrapped("<p>No exchange is connected: the market is simulated.</p>")
        return _wrapped("<p>No channel yet: nothing has been subscribed.</p>")
    heads = ("Venue", "Market", "Symbol", "Channel", "State", "Since", "Newest data", "Messages")
    rows = ([_cell(each) for each in _channel(channel, now_ns)] for channel in channels)
    return _table((*heads, "Reconnects", "Refused (market)", "Reason"), rows)


def refused_table(samples: Sequence[RefusedFrame]) -> str:
    """Return the newest messages that could not be used, newest first."""
    rows = (
        [
            _cell(utc_text(each.ts_recv_ns)),
            _cell(f"{VENUE_NAMES[each.venue]} {each.kind}"),
            _cell(each.reason),
            _cell(f"{each.size:,}"),
            f'<td class="raw">{escape(_printable(each.raw))}</td>',
        ]
        for each in reversed(samples)
    )
    return _table(("Received", "Market", "Why it was refused", "Bytes", "How it begins"), rows)


def _channel(channel: ChannelHealth, now_ns: Ns) -> list[str]:
    return [
        VENUE_NAMES[channel.venue],
        channel.kind,
        channel.symbol,
        channel.channel,
        channel.state,
        utc_text(channel.since_ns),
        _age(channel.last_recv_ns, now_ns),
        f"{channel.messages:,}",
        str(channel.reconnects),
        str(channel.refused),
        channel.reason,
    ]


def _age(last_ns: Ns | None, now_ns: Ns) -> str:
    if last_ns is None:
        return "never"
    return f"{max(now_ns - last_ns, 0) / NS_PER_S:.1f} s ago"


def _cell(text: str) -> str:
    if isinstance(text, State):
        return f'<td class="ts-state" style="color:{_COLOURS[text]}">{text.upper()}</td>'
    return f"<td>{escape(text)}</td>"


def _printable(raw: bytes) -> str:
    return raw[:_RAW_SHOWN].decode("utf-8", "replace")


def _table(heads: Iterable[str], rows: Iterable[list[str]]) -> str:
    head = "".join(f"<th>{escape(each)}</th>" for each in heads)
    body = "".join(f"<tr>{''.join(cells)}</tr>" for cells in rows)
    return _wrapped(f'<table class="ts-table"><tr>{head}</tr>{body}</table>')


def _wrapped(html: str) -> str:
    return f'{_STYLE}<div data-testid="first-figure">{html}</div>'
