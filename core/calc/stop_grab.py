"""Stop grab: a bar trades through a swing, on volume, and closes back on the side it came from."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.calc.atr import atr_ticks
from core.calc.marking import beyond, touches
from core.calc.stop_grab_rule import StopGrabRule
from core.calc.swing_breaks import swing_breaks
from core.domain.arrays import BarArray, FloatArray, IntArray, require_sorted
from core.domain.marker import Marker, MarkerKind, Markers
from core.domain.units import Ns


@dataclass(frozen=True, slots=True)
class _Grab:
    """Indices of bars: the swing, the one beyond it, and the last that is needed."""

    side: int
    swing: int
    bar: int
    last: int


def stop_grab(
    bars: BarArray,
    *,
    step_ns: Ns,
    rule: StopGrabRule | None = None,
    gaps_ns: Sequence[tuple[Ns, Ns]] = (),
) -> Markers:
    """Return the grabs above highs (side -1: of lower prices) and below lows (+1).

    Only a swing that no bar has traded beyond since counts; of several that one bar trades through
    the furthest. ``value`` is the bar's volume in multiples of the usual.

    Args:
        bars: BAR_DTYPE[n], sorted by ``open_ns``, closed.
        step_ns: length of a bar.
        rule: None = its defaults.
        gaps_ns: half-open spans in which trades may be missing; nothing is marked if one touches
            the bars from the swing, or from the first whose volume counts, to the last needed.

    Raises:
        ValueError: ``bars`` is not sorted by ``open_ns``.

    Source:
        DEFINITIONS section 8, stop_grab; section 20 for stop_grab_rule.CLASSIC.
    """
    require_sorted(bars, "open_ns")
    used = rule or StopGrabRule()
    ratio = _volume_ratio(bars, used)
    found = []
    for side in (-1, 1):
        for at, swing in _grabs(bars, side, used):
            grab = _Grab(side, swing, at, last=at + used.confirm)
            if ratio[at] >= used.volume_ratio and _stands(bars, grab, used, step_ns, gaps_ns):
                found.append(_marker(bars, grab, float(ratio[at]), used, step_ns))
    found.sort(key=lambda each: (each.known_ns, each.side))
    needed = max(used.volume_bars, 14 if used.most_atr is not None else 0) + 1
    short = f"there are {bars.size} bars, {needed} are needed" if bars.size < needed else ""
    return Markers(tuple(found), short)


def _volume_ratio(bars: BarArray, rule: StopGrabRule) -> FloatArray:
    """Return each bar's volume over the usual one; NaN where there are too few bars before."""
    lots = (bars["buy_lots"] + bars["sell_lots"] + bars["unknown_lots"]).astype(np.float64)
    out = np.full(bars.size, np.nan)
    if bars.size > rule.volume_bars:
        before = np.lib.stride_tricks.sliding_window_view(lots[:-1], rule.volume_bars)
        usual = before.mean(axis=1) if rule.mean else np.median(before, axis=1)
        out[rule.volume_bars :] = lots[rule.volume_bars :] / usual
    return out


def _far(bars: BarArray, side: int) -> IntArray:
    """Return the extreme that is grabbed beyond, turned so that further is more."""
    return -side * bars["high_ticks" if side < 0 else "low_ticks"].astype(np.int64)


def _grabs(bars: BarArray, side: int, rule: StopGrabRule) -> list[tuple[int, int]]:
    """Return (bar, swing) for each bar of the right shape; without swings the bar is its own."""
    far = _far(bars, side)
    opens, closes = (-side * bars[name].astype(np.int64) for name in ("open_ticks", "close_ticks"))
    shaped = np.ones(bars.size, np.bool_)
    if rule.wick_to_body is not None:
        shaped = far - np.maximum(opens, closes) > rule.wick_to_body * np.abs(closes - opens)
    if rule.swing_bars is None:
        return [(at, at) for at in np.flatnonzero(shaped).tolist()]
    most = np.full(bars.size, np.inf)
    if rule.most_atr is not None:
        most = rule.most_atr * atr_ticks(bars)
    return [
        (at, swing)
        for at, swing in swing_breaks(far, reach=rule.swing_bars)
        if shaped[at] and closes[at] < far[swing] and far[at] - far[swing] <= most[at]
    ]


def _stands(
    bars: BarArray, grab: _Grab, rule: StopGrabRule, step_ns: Ns, gaps_ns: Sequence[tuple[Ns, Ns]]
) -> bool:
    """Return whether the next bar confirms it, where it must, and no gap touches any of it."""
    if grab.last >= bars.size:
        return False
    closes = bars["close_ticks"].astype(np.int64)
    first = max(min(grab.swing - (rule.swing_bars or 0), grab.bar - rule.volume_bars), 0)
    from_ns, to_ns = bars["open_ns"][[first]], bars["open_ns"][[grab.last]] + step_ns
    confirmed = grab.side * (closes[grab.last] - closes[grab.bar]) >= int(rule.confirm)
    return bool(confirmed) and not touches(from_ns, to_ns, gaps_ns)[0]


def _marker(bars: BarArray, grab: _Grab, ratio: float, rule: StopGrabRule, step_ns: Ns) -> Marker:
    far = _far(bars, grab.side)
    word, back = ("high", "under") if grab.side < 0 else ("low", "above")
    where = f"a wick to {abs(int(far[grab.bar])):,} ticks and a close back"
    if rule.swing_bars is not None:
        beyond_ticks = int(far[grab.bar] - far[grab.swing])
        where = (
            f"{beyond_ticks:,} ticks beyond the {word} of {grab.bar - grab.swing} bars before and "
            f"a close {back} it"
        )
    usual = f"the {'mean' if rule.mean else 'median'} of the {rule.volume_bars} bars before"
    last_ns = int(bars["open_ns"][grab.last])
    return Marker(
        kind=MarkerKind.STOP_GRAB,
        side=grab.side,
        event_ns=last_ns,
        known_ns=last_ns + step_ns,
        price_ticks=-grab.side * int(far[grab.bar]),
        value=ratio,
        threshold=rule.volume_ratio,
        strength=beyond(ratio, rule.volume_ratio),
        reason=(
            f"{where}, on {ratio:.1f} times {usual} ({rule.volume_ratio:g} are needed)"
            f"{', confirmed by the next bar' if rule.confirm else ''}"
        ),
    )
