"""Dashboard, basis: perpetual less spot from the mids of each venue, and an hour and a day ago."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan
from typing import Final

import numpy as np

from core.calc.basis import mids
from core.calc.basis_state import BasisState, basis_state
from core.domain.events import Channel
from core.domain.instrument import Instrument, InstrumentId
from core.domain.units import NS_PER_MINUTE, NS_PER_S, Ns
from data.buffers.tape import Tape
from data.engine import Engine
from data.views.left_out import LeftOut, known_mean, live_tapes
from data.views.moment import AGO_NS, Moment
from data.views.panel import Want, wanted

_HOLD_NS: Final[Ns] = NS_PER_MINUTE
"""Of best quotes only changes are sent: what was told holds for so long."""


@dataclass(frozen=True, slots=True)
class BasisSpec:
    """Whose basis.

    Attributes:
        pairs: (perpetual, spot) of one coin, by venue.
        steep_frac: as in ``basis_state``.
    """

    pairs: tuple[tuple[InstrumentId, InstrumentId], ...]
    steep_frac: float = 0.005

    def query(self) -> "BasisQuery":
        """Return a new query that answers it."""
        return BasisQuery(self)


@dataclass(frozen=True, slots=True)
class BasisPart:
    """One venue.

    Attributes:
        perp: its perpetual.
        perp_mid: quote coins.
        spot_mid: likewise.
        state: of ``basis_frac``.
    """

    perp: InstrumentId
    perp_mid: float
    spot_mid: float
    state: BasisState | None

    @property
    def basis_quote(self) -> float:
        """Perpetual less spot, quote coins."""
        return self.perp_mid - self.spot_mid

    @property
    def basis_frac(self) -> float:
        """The same as a share of spot."""
        return self.basis_quote / self.spot_mid


@dataclass(frozen=True, slots=True)
class BasisView:
    """One moment.

    Attributes:
        mean_quote: the plain mean of the parts, quote coins; NaN = there is none.
        mean_frac: likewise, of spot.
        state: of ``mean_frac``.
        parts: venues that are live.
        left: perpetuals of those that are not, or of which a mid is not known.
        ago: the mean an hour and a day ago, of the same venues as far as known; NaN is not known.
    """

    spec: BasisSpec
    mean_quote: float
    mean_frac: float
    state: BasisState | None
    parts: tuple[BasisPart, ...]
    left: tuple[LeftOut, ...]
    ago: tuple[float, float]


class BasisQuery:
    """Answers one spec again and again; the past is looked up once a second."""

    def __init__(self, spec: BasisSpec) -> None:
        self.spec = spec
        self._past: tuple[object, tuple[float, float]] | None = None

    def wants(self, listed: Sequence[Instrument]) -> Sequence[Want]:
        """Return the markets; no candles."""
        return wanted(listed, (each for pair in self.spec.pairs for each in pair))

    def view(self, engine: Engine, moment: Moment) -> BasisView:
        """Return the newest view."""
        parts: list[BasisPart] = []
        left: list[LeftOut] = []
        live: list[tuple[Tape, Tape]] = []
        for pair in self.spec.pairs:
            tapes, off = live_tapes(engine, moment, pair, Channel.QUOTES)
            if off:
                left.append(LeftOut(pair[0], _said(off[0]), off[0].since_ns))
                continue
            perp, spot = tapes
            live.append((perp, spot))
            perp_mid, spot_mid = (_newest_mid(each, moment.now_ns) for each in tapes)
            if np.isnan(perp_mid + spot_mid):
                silent = perp if np.isnan(perp_mid) else spot
                left.append(LeftOut(pair[0], f"{silent.instrument.id.kind}: no quote of late"))
                continue
            state = basis_state(perp_mid / spot_mid - 1, steep_frac=self.spec.steep_frac)
            parts.append(BasisPart(pair[0], perp_mid, spot_mid, state))
        mean_frac = known_mean([each.basis_frac for each in parts])
        return BasisView(
            spec=self.spec,
            mean_quote=known_mean([each.basis_quote for each in parts]),
            mean_frac=mean_frac,
            state=basis_state(mean_frac, steep_frac=self.spec.steep_frac),
            parts=tuple(parts),
            left=tuple(left),
            ago=self._ago(engine, live, moment.now_ns),
        )

    def _ago(
        self, engine: Engine, live: Sequence[tuple[Tape, Tape]], now_ns: Ns
    ) -> tuple[float, float]:
        second_ns = now_ns // NS_PER_S * NS_PER_S
        key = second_ns, engine.epoch, [id(perp) for perp, _ in live]
        if self._past is None or self._past[0] != key:
            hour, day = (
                known_mean([_basis_at(each, second_ns - ago) for each in live]) for ago in AGO_NS
            )
            self._past = key, (hour, day)
        return self._past[1]


def _said(off: LeftOut) -> str:
    return f"{off.instrument_id.kind} {off.why}"


def _newest_mid(tape: Tape, now_ns: Ns) -> float:
    newest = tape.quotes.newest
    if newest is None or now_ns - int(newest["ts_recv_ns"]) > _HOLD_NS:
        return nan
    return float(mids(np.array([newest]), tick_quote=float(tape.instrument.tick_size))[0])


def _basis_at(pair: tuple[Tape, Tape], at_ns: Ns) -> float:
    perp, spot = (_mid_at(each, at_ns) for each in pair)
    return perp / spot - 1


def _mid_at(tape: Tape, at_ns: Ns) -> float:
    """Return the mid that held then, or the first one within a minute after: a day is held."""
    rows = tape.quotes.window(at_ns - _HOLD_NS, at_ns + _HOLD_NS)
    if (
        any(gap.from_ns <= at_ns < gap.to_ns + _HOLD_NS for gap in tape.gaps_of(Channel.QUOTES))
        or not rows.size
    ):
        return nan
    place = max(int(np.searchsorted(rows["ts_event_ns"], at_ns, side="right")) - 1, 0)
    one = rows[place : place + 1]
    return float(mids(one, tick_quote=float(tape.instrument.tick_size))[0])
