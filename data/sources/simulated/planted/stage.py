"""Stage: a quiet market that is still to be played; plants write into it what shall happen."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from core.domain.arrays import BoolArray, FloatArray, IntArray
from core.domain.units import NS_PER_MS, NS_PER_S, Ns
from data.sources.simulated.chance import Wander, decaying, generator
from data.sources.simulated.planted.label import Label, PlantKind

ORIGIN_TICKS: Final = 19_000
IMPACT_TICKS: Final = 0.010
"""What a lot of net flow moves the fair price by in the next second."""
LEVEL_LOTS: Final = 1_000
"""Median size of a level of the book."""

_STREAM: Final = 7
_ORDERS_PER_S: Final = 1.5
_ORDER_LOTS: Final = 20.0
_ORDER_SIGMA: Final = 1.0
_NEWS_TICKS: Final = 0.7
_BUSY: Final = ((10.0, 0.20), (120.0, 0.25), (1_500.0, 0.25))
_LEAN: Final = ((15.0, 0.25), (180.0, 0.15))
_FORCED_PER_S: Final = 4 / 3_600
_FORCED_LOTS: Final = 60
_INTEREST_LOTS: Final = 40_000_000
_STRAYS: Final = 0.9
_MS: Final = 1_000


class Order(NamedTuple):
    """A taker order; ``ms`` since the stage's start."""

    ms: int
    side: int
    lots: int


class Rest(NamedTuple):
    """A resting order that stands alone at its price; makers leave it to it.

    Attributes:
        from_ms: since the stage's start.
        to_ms: what is left is cancelled then.
        side: +1 = a bid.
        shown_lots: what the book shows of it.
        hidden_lots: what comes up, so much at a time, once what is shown is filled.
    """

    from_ms: int
    to_ms: int
    side: int
    ticks: int
    shown_lots: int
    hidden_lots: int = 0


class Forced(NamedTuple):
    """A liquidation.

    Attributes:
        side: of the forced order, -1 = a long was closed.
    """

    ms: int
    side: int
    ticks: int
    lots: int


class Stage:
    """The quiet flow of one market, drawn at once, and what plants add to it.

    Prices follow a fair price that moves once a second, with the net flow of the second before and
    with news. A plant may write from its own begin on, never before: what was has been.

    Attributes:
        start_ns: a whole UTC day.
        seconds: its length.
        seed: of all of it.
        orders: those of plants, any order.
        rests: those of plants.
        forced: liquidations, any order.
        labels: in the order in which they were planted.
        told_s: spans of whole seconds of which the book's messages are wanted.
        interest_lots: float64[seconds], change of open interest in each second.
    """

    def __init__(self, seed: int, *, start_ns: Ns, seconds: int) -> None:
        self.start_ns = start_ns
        self.seconds = seconds
        self.seed = seed
        self.rng = generator(seed, _STREAM)
        self.orders: list[Order] = []
        self.rests: list[Rest] = []
        self.labels: list[Label] = []
        self.told_s: list[tuple[int, int]] = []
        busy = Wander(_BUSY)
        rate = np.exp(busy.draw(seconds, self.rng) - 0.5 * busy.variance)
        second = np.repeat(np.arange(seconds), self.rng.poisson(_ORDERS_PER_S * rate))
        lean = np.tanh(Wander(_LEAN).draw(seconds, self.rng))[second]
        self._ms = np.sort(second * _MS + self.rng.integers(0, _MS, second.size))
        self._side = np.where(2 * self.rng.random(second.size) < 1 + lean, 1, -1)
        lots = _ORDER_LOTS * np.exp(_ORDER_SIGMA * self.rng.standard_normal(second.size))
        self._lots = np.maximum(np.rint(lots), 1).astype(np.int64)
        self._kept = np.ones(second.size, np.bool_)
        flow = np.bincount(second, weights=self._side * self._lots, minlength=seconds)
        news = _NEWS_TICKS * np.sqrt(rate) * self.rng.standard_normal(seconds)
        self._steps: FloatArray = IMPACT_TICKS * np.append(0.0, flow[:-1]) + news
        self.interest_lots: FloatArray = np.rint(40 * self.rng.standard_normal(seconds))
        self.interest_lots[0] += _INTEREST_LOTS
        self.forced = self._few_forced()

    def _few_forced(self) -> list[Forced]:
        path = self.path()
        at = np.flatnonzero(self.rng.random(self.seconds) < _FORCED_PER_S)
        return [
            Forced(
                each * _MS + int(self.rng.integers(_MS)),
                1 - 2 * int(self.rng.integers(2)),
                int(path[each]),
                _FORCED_LOTS,
            )
            for each in at.tolist()
        ]

    def path(self) -> FloatArray:
        """Return float64[seconds], the fair price of each second in ticks."""
        path: FloatArray = ORIGIN_TICKS + np.cumsum(self._steps)
        return path

    def price(self, second: int) -> int:
        """Return the best bid of a second, in ticks."""
        return ORIGIN_TICKS + int(np.floor(self._steps[: second + 1].sum()))

    def lead(self, from_s: int, points: Sequence[tuple[int, float]], *, loose: float = 0.0) -> None:
        """Lead the fair price along straight lines; afterwards it goes on from where it is.

        Args:
            from_s: second from which it goes to the first point.
            points: (seconds later, ticks), ascending; it is at the last one exactly.
            loose: share of what orders and news move it that lets it stray from the line, for
                some ten seconds.
        """
        begin = float(self._steps[:from_s].sum()) + ORIGIN_TICKS
        times = np.array([-1, *(after for after, _ in points)])
        line = np.interp(
            np.arange(points[-1][0] + 1), times, [begin, *(ticks for _, ticks in points)]
        )
        led = slice(from_s, from_s + line.size)
        line[:-1] += decaying(loose * self._steps[led], factor=_STRAYS, before=0.0)[:-1]
        self._steps[led] = np.diff(line, prepend=begin)

    def hush(self, from_s: int, to_s: int, *, frac: float = 1.0, side: int = 0) -> None:
        """Take out a share of the quiet orders of a span, of one side or of both.

        Args:
            from_s: first second.
            to_s: first second after.
            frac: share, in [0, 1].
            side: 0 = both.
        """
        first, end = np.searchsorted(self._ms, [from_s * _MS, to_s * _MS])
        gone = self.rng.random(end - first) < frac
        gone &= (self._side[first:end] == side) | (side == 0)
        self._kept[first:end] &= ~gone

    def take(self, from_s: float, to_s: float, *, side: int, lots: int, count: int) -> None:
        """Send taker orders of one side, evenly over a span and of about one size.

        Args:
            from_s: begin, in seconds since the start.
            to_s: end.
            side: of all of them.
            lots: of all of them together.
            count: how many, >= 1.
        """
        parts = lots / count * (0.7 + 0.6 * self.rng.random(count))
        at_s = from_s + (to_s - from_s) * (np.arange(count) + self.rng.random(count)) / count
        for each_s, part in zip(at_s.tolist(), parts.tolist(), strict=True):
            self.orders.append(Order(int(each_s * _MS), side, max(round(part), 1)))

    def label(
        self,
        kind: PlantKind,
        side: int,
        span_s: tuple[float, float],
        prices: tuple[int, int],
        **parameters: float,
    ) -> None:
        """Write down what was planted: where a marker belongs, and what it was drawn with."""
        begin_ns, end_ns = (self.start_ns + int(each * NS_PER_S) for each in span_s)
        low, high = sorted(prices)
        drawn = tuple((name, float(value)) for name, value in parameters.items())
        self.labels.append(Label(kind, side, begin_ns, end_ns, low, high, drawn, self.seed))

    def end(self, at_s: int) -> None:
        """Let it end there; what was drawn for later is dropped."""
        self.seconds = min(self.seconds, at_s)
        self._steps = self._steps[: self.seconds]
        self._kept &= self._ms < self.seconds * _MS
        self.forced = [each for each in self.forced if each.ms < self.seconds * _MS]

    def all_orders(self) -> list[Order]:
        """Return every taker order, by time."""
        kept: BoolArray = self._kept
        columns: list[IntArray] = [self._ms[kept], self._side[kept], self._lots[kept]]
        quiet = [Order(*row) for row in zip(*(each.tolist() for each in columns), strict=True)]
        return sorted(quiet + self.orders, key=lambda each: each.ms)

    def ns(self, ms: int) -> Ns:
        """Return the instant so long after the start."""
        return self.start_ns + ms * NS_PER_MS
