"""Dashboard, divergence: whether price and CVD go the same way over the last minute."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.calc.cvd_agreement import Agreement, agreement
from core.domain.instrument import Instrument, InstrumentId
from data.engine import Engine
from data.views.dash_flow import FlowQuery, FlowSpec, PastFlow
from data.views.left_out import LeftOut
from data.views.moment import Moment
from data.views.panel import Want


@dataclass(frozen=True, slots=True)
class DivergenceSpec:
    """Whose directions.

    Attributes:
        instruments: of one coin and one kind; the price is that of the first that is live.
        window_s: over the last so many seconds.
    """

    instruments: tuple[InstrumentId, ...]
    window_s: float = 60.0

    def query(self) -> "DivergenceQuery":
        """Return a new query that answers it."""
        return DivergenceQuery(self)


@dataclass(frozen=True, slots=True)
class Directions:
    """Two changes over one window.

    Attributes:
        price_frac: change of the price; NaN is not known.
        cvd_quote: bought less sold, quote coins; NaN is not known.
        word: None = not known.
        of: the markets of the CVD, the first of which is that of the price.
        why: one clause where a market is missing, or nothing is known; else empty.
    """

    price_frac: float
    cvd_quote: float
    word: Agreement | None
    of: tuple[InstrumentId, ...]
    why: str = ""


@dataclass(frozen=True, slots=True)
class DivergenceView:
    """One moment.

    Attributes:
        now: over all markets that are live.
        parts: each of them by itself.
        left: markets that are in none of it.
        ago: an hour ago, a day ago.
    """

    spec: DivergenceSpec
    now: Directions
    parts: tuple[Directions, ...]
    left: tuple[LeftOut, ...]
    ago: tuple[Directions, Directions]


class DivergenceQuery:
    """Answers one spec again and again."""

    def __init__(self, spec: DivergenceSpec) -> None:
        self.spec = spec
        self._flows = FlowQuery(FlowSpec(spec.instruments, spec.window_s))

    def wants(self, listed: Sequence[Instrument]) -> Sequence[Want]:
        """Return the minutes of a day."""
        return self._flows.wants(listed)

    def view(self, engine: Engine, moment: Moment) -> DivergenceView:
        """Return the newest view."""
        told = self._flows.view(engine, moment)
        nan = float("nan")
        net = told.flow.net_quote if told.flow is not None else nan
        change = told.parts[0].change_frac if told.parts else nan
        why = "" if told.parts else "no market is live"
        ids = tuple(each.instrument_id for each in told.parts)
        hour, day = (_past(each) for each in told.ago)
        return DivergenceView(
            spec=self.spec,
            now=Directions(change, net, agreement(change, net), ids, why),
            parts=tuple(
                Directions(
                    each.change_frac,
                    each.flow.net_quote,
                    agreement(each.change_frac, each.flow.net_quote),
                    (each.instrument_id,),
                )
                for each in told.parts
            ),
            left=told.left,
            ago=(hour, day),
        )


def _past(told: PastFlow) -> Directions:
    net = told.flow.net_quote if told.flow is not None else float("nan")
    return Directions(told.change_frac, net, agreement(told.change_frac, net), told.of, told.why)
