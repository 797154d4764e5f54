"""Taker orders of one coin: when, where, which side, how large.

Three causes: single orders, metaorders (one trader's plan in many children, Pareto-long: the long
memory of trade signs) and answers to orders just seen (a self-exciting process with a power-law
memory, on the same venue mostly, on the other ones too).

Source:
    Lillo, Mike & Farmer (2005), "Theory for long memory in supply and demand", PRE 71: metaorders.
    Hawkes & Oakes (1974), "A cluster process representation of a self-exciting process": a
    self-exciting process drawn generation by generation, without a loop over events.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.domain.arrays import BoolArray, FloatArray, IntArray
from core.domain.units import NS_PER_S, Ns
from data.sources.simulated.climate import Climate
from data.sources.simulated.parameters import LARGEST_ORDERS, ORDER_QUOTE_SIGMA
from data.sources.simulated.schedule import Chunk

_NS_PER_US: Final = 1_000
_INDEX_BITS: Final = 27

_PLANNED: Final = 0.55
"""Part of the orders with a cause of their own that are children of metaorders."""
_CHILDREN: Final = 4.0
_CHILDREN_TAIL: Final = 1.5
_MOST_CHILDREN: Final = 1_500.0
_MEAN_CHILDREN: Final = 11.1  # of the Pareto law above, cut as above
_CHILD_GAP_S: Final = 0.9
_CHILD_GAP_SIGMA: Final = 1.0
_AT_HOME: Final = 0.65
"""Part of a metaorder's children that go to its own venue."""

_ANSWERS: Final = 0.55
"""Orders that an order causes, on average; below 1, or the market explodes."""
_ANSWER_S: Final = 0.04
_ANSWER_TAIL: Final = 0.7
_LATEST_ANSWER_S: Final = 600.0
_SAME_SIDE: Final = 0.85
_SAME_MARKET: Final = 0.65

_LARGE: Final = 0.012
_LARGE_TAIL: Final = 1.4


@dataclass(frozen=True, slots=True)
class Orders:
    """Taker orders in the order in which they arrive.

    Attributes:
        ns: int64[n], nanoseconds UTC, whole microseconds.
        market: int8[n], index into the coin's markets.
        side: int8[n], +1 buys, -1 sells.
    """

    ns: IntArray
    market: NDArray[np.int8]
    side: NDArray[np.int8]

    def take(self, which: BoolArray | IntArray) -> "Orders":
        """Return some of them."""
        return Orders(self.ns[which], self.market[which], self.side[which])


@dataclass(slots=True)
class OrderFlow:
    """Draws the orders of one coin, chunk after chunk.

    Attributes:
        per_s: orders per second over all markets, at average activity.
        shares: float64[markets], the part of each market; sums to 1.
        waiting: orders already caused that lie beyond the last chunk.
    """

    per_s: float
    shares: FloatArray
    waiting: Orders

    def draw(
        self, chunk: Chunk, weather: Climate, tilt: FloatArray, rng: np.random.Generator
    ) -> Orders:
        """Return the orders of ``chunk``, sorted.

        Args:
            tilt: float64[seconds], tendency to buy of the orders with a cause of their own.
        """
        causes = self.per_s * (1.0 - _ANSWERS) * weather.busy
        planned = self._metaorders(chunk, causes * (_PLANNED / _MEAN_CHILDREN), tilt, rng)
        born = _joined([self._single(chunk, causes * (1.0 - _PLANNED), tilt, rng), planned])
        every = [self.waiting, born]
        while born.ns.size:
            born = self._answers(born, rng)
            every.append(born)
        drawn = _joined(every)
        now = drawn.ns < chunk.end_ns
        self.waiting = drawn.take(~now)
        return _sorted(drawn.take(now), chunk.start_ns)

    def _single(
        self, chunk: Chunk, rate: FloatArray, tilt: FloatArray, rng: np.random.Generator
    ) -> Orders:
        """Return orders without a plan."""
        ns, second = _arrivals(chunk, rate, rng)
        return Orders(ns, self._markets(ns.size, rng), _sides(tilt[second], rng))

    def _metaorders(
        self, chunk: Chunk, rate: FloatArray, tilt: FloatArray, rng: np.random.Generator
    ) -> Orders:
        """Return the children of the metaorders that begin in ``chunk``."""
        ns, second = _arrivals(chunk, rate, rng)
        length = _CHILDREN * (1.0 - rng.random(ns.size)) ** (-1.0 / _CHILDREN_TAIL)
        children = np.minimum(length, _MOST_CHILDREN).astype(np.int64)
        gap_s = _CHILD_GAP_S * np.exp(_CHILD_GAP_SIGMA * rng.standard_normal(ns.size))
        parent = np.repeat(np.arange(ns.size), children)
        waits = rng.standard_exponential(parent.size) * gap_s[parent]
        elapsed = np.cumsum(waits)
        first = np.cumsum(children) - children
        elapsed -= (elapsed[first] - waits[first])[parent]
        at_home = rng.random(parent.size) < _AT_HOME
        home = self._markets(ns.size, rng)[parent]
        market = np.where(at_home, home, self._markets(parent.size, rng))
        return Orders(ns[parent] + _ns(elapsed), market, _sides(tilt[second], rng)[parent])

    def _answers(self, born: Orders, rng: np.random.Generator) -> Orders:
        """Return the orders that ``born`` cause at once."""
        parent = np.repeat(np.arange(born.ns.size), rng.poisson(_ANSWERS, born.ns.size))
        # Lomax waiting times: most answers come within a tenth of a second, some after minutes.
        power = (1.0 - rng.random(parent.size)) ** (-1.0 / _ANSWER_TAIL)
        wait_s = np.minimum(_ANSWER_S * (power - 1.0), _LATEST_ANSWER_S)
        follow = rng.random((2, parent.size))
        side = born.side[parent]
        side = np.where(follow[0] < _SAME_SIDE, side, -side)
        elsewhere = self._markets(parent.size, rng)
        market = np.where(follow[1] < _SAME_MARKET, born.market[parent], elsewhere)
        return Orders(born.ns[parent] + _ns(wait_s), market, side)

    def _markets(self, count: int, rng: np.random.Generator) -> NDArray[np.int8]:
        """Return ``count`` markets by their shares."""
        edges = np.cumsum(self.shares)[:-1]
        return np.searchsorted(edges, rng.random(count), side="right").astype(np.int8)


def no_orders() -> Orders:
    """Return none."""
    return Orders(np.zeros(0, np.int64), np.zeros(0, np.int8), np.zeros(0, np.int8))


def order_sizes(count: int, median: float, rng: np.random.Generator) -> FloatArray:
    """Return ``count`` sizes in quote: a log-normal body and a Pareto tail."""
    relative = np.exp(ORDER_QUOTE_SIGMA * rng.standard_normal(count))
    large = np.flatnonzero(rng.random(count) < _LARGE)
    relative[large] *= (1.0 - rng.random(large.size)) ** (-1.0 / _LARGE_TAIL)
    return median * np.minimum(relative, LARGEST_ORDERS)


def _arrivals(
    chunk: Chunk, rate: FloatArray, rng: np.random.Generator
) -> tuple[IntArray, IntArray]:
    """Return the instants of a Poisson process whose rate changes every second, and the second."""
    second = np.repeat(np.arange(chunk.seconds), rng.poisson(rate))
    return chunk.start_ns + _ns(second + rng.random(second.size)), second


def _sides(tilt: FloatArray, rng: np.random.Generator) -> NDArray[np.int8]:
    buys = 2.0 * rng.random(tilt.size) < 1.0 + tilt
    return np.where(buys, 1, -1).astype(np.int8)


def _ns(seconds: FloatArray) -> IntArray:
    """Return whole microseconds, in nanoseconds."""
    return (seconds * (NS_PER_S / _NS_PER_US)).astype(np.int64) * _NS_PER_US


def _joined(parts: list[Orders]) -> Orders:
    return Orders(
        np.concatenate([part.ns for part in parts]),
        np.concatenate([part.market for part in parts]),
        np.concatenate([part.side for part in parts]),
    )


def _sorted(orders: Orders, start_ns: Ns) -> Orders:
    """Return ``orders`` by time, equal times as they were drawn.

    The position rides in the low bits of the key: sorting plain integers is several times faster
    than a stable argsort, and gives the same on every machine.
    """
    key = (orders.ns - start_ns) // _NS_PER_US << _INDEX_BITS
    key |= np.arange(orders.ns.size)
    key.sort()
    return orders.take(key & ((1 << _INDEX_BITS) - 1))
