"""What could not be recorded, as gaps of an instrument's channel."""

from typing import Final

from core.domain.events import Channel, Gap, Rows, TradeBlock
from core.domain.instrument import InstrumentId
from core.domain.units import Ns
from data.store.layouts import LAYOUTS

_WORDS: Final = {
    Channel.TRADES: "trades",
    Channel.BOOK: "levels of the book",
    Channel.QUOTES: "quotes",
    Channel.TICKER: "tickers",
    Channel.LIQUIDATIONS: "liquidations",
}


def channel_of(event: TradeBlock | Rows) -> Channel:
    """Return of which channel the rows of an event are."""
    return event.channel if isinstance(event, Rows) else Channel.TRADES


class Losses:
    """The spans of lost rows; for one thread at a time."""

    def __init__(self) -> None:
        self._spans: dict[tuple[InstrumentId, Channel], tuple[Ns, Ns, int]] = {}
        self._kept: list[Gap] = []

    def add(self, event: TradeBlock | Rows) -> None:
        """Note that these rows, in order and at least one, are lost."""
        key = event.instrument.id, channel_of(event)
        times = event.rows[LAYOUTS[key[1]].clock]
        first_ns, end_ns = int(times.min()), int(times.max()) + 1
        before = self._spans.get(key, (first_ns, end_ns, 0))
        self._spans[key] = (
            min(before[0], first_ns),
            max(before[1], end_ns),
            before[2] + event.rows.size,
        )

    def is_open(self, event: TradeBlock | Rows) -> bool:
        """Whether the rows before these, of the same kind, were lost."""
        return (event.instrument.id, channel_of(event)) in self._spans

    def end(self, event: TradeBlock | Rows) -> None:
        """Note that these rows are not lost: what is lost later is another gap."""
        key = event.instrument.id, channel_of(event)
        span = self._spans.pop(key, None)
        if span is not None:
            self._kept.append(_gap(key, span))

    def take(self) -> list[Gap]:
        """Return the gaps, and forget them."""
        gaps = self._kept + [_gap(key, span) for key, span in self._spans.items()]
        self._spans, self._kept = {}, []
        return gaps

    def put_back(self, gaps: list[Gap]) -> None:
        """Remember gaps again that could not be stored."""
        self._kept += gaps


def _gap(key: tuple[InstrumentId, Channel], span: tuple[Ns, Ns, int]) -> Gap:
    instrument_id, channel = key
    from_ns, to_ns, rows = span
    reason = f"{rows} {_WORDS[channel]} came faster than the disk could take them"
    return Gap(instrument_id, from_ns, to_ns, reason, channel)
