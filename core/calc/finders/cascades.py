"""Liquidation cascades, told piece by piece: clusters that move the price as they go on."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from core.calc.atr import true_range_ticks
from core.calc.cascade_rule import CascadeRule
from core.calc.marking import touches
from core.calc.trailing import Trailing
from core.calc.words import number_text
from core.domain.arrays import BarArray, FloatArray, IntArray, RowArray, empty_bars
from core.domain.instrument import Instrument
from core.domain.marker import Marker, MarkerKind
from core.domain.units import NS_PER_MINUTE, NS_PER_S, Ns


@dataclass(frozen=True, slots=True)
class Around:
    """What else was told since the piece before.

    Attributes:
        seconds: BAR_DTYPE[n] of one second, those that ended.
        minutes: BAR_DTYPE[m] of one minute, those that ended.
        told_ns: int64[k], when open interest was told, sorted.
        interest: float64[k], base coins; NaN = not told.
        gaps_ns: half-open spans in which trades may be missing.
        liquidation_gaps_ns: in which liquidations may be.
    """

    seconds: BarArray
    minutes: BarArray
    told_ns: IntArray
    interest: FloatArray
    gaps_ns: Sequence[tuple[Ns, Ns]] = ()
    liquidation_gaps_ns: Sequence[tuple[Ns, Ns]] = ()


@dataclass(frozen=True, slots=True)
class _Then:
    """What was known at an instant: close, ATR and since when it is measured, open interest."""

    close: float
    atr: float
    from_ns: float
    interest: float


@dataclass(frozen=True, slots=True)
class _Cluster:
    first_ns: Ns
    last_ns: Ns
    price: float
    begin: _Then
    usual: float
    count: int = 0
    notional: float = 0.0
    is_found: bool = False


class LiquidationCascades:
    """Keeps the clusters that go on, what those of a day came to, and the last minutes."""

    def __init__(self, instrument: Instrument, rule: CascadeRule | None = None) -> None:
        self._instrument, self._rule = instrument, rule or CascadeRule()
        self._usual = Trailing(self._rule.rare)
        self._open: tuple[tuple[int, _Cluster], ...] = ()
        self._over: tuple[tuple[Ns, float], ...] = ()
        self._second = self._minutes = empty_bars()
        self._interest = np.nan

    def fork(self) -> Self:
        """Return a copy; what is told to either is not told to the other."""
        twin = copy(self)
        twin._usual = self._usual.fork()
        return twin

    @property
    def not_ready(self) -> str:
        """Return why nothing can be judged yet, a clause; empty = it can."""
        atr, _ = self._atr(self._second["open_ns"] + NS_PER_S, self._minutes)
        if np.isfinite(atr).any():
            return ""
        return f"fewer than {self._rule.atr_minutes} minutes in which the price moved are known"

    def after(self, rows: RowArray, around: Around) -> list[Marker]:
        """Return the cascades of a piece, in the order of ``known_ns``.

        Args:
            rows: LIQUIDATION_DTYPE[n], sorted, all after the piece before.
        """
        seconds = np.concatenate([self._second, around.seconds])
        minutes = np.concatenate([self._minutes, around.minutes])
        is_told = ~np.isnan(around.interest)
        stamps = rows["ts_event_ns"]
        close = _as_of(seconds["open_ns"] + NS_PER_S, seconds["close_ticks"] * 1.0, stamps)
        interest = _as_of(
            around.told_ns[is_told], around.interest[is_told], stamps, before=self._interest
        )
        thens = zip(close, *self._atr(stamps, minutes), interest, strict=True)
        found = [
            self._after(row, _Then(*map(float, then)), around)
            for row, then in zip(rows, thens, strict=True)
        ]
        self._second, self._minutes = seconds[-1:], minutes[-(self._rule.atr_minutes + 1) :]
        self._interest = float(np.append(self._interest, around.interest[is_told])[-1])
        return [each for each in found if each is not None]

    def _after(self, row: np.void, now: _Then, around: Around) -> Marker | None:
        at_ns, side = int(row["ts_event_ns"]), -int(row["position"])
        clusters = self._settled(row, side)
        cluster = clusters.get(side)
        if cluster is None:
            cluster = _Cluster(at_ns, at_ns, 0.0, now, self._usual_at(at_ns))
        worth = float(row["price"]) * int(row["size_lots"]) * float(self._instrument.lot_size)
        cluster = replace(
            cluster,
            last_ns=at_ns,
            price=float(row["price"]),
            count=cluster.count + 1,
            notional=cluster.notional + worth,
        )
        moved = side * (now.close - cluster.begin.close) / cluster.begin.atr
        many = cluster.count >= self._rule.least_events or cluster.notional >= cluster.usual
        fell = now.interest < cluster.begin.interest
        holds = many and moved >= self._rule.least_atr and fell and not cluster.is_found
        clusters[side] = replace(cluster, is_found=cluster.is_found or holds)
        self._open = tuple(clusters.items())
        if not holds or _has_gap(cluster, around):
            return None
        return self._marker(cluster, int(now.close), side, moved)

    def _settled(self, row: np.void, side: int) -> dict[int, _Cluster]:
        """Return the clusters that a row may join, by side; the others are over or will be."""
        rule, at_ns, price = self._rule.cluster, int(row["ts_event_ns"]), float(row["price"])
        clusters, over = {}, list(self._over)
        for its_side, each in self._open:
            over_ns = each.last_ns + rule.gap_ns + 1
            is_near = abs(price - each.price) * 1e4 <= rule.gap_bps * each.price
            if over_ns <= at_ns or (its_side == side and not is_near):
                over.append((over_ns, each.notional))
            else:
                clusters[its_side] = each
        self._over = tuple(sorted(over))
        return clusters

    def _usual_at(self, at_ns: Ns) -> float:
        """Return what a cluster that begins now has to reach, by those that are over."""
        over = [each for each in self._over if each[0] <= at_ns]
        self._over = self._over[len(over) :]
        times_ns = np.array([each[0] for each in over] + [at_ns], np.int64)
        values = np.array([each[1] for each in over] + [np.nan])
        return float(self._usual.after(times_ns, values)[0, -1])

    def _atr(self, at_ns: IntArray, minutes: BarArray) -> tuple[FloatArray, FloatArray]:
        """Return the ATR at each moment, and the open of the first minute that it is of."""
        count = self._rule.atr_minutes
        sums = np.append(0, np.cumsum(true_range_ticks(minutes)))
        mean, first_ns = (np.full(minutes.size, np.nan) for _ in range(2))
        mean[count - 1 :] = (sums[count:] - sums[:-count]) / count
        first_ns[count - 1 :] = minutes["open_ns"][: max(minutes.size - count + 1, 0)]
        mean[mean == 0] = np.nan
        over_ns = minutes["open_ns"] + NS_PER_MINUTE
        return _as_of(over_ns, mean, at_ns), _as_of(over_ns, first_ns, at_ns)

    def _marker(self, cluster: _Cluster, price_ticks: int, side: int, moved: float) -> Marker:
        return Marker(
            kind=MarkerKind.LIQUIDATION_CASCADE,
            side=side,
            event_ns=cluster.last_ns,
            known_ns=cluster.last_ns,
            price_ticks=price_ticks,
            value=moved,
            threshold=self._rule.least_atr,
            strength=max(1 - self._rule.least_atr / moved, 0.0),
            reason=(
                f"{'Longs' if side < 0 else 'Shorts'} of at least {number_text(cluster.notional)} "
                f"{self._instrument.quote} were liquidated in {cluster.count} orders while the "
                f"price moved {moved:.1f} ATR and open interest fell."
            ),
        )


def _has_gap(cluster: _Cluster, around: Around) -> bool:
    """Return whether one touches the cluster so far, or trades lack since the ATR's minutes."""
    first_ns, until_ns = (np.array([each]) for each in (cluster.first_ns, cluster.last_ns + 1))
    since_ns = np.array([int(cluster.begin.from_ns)])
    return bool(
        touches(first_ns, until_ns, around.liquidation_gaps_ns)[0]
        or touches(since_ns, until_ns, around.gaps_ns)[0]
    )


def _as_of(
    known_ns: IntArray, values: FloatArray, at_ns: IntArray, *, before: float = np.nan
) -> FloatArray:
    """Return the newest value known at each moment, or what was known before all of them."""
    return np.append(before, values)[np.searchsorted(known_ns, at_ns, side="right")]
