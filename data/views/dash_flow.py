"""Dashboard, order flow: what was bought and sold in the last minute, and an hour and a day ago."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from core.calc.flow_share import Flow, FlowArrow, flow_arrow, sum_flows
from core.domain.events import Channel
from core.domain.instrument import Instrument, InstrumentId
from core.domain.units import NS_PER_DAY, NS_PER_MINUTE, NS_PER_S, Ns
from data.buffers.tape import Tape
from data.engine import Engine
from data.views.left_out import LeftOut, live_tapes
from data.views.moment import AGO_NS, Moment
from data.views.panel import Want, wanted
from data.views.trade_windows import TradeWindow, newest_window, past_window

DAY_OF_MINUTES: Final = NS_PER_DAY // NS_PER_MINUTE + 2
"""Candles from which the minute of a day ago is told where its trades are not held."""


@dataclass(frozen=True, slots=True)
class FlowSpec:
    """Whose flow.

    Attributes:
        instruments: of one coin and one kind; those that are live are summed.
        window_s: the last so many seconds.
        strong_frac: as in ``flow_arrow``.
        clear_frac: likewise.
    """

    instruments: tuple[InstrumentId, ...]
    window_s: float = 60.0
    strong_frac: float = 0.8
    clear_frac: float = 0.6

    def query(self) -> "FlowQuery":
        """Return a new query that answers it."""
        return FlowQuery(self)


@dataclass(frozen=True, slots=True)
class FlowPart:
    """One market.

    Attributes:
        change_frac: of its price over the window; NaN is not known.
        arrow: None = nothing with a side traded.
    """

    instrument_id: InstrumentId
    flow: Flow
    change_frac: float
    arrow: FlowArrow | None


@dataclass(frozen=True, slots=True)
class PastFlow:
    """What it was a while ago, over the markets of which that is known.

    Attributes:
        flow: None = of none it is known.
        change_frac: of the price of the first of them; NaN is not known.
        of: which markets.
        why: one clause where a market is not among them; empty = all are.
    """

    flow: Flow | None
    change_frac: float
    of: tuple[InstrumentId, ...]
    why: str


@dataclass(frozen=True, slots=True)
class FlowView:
    """One moment.

    Attributes:
        flow: the sum; None = no market is live and whole.
        arrow: of the sum.
        parts: the markets in it.
        left: those that are not.
        ago: an hour ago, a day ago.
    """

    spec: FlowSpec
    flow: Flow | None
    arrow: FlowArrow | None
    parts: tuple[FlowPart, ...]
    left: tuple[LeftOut, ...]
    ago: tuple[PastFlow, PastFlow]

    @property
    def per_minute_quote(self) -> float:
        """Net flow by the minute, quote coins; of nothing it is 0."""
        return self.flow.net_quote * 60 / self.spec.window_s if self.flow is not None else 0.0


class FlowQuery:
    """Answers one spec again and again; the past is looked up once a second."""

    def __init__(self, spec: FlowSpec) -> None:
        self.spec = spec
        self._window_ns = round(spec.window_s * NS_PER_S)
        self._past: tuple[object, tuple[PastFlow, PastFlow]] | None = None

    def wants(self, listed: Sequence[Instrument]) -> Sequence[Want]:
        """Return the minutes of a day, and as many as its window is longer than one."""
        more = (self._window_ns - 1) // NS_PER_MINUTE
        return wanted(listed, self.spec.instruments, count=DAY_OF_MINUTES + more)

    def view(self, engine: Engine, moment: Moment) -> FlowView:
        """Return the newest view."""
        tapes, left = live_tapes(engine, moment, self.spec.instruments, Channel.TRADES)
        parts: list[FlowPart] = []
        for tape in tapes:
            found = newest_window(tape, moment.now_ns - self._window_ns)
            if isinstance(found, str):
                left.append(LeftOut(tape.instrument.id, found))
            else:
                parts.append(self._part(tape, found))
        total = sum_flows(each.flow for each in parts) if parts else None
        return FlowView(
            spec=self.spec,
            flow=total,
            arrow=self._arrow(total) if total is not None else None,
            parts=tuple(parts),
            left=tuple(left),
            ago=self._ago(engine, tapes, moment.now_ns),
        )

    def _part(self, tape: Tape, found: TradeWindow) -> FlowPart:
        return FlowPart(tape.instrument.id, found.flow, found.change_frac, self._arrow(found.flow))

    def _arrow(self, told: Flow) -> FlowArrow | None:
        spec = self.spec
        return flow_arrow(told, strong_frac=spec.strong_frac, clear_frac=spec.clear_frac)

    def _ago(self, engine: Engine, tapes: Sequence[Tape], now_ns: Ns) -> tuple[PastFlow, PastFlow]:
        second_ns = now_ns // NS_PER_S * NS_PER_S
        key = second_ns, engine.epoch, [id(tape) for tape in tapes]
        if self._past is None or self._past[0] != key:
            hour, day = (self._at(tapes, second_ns - ago_ns) for ago_ns in AGO_NS)
            self._past = key, (hour, day)
        return self._past[1]

    def _at(self, tapes: Sequence[Tape], to_ns: Ns) -> PastFlow:
        found = [
            (each.instrument.id, past_window(each, to_ns - self._window_ns, to_ns))
            for each in tapes
        ]
        known = [(each, told) for each, told in found if isinstance(told, TradeWindow)]
        why = next((told for _, told in found if isinstance(told, str)), "")
        if not known:
            return PastFlow(None, float("nan"), (), why or "no market is live")
        total = sum_flows(told.flow for _, told in known)
        return PastFlow(total, known[0][1].change_frac, tuple(each for each, _ in known), why)
