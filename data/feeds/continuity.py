"""Whether the trades of a stream follow one another without a hole. Pure; for live and replay.

Where ids count, the next row's first id must be the newest id plus one. Where they only tell trades
apart, nothing can be told from the rows; only a message that could not be read is known to be lost.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from operator import itemgetter
from typing import Final

from core.domain.events import Gap, NoTrade, TradeRow, Trades
from core.domain.instrument import InstrumentId
from data.venues.market import Facts

JUMPED: Final = "the numbers of the trades jumped"
UNREAD: Final = "a message could not be read"

_ID: Final = itemgetter(2)
_TOPIC: Final = re.compile(rb'"(?:topic|stream)":\s*"([^"]*)"')
_ARG: Final = re.compile(rb'"arg":\s*\{([^{}]*)\}')


@dataclass(frozen=True, slots=True)
class Mark:
    """A trade at the edge of what is known.

    Attributes:
        fills: as in TRADE_DTYPE.
    """

    trade_id: int
    fills: int
    ts_event_ns: int

    @classmethod
    def of(cls, row: TradeRow) -> "Mark":
        """Return the mark of a row."""
        return cls(trade_id=row[2], fills=row[7], ts_event_ns=row[0])


@dataclass(frozen=True, slots=True)
class Hole:
    """Trades between two others are missing, or may be.

    Attributes:
        before: the newest trade before it.
        first: the first trade after it.
        first_id: the first id that ``first`` takes; the ids missing end before it.
        reason: a clause for the trader.
    """

    before: Mark
    first: Mark
    first_id: int
    reason: str


def first_id(row: TradeRow, facts: Facts) -> int:
    """Return the first id that a row takes: it may merge several fills, each with an id."""
    if not facts.ids_step_by_fill:
        return row[2]
    return row[2] - max(row[7], 1) + 1


def named(raw: bytes, topics: Iterable[str]) -> list[str]:
    """Return which of ``topics`` a message that could not be read may be about.

    One whose topic can be read is about that one; else all. Topics are read as the venues write
    them: ``"topic":"publicTrade.BTCUSDT"``, ``"stream":"btcusdt@depth@100ms"``, and
    ``"arg":{"channel":"books","instId":"BTC-USDT"}``, which is ``books:BTC-USDT``.
    """
    found = _TOPIC.search(raw)
    if found is not None:
        return [topic for topic in topics if topic.encode() == found[1]]
    arg = _ARG.search(raw)
    if arg is None:
        return list(topics)
    return [topic for topic in topics if all(part in arg[1] for part in _quoted(topic))]


def _quoted(topic: str) -> list[bytes]:
    """Return the parts of a topic such as ``books:BTC-USDT`` as they stand in a message."""
    return [f'"{part}"'.encode() for part in topic.split(":")]


class Chain:
    """One stream, as one connection or one recording brings it."""

    __slots__ = ("_doubted", "_facts", "_newest", "_newest_id")

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._newest: TradeRow | None = None
        self._newest_id = 0
        self._doubted = ""

    def take(self, rows: list[TradeRow]) -> list[Hole]:
        """Add one message's rows; return the holes before or between them. Repeats are none."""
        if self._facts.ids_count and len(rows) > 1:
            rows = sorted(rows, key=_ID)
        holes = []
        for row in rows:
            hole = self._next(row)
            if hole is not None:
                holes.append(hole)
        return holes

    def skip(self, trade_id: int) -> None:
        """Note a number that no trade bears; what one further ahead hides shows with the next."""
        if self._newest is not None and trade_id == self._newest_id + 1:
            self._newest_id = trade_id

    def doubt(self, reason: str = UNREAD) -> None:
        """Note that trades may be lost here; where ids count, they will tell by themselves."""
        if not self._facts.ids_count and self._newest is not None:
            self._doubted = reason

    def _next(self, row: TradeRow) -> Hole | None:
        before, before_id = self._newest, self._newest_id
        if before is not None and self._facts.ids_count and row[2] <= before_id:
            return None
        self._newest, self._newest_id = row, row[2]
        if before is None:
            return None
        begins = first_id(row, self._facts)
        if self._facts.ids_count:
            reason = JUMPED if begins > before_id + 1 else ""
        else:
            reason, self._doubted = self._doubted, ""
        if not reason:
            return None
        return Hole(Mark(before_id, before[7], before[0]), Mark.of(row), begins, reason)


class Continuity:
    """All streams of a recording; of each instrument the first stream seen, as the tape keeps."""

    def __init__(self) -> None:
        self._chains: dict[InstrumentId, tuple[str, Chain]] = {}

    def take(self, trades: Trades, facts: Facts) -> list[Gap]:
        """Add one message's trades; return the gaps that it shows."""
        key = trades.instrument.id
        kept = self._chains.get(key)
        if kept is None:
            kept = self._chains[key] = (trades.channel, Chain(facts))
        channel, chain = kept
        if channel != trades.channel:
            return []
        return [_gap(key, hole) for hole in chain.take(trades.rows)]

    def skip(self, number: NoTrade) -> None:
        """Note a number that no trade bears."""
        channel, chain = self._chains.get(number.instrument.id, ("", None))
        if chain is not None and channel == number.channel:
            chain.skip(number.trade_id)

    def doubt(self, instrument_ids: Iterable[InstrumentId]) -> None:
        """Note that a message was lost that was about one of these instruments."""
        for key in instrument_ids:
            if key in self._chains:
                self._chains[key][1].doubt()


def _gap(instrument_id: InstrumentId, hole: Hole) -> Gap:
    from_ns, to_ns = hole.before.ts_event_ns, hole.first.ts_event_ns
    return Gap(instrument_id, from_ns, max(to_ns, from_ns + 1), f"{hole.reason} in the recording")
