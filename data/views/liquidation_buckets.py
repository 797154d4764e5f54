"""Liquidation buckets: what was closed by force at each price, over a while."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from core.calc.liquidation_buckets import LiquidationBuckets, liquidation_buckets, sum_buckets
from core.calc.sessions import Sessions
from core.domain.events import Channel
from core.domain.instrument import InstrumentId
from core.domain.units import NS_PER_DAY, NS_PER_MINUTE, NS_PER_S, Ns
from data.buffers.tape import Tape
from data.engine import Engine
from data.venues.registry import market_of
from data.venues.streams import Coverage
from data.views.derivatives import tells_all

_SILENT_NS: Final[Ns] = NS_PER_MINUTE
"""Of a market whose quotes have been silent for so long, forced orders may have been missed."""


@dataclass(frozen=True, slots=True)
class LiquidationBucketsSpec:
    """What is summed.

    Attributes:
        instruments: perpetuals of one base and quote coin.
        over_ns: how far back; 0 = since the session began.
        session_start_ns: when a session starts: added to 00:00 UTC.
    """

    instruments: tuple[InstrumentId, ...]
    over_ns: Ns
    session_start_ns: Ns = 0

    def query(self) -> "LiquidationBucketsQuery":
        """Return a new query that answers it."""
        return LiquidationBucketsQuery(self)


@dataclass(frozen=True, slots=True)
class LiquidationBucketsView:
    """One moment.

    Attributes:
        buckets: sums over all instruments, quote coins.
        since_ns: from when on.
        coverage: how much each instrument's venue tells.
        complete: nothing of it is missing, as far as is known: the sums are no lower bounds.
    """

    spec: LiquidationBucketsSpec
    buckets: LiquidationBuckets
    since_ns: Ns
    coverage: tuple[Coverage, ...]
    complete: bool


class LiquidationBucketsQuery:
    """Answers one spec again and again; sums are made anew at most once a second and event."""

    def __init__(self, spec: LiquidationBucketsSpec) -> None:
        self.spec = spec
        self._sessions = Sessions(start_ns=spec.session_start_ns)
        self._made: tuple[object, LiquidationBuckets] | None = None

    def channels(self) -> tuple[tuple[InstrumentId, Channel], ...]:
        """Return what it rests on."""
        return tuple((each, Channel.LIQUIDATIONS) for each in self.spec.instruments)

    def view(self, engine: Engine, *, from_ns: Ns, now_ns: Ns) -> LiquidationBucketsView:
        """Return the newest view.

        Args:
            from_ns: open of the first bar shown; what lies before it counts too.
            now_ns: the source's clock.
        """
        del from_ns
        second_ns = now_ns // NS_PER_S * NS_PER_S
        since_ns = second_ns - self.spec.over_ns if self.spec.over_ns else self._session_ns(now_ns)
        tapes = [engine.tape(each) for each in self.spec.instruments]
        state = (
            since_ns,
            [each and (id(each), each.version(Channel.LIQUIDATIONS)) for each in tapes],
        )
        if self._made is None or self._made[0] != state:
            held = [each for each in tapes if each is not None]
            self._made = state, sum_buckets([_buckets(each, since_ns) for each in held])
        return LiquidationBucketsView(
            spec=self.spec,
            buckets=self._made[1],
            since_ns=since_ns,
            coverage=tuple(market_of(each).facts.liquidations for each in self.spec.instruments),
            complete=all(_is_whole(each, since_ns, now_ns) for each in tapes),
        )

    def _session_ns(self, now_ns: Ns) -> Ns:
        return int(self._sessions.end_ns(np.array([now_ns]))[0]) - NS_PER_DAY


def _is_whole(tape: Tape | None, from_ns: Ns, now_ns: Ns) -> bool:
    """Return whether all since ``from_ns`` was told; a gap that lasts is only seen by silence."""
    newest = tape.quotes.newest if tape is not None else None
    heard_ns = int(newest["ts_event_ns"]) if newest is not None else 0
    return tells_all(tape, from_ns) and now_ns - heard_ns <= _SILENT_NS


def _buckets(tape: Tape, since_ns: Ns) -> LiquidationBuckets:
    rows = tape.liquidations.window(since_ns, 2**62)
    return liquidation_buckets(rows, lot_base=float(tape.instrument.lot_size))
