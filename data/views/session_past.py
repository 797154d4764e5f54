"""What a session's profile holds besides the trades held: volume spread over minutes."""

from dataclasses import dataclass
from functools import reduce

import numpy as np

from core.calc.common_grid import Factors, rescale_bars, rescale_trades
from core.calc.grouping import runs
from core.calc.profile import TickVolumes, add_tick_volumes, spread_bars, tick_volumes
from core.domain.arrays import BarArray, Provenance, empty_bars
from core.domain.units import NS_PER_MINUTE, Ns
from data.buffers.tape import Tape
from data.views.holes import klines_without_trades
from data.views.row_volumes import by_row
from data.views.series import Tapes, bars_before_trades
from data.views.vwap_line import held_from_ns


@dataclass(frozen=True, slots=True)
class SessionPast:
    """What is there of a session where not every trade is held.

    Attributes:
        volumes: by row, of all that traded from the session's start to ``to_ns``.
        to_ns: from here on every trade is held, but in gaps; a multiple of the step.
        holes: by the open of their step: of the minutes in gaps without a trade, by row.
        since_ns: since when anything is held, where that is later than the session's start.
        from_candles: some of it is of the venue's candles.
        counts: how many trades before ``to_ns`` were held of each tape.
    """

    volumes: TickVolumes
    to_ns: Ns
    holes: dict[Ns, TickVolumes]
    since_ns: Ns | None
    from_candles: bool
    counts: tuple[int, ...]


def session_past(tapes: Tapes, begin_ns: Ns, *, step_ns: Ns, ticks_per_row: int) -> SessionPast:
    """Return what came before the trades held and where they are missing.

    Args:
        begin_ns: start of the session.
        step_ns: a multiple of a minute, or a part of one; ``begin_ns`` is a multiple of it.
        ticks_per_row: height of a row on the common grid.
    """
    earlier = [_before(tape, by, begin_ns) for tape, by in tapes]
    covered = [int(bars["last_ns"][-1]) + 1 if bars.size else begin_ns for bars in earlier]
    to_ns = -(-max(covered) // step_ns) * step_ns
    # Before the rows are read: one that comes in between then makes this count false.
    counts = counts_before(tapes, to_ns)
    parts = [spread_bars(bars) for bars in earlier]
    parts += [
        tick_volumes(rescale_trades(tape.trades.window(from_ns, to_ns), by))
        for (tape, by), from_ns in zip(tapes, covered, strict=True)
    ]
    missing = [
        rescale_bars(klines_without_trades(tape, from_ns), by)
        for (tape, by), from_ns in zip(tapes, covered, strict=True)
    ]
    parts += [spread_bars(bars[bars["open_ns"] < to_ns]) for bars in missing]
    later = np.concatenate([bars[bars["open_ns"] >= to_ns] for bars in missing])
    held_ns = max(held_from_ns(tape, "1m") for tape, _ in tapes)
    spread = np.concatenate([*earlier, *missing])
    return SessionPast(
        volumes=by_row(reduce(add_tick_volumes, parts), ticks_per_row),
        to_ns=to_ns,
        holes=_by_step(later, step_ns, ticks_per_row),
        since_ns=held_ns if held_ns > begin_ns else None,
        from_candles=bool(np.any(spread["provenance"] == Provenance.KLINES)),
        counts=counts,
    )


def counts_before(tapes: Tapes, to_ns: Ns) -> tuple[int, ...]:
    """Return how many trades of each tape were ever held before an instant."""
    return tuple(tape.trades.count_before(to_ns) for tape, _ in tapes)


def past_state(tapes: Tapes, begin_ns: Ns) -> tuple[object, ...]:
    """Return what must not change, beside ``counts``, if a session's past is to stay true."""
    return tuple(_state(tape, by, begin_ns) for tape, by in tapes)


def _state(tape: Tape, by: Factors, begin_ns: Ns) -> tuple[object, ...]:
    gaps = tuple(gap for gap in tape.gaps if gap.to_ns > begin_ns)
    held_ns = max(tape.complete_from_ns or 0, begin_ns)
    rests_on_klines = bool(gaps) or held_ns > begin_ns
    # A minute of a gap is taken from the candles only for as long as no trade is held of it.
    filled = tuple(tape.trades.count_before(gap.to_ns) for gap in gaps)
    return id(tape), by, gaps, held_ns, tape.klines_version if rests_on_klines else 0, filled


def _before(tape: Tape, by: Factors, begin_ns: Ns) -> BarArray:
    if tape.complete_from_ns is None:
        return empty_bars()
    return rescale_bars(bars_before_trades(tape, None, NS_PER_MINUTE, begin_ns), by)


def _by_step(bars: BarArray, step_ns: Ns, ticks_per_row: int) -> dict[Ns, TickVolumes]:
    bars = bars[np.argsort(bars["open_ns"], kind="stable")]
    opens_ns = bars["open_ns"] // step_ns * step_ns
    return {
        int(opens_ns[start]): by_row(spread_bars(bars[start:end]), ticks_per_row)
        for start, end in zip(*runs(opens_ns), strict=True)
    }
