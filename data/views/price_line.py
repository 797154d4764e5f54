"""The price of one market, second by second, over the last minutes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.domain.arrays import FloatArray, IntArray
from core.domain.instrument import Instrument, InstrumentId
from core.domain.units import NS_PER_S, Ns
from data.engine import Engine
from data.views.moment import Moment
from data.views.panel import Want, wanted


@dataclass(frozen=True, slots=True)
class PriceLineSpec:
    """Which price.

    Attributes:
        instrument: of its trades.
        window_s: of the last so many seconds.
        points: about so many at most; where there are more seconds, the last of each few.
    """

    instrument: InstrumentId
    window_s: float = 900.0
    points: int = 900

    def query(self) -> "PriceLineQuery":
        """Return a new query that answers it."""
        return PriceLineQuery(self)


@dataclass(frozen=True, slots=True)
class PriceLineView:
    """The last price of each second, or few, with a trade.

    Attributes:
        at_ns: int64[n], ascending: when the span that it is the last price of ends.
        price: float64[n], quote coins.
    """

    instrument: Instrument
    at_ns: IntArray
    price: FloatArray


class PriceLineQuery:
    """Answers one spec again and again."""

    def __init__(self, spec: PriceLineSpec) -> None:
        self.spec = spec

    def wants(self, listed: Sequence[Instrument]) -> Sequence[Want]:
        """Return that its trades must come; no candles."""
        return wanted(listed, (self.spec.instrument,))

    def view(self, engine: Engine, moment: Moment) -> PriceLineView | None:
        """Return the line; None while nothing was heard of the market."""
        spec, tape = self.spec, engine.tape(self.spec.instrument)
        if tape is None:
            return None
        window_ns = round(spec.window_s * NS_PER_S)
        step_ns: Ns = max(-(-window_ns // spec.points) // NS_PER_S, 1) * NS_PER_S
        bars = tape.seconds.window(moment.now_ns - window_ns, moment.now_ns + 1)
        spans = bars["open_ns"] // step_ns
        is_last = np.append(spans[1:] != spans[:-1], np.ones(min(spans.size, 1), np.bool_))
        price = bars["close_ticks"][is_last] * float(tape.instrument.tick_size)
        at_ns = np.minimum((spans[is_last] + 1) * step_ns, moment.now_ns)
        return PriceLineView(tape.instrument, at_ns, price)
