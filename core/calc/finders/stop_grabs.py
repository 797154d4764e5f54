"""Stop grabs, told bar by bar; keeps the bars before that volume and range are measured by."""

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from core.calc.atr import atr_ticks
from core.calc.marking import beyond, touches
from core.calc.stop_grab_rule import StopGrabRule
from core.calc.swing_breaks import Swing, SwingBreaks
from core.calc.swings import outward
from core.calc.words import price_text
from core.domain.arrays import BarArray, FloatArray, empty_bars
from core.domain.instrument import Instrument
from core.domain.marker import Marker, MarkerKind
from core.domain.units import Ns

_ATR_BARS: Final = 14


@dataclass(frozen=True, slots=True)
class _Grab:
    """A bar of the right shape and volume; the swing is None where none is asked for."""

    side: int
    bar: int
    swing: Swing | None
    ratio: float


class StopGrabs:
    """Keeps the swings that stand, and so many bars as volume and range are measured over."""

    def __init__(
        self, instrument: Instrument, *, step_ns: Ns, rule: StopGrabRule | None = None
    ) -> None:
        """Begin without a past; the arguments are those of ``stop_grab``."""
        self._instrument, self._step_ns, self._rule = instrument, step_ns, rule or StopGrabRule()
        ranges = _ATR_BARS if self._rule.most_atr is not None else 0
        self._needed = max(self._rule.volume_bars, ranges) + 1
        self._bars = empty_bars()
        self._count = 0
        self._waiting: tuple[_Grab, ...] = ()
        reach = self._rule.swing_bars
        self._highs, self._lows = (
            SwingBreaks(reach=reach) if reach is not None else None for _ in range(2)
        )

    def fork(self) -> Self:
        """Return a copy; what is told to either is not told to the other."""
        twin = copy(self)
        if self._highs is not None and self._lows is not None:
            twin._highs, twin._lows = self._highs.fork(), self._lows.fork()
        return twin

    @property
    def not_ready(self) -> str:
        """Return why nothing can be judged yet, a clause; empty = it can."""
        if self._count >= self._needed:
            return ""
        return f"there are {self._count} bars, {self._needed} are needed"

    def after(self, fresh: BarArray, gaps_ns: Sequence[tuple[Ns, Ns]] = ()) -> list[Marker]:
        """Return the grabs that are known with the next bars, in the order of ``known_ns``.

        Args:
            fresh: BAR_DTYPE[n], sorted, closed, all after those before.
            gaps_ns: half-open spans in which trades may be missing.
        """
        new, bars = self._bars.size, np.concatenate([self._bars, fresh])
        ratio = _volume_ratio(bars, self._rule)
        grabs = list(self._waiting)
        for side, breaks in ((-1, self._highs), (1, self._lows)):
            for at, swing in _shaped(bars, new, side, self._rule, breaks):
                if ratio[at] >= self._rule.volume_ratio:
                    grabs.append(_Grab(side, self._count - new + at, swing, float(ratio[at])))
        self._count += fresh.size
        last = self._count - 1 - self._rule.confirm
        self._waiting = tuple(each for each in grabs if each.bar > last)
        found = [
            self._marker(bars, each)
            for each in grabs
            if each.bar <= last and self._stands(bars, each, gaps_ns)
        ]
        self._bars = bars[-(self._needed + 2) :]
        found.sort(key=lambda each: (each.known_ns, each.side))
        return found

    def _stands(self, bars: BarArray, grab: _Grab, gaps_ns: Sequence[tuple[Ns, Ns]]) -> bool:
        """Return whether the next bar confirms it, where it must, and no gap touches any of it."""
        rule, opens_ns = self._rule, bars["open_ns"]
        at = grab.bar - self._count + bars.size
        last = at + rule.confirm
        closes = bars["close_ticks"].astype(np.int64)
        from_ns = opens_ns[[max(at - rule.volume_bars, 0)]]
        if grab.swing is not None:
            from_ns = np.minimum(from_ns, grab.swing.from_ns)
        confirmed = grab.side * (closes[last] - closes[at]) >= int(rule.confirm)
        to_ns = opens_ns[[last]] + self._step_ns
        return bool(confirmed) and not touches(from_ns, to_ns, gaps_ns)[0]

    def _marker(self, bars: BarArray, grab: _Grab) -> Marker:
        rule, coin = self._rule, self._instrument
        at = grab.bar - self._count + bars.size
        far = int(outward(bars[[at]], grab.side)[0])
        word, back = ("high", "under") if grab.side < 0 else ("low", "above")
        where = f"A wick to {price_text(abs(far), coin)} and a close back"
        if grab.swing is not None:
            where = (
                f"Traded {price_text(far - grab.swing.price, coin)} {coin.quote} beyond the "
                f"{word} of {grab.bar - grab.swing.bar} bars before and closed {back} it"
            )
        usual = f"the {'mean' if rule.mean else 'median'} of the {rule.volume_bars} bars before"
        last_ns = int(bars["open_ns"][at + rule.confirm])
        return Marker(
            kind=MarkerKind.STOP_GRAB,
            side=grab.side,
            event_ns=last_ns,
            known_ns=last_ns + self._step_ns,
            price_ticks=-grab.side * far,
            value=grab.ratio,
            threshold=rule.volume_ratio,
            strength=beyond(grab.ratio, rule.volume_ratio),
            reason=(
                f"{where}, on {grab.ratio:,.1f} times {usual} ({rule.volume_ratio:g} are needed)"
                f"{', confirmed by the next bar' if rule.confirm else ''}."
            ),
        )


def _volume_ratio(bars: BarArray, rule: StopGrabRule) -> FloatArray:
    """Return each bar's volume over the usual one; NaN where there are too few bars before."""
    lots = (bars["buy_lots"] + bars["sell_lots"] + bars["unknown_lots"]).astype(np.float64)
    out = np.full(bars.size, np.nan)
    if bars.size > rule.volume_bars:
        before = np.lib.stride_tricks.sliding_window_view(lots[:-1], rule.volume_bars)
        usual = before.mean(axis=1) if rule.mean else np.median(before, axis=1)
        out[rule.volume_bars :] = lots[rule.volume_bars :] / usual
    return out


def _shaped(
    bars: BarArray, new: int, side: int, rule: StopGrabRule, breaks: SwingBreaks | None
) -> Iterator[tuple[int, Swing | None]]:
    """Yield each bar from ``new`` on that has the right shape, with the swing it goes beyond."""
    far = outward(bars, side)
    opens, closes = (-side * bars[name].astype(np.int64) for name in ("open_ticks", "close_ticks"))
    shaped = np.ones(bars.size, np.bool_)
    if rule.wick_to_body is not None:
        shaped = far - np.maximum(opens, closes) > rule.wick_to_body * np.abs(closes - opens)
    most = np.full(bars.size, np.inf)
    if rule.most_atr is not None:
        most = rule.most_atr * atr_ticks(bars, period=_ATR_BARS)
    for at in range(new, bars.size):
        if breaks is None:
            if shaped[at]:
                yield at, None
            continue
        swing = breaks.after(int(far[at]), int(bars["open_ns"][at]))
        if swing is None or not shaped[at]:
            continue
        if closes[at] < swing.price <= far[at] <= swing.price + most[at]:
            yield at, swing
