"""Recorded minutes: what a coin's regime is read from, out of its recordings; newest days first."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

import numpy as np

from core.calc.bars import time_bars
from core.calc.basis import basis_bps
from core.calc.regime_values import Minutes
from core.domain.arrays import BarArray, BoolArray, FloatArray, IntArray, RowArray
from core.domain.events import Channel
from core.domain.instrument import InstrumentId
from core.domain.units import NS_PER_DAY, NS_PER_MINUTE, Ns
from data.clock import monotonic_s
from data.store.archive import Archive
from data.views.coin_markets import CoinMarkets
from data.views.coin_minutes import TOLD, carried
from data.views.held_bars import Told
from data.views.regime_past import cut

MOST_DAYS: Final = 7
MAX_S: Final = 40.0
"""Reading ends after so long; the days that were read whole count."""
_PER_DAY: Final = NS_PER_DAY // NS_PER_MINUTE
_MUCH_FRAC: Final = 0.9
"""A market of which so many minutes are known as of the best one joins a sum, or has a price."""


class _TooLongError(Exception):
    """There is no more time."""


def recorded_minutes(
    archive: Archive, source: str, markets: CoinMarkets, *, now_ns: Ns, max_s: float = MAX_S
) -> Minutes | None:
    """Return the minutes of the last days, up to now; None = there is no price in them.

    A minute in which nothing is recorded is not known: nobody may have recorded.

    Args:
        source: whose recordings, as ``archive.sources()`` names it.
        now_ns: the source's clock; nothing after it is read.
        max_s: reading ends after so long.
    """
    reader = _Reader(archive, source, monotonic_s() + max_s)
    days: list[dict[tuple[InstrumentId, str], FloatArray]] = []
    first_ns = end_ns = (now_ns // NS_PER_DAY + 1) * NS_PER_DAY
    try:
        for _ in range(MOST_DAYS):
            days.insert(0, reader.day(markets, first_ns - NS_PER_DAY, now_ns))
            first_ns -= NS_PER_DAY
    except _TooLongError:
        pass
    if not days:
        return None
    series = {key: np.concatenate([day[key] for day in days]) for key in days[0]}
    open_ns = np.arange(first_ns, end_ns, NS_PER_MINUTE, dtype=np.int64)
    made = _made(series, markets, open_ns)
    known = np.flatnonzero(~np.isnan(made.price))
    if not known.size:
        return None
    return cut(made, int(known[0]), int(known[-1]) + 1)


def _made(
    series: dict[tuple[InstrumentId, str], FloatArray], markets: CoinMarkets, open_ns: IntArray
) -> Minutes:
    unknown = np.full(open_ns.size, np.nan)
    every = (*markets.spots, *markets.perps)
    much = _is_much([series[each, "close"] for each in every])
    first = next((each for each, holds in zip(every, much, strict=True) if holds), None)
    spots = {each.venue: each for each in markets.spots}
    bases = [
        basis_bps(series[each, "mid"], series[spots[each.venue], "mid"])
        for each in markets.perps
        if each.venue in spots
    ]

    def over(name: str, ids: Sequence[InstrumentId], join: Callable[..., FloatArray]) -> FloatArray:
        return _joined([series[each, name] for each in ids], join, unknown)

    return Minutes(
        open_ns=open_ns,
        price=unknown if first is None else series[first, "close"],
        spot_delta=over("delta", markets.spots, np.sum),
        perp_delta=over("delta", markets.perps, np.sum),
        open_interest=over("interest", markets.perps, np.sum),
        funding_8h_frac=over("rate", markets.perps, np.mean),
        basis_bps=_joined(bases, np.mean, unknown),
        spread_bps=unknown if first is None else series[first, "spread"],
    )


def _joined(
    parts: Sequence[FloatArray], join: Callable[..., FloatArray], unknown: FloatArray
) -> FloatArray:
    """Return the sum or the mean of the markets of which enough is known."""
    known = [each for each, holds in zip(parts, _is_much(parts), strict=True) if holds]
    return join(known, axis=0) if known else unknown


def _is_much(parts: Sequence[FloatArray]) -> list[bool]:
    """Return which markets' minutes are known about as far as those of the best one."""
    counts = [int(np.count_nonzero(~np.isnan(each))) for each in parts]
    enough = max(_MUCH_FRAC * max(counts, default=0), 1)
    return [count >= enough for count in counts]


def _is_sided(bars: BarArray) -> BoolArray:
    """Return the bars of which a side is known; of the others there is no delta."""
    sided: BoolArray = bars["buy_lots"] + bars["sell_lots"] > 0
    return sided


class _Reader:
    """Reads days of a recording as minutes."""

    def __init__(self, archive: Archive, source: str, deadline_s: float) -> None:
        self._archive, self._source, self._deadline_s = archive, source, deadline_s

    def day(
        self, markets: CoinMarkets, from_ns: Ns, now_ns: Ns
    ) -> dict[tuple[InstrumentId, str], FloatArray]:
        """Return each series of each market, float64[a day of minutes].

        Raises:
            _TooLongError: there is no time for all of it.
        """
        span = from_ns, min(from_ns + NS_PER_DAY, now_ns)
        found: dict[tuple[InstrumentId, str], FloatArray] = {}
        for each in (*markets.spots, *markets.perps):
            told = partial(self._told, each, span)
            found[each, "close"], found[each, "delta"] = self._traded(each, span)
            quotes = told(TOLD["quote"])
            found[each, "mid"], found[each, "spread"] = quotes.T
            if each in markets.perps:
                found[each, "interest"] = told(TOLD["interest"])[:, 0]
                found[each, "rate"] = told(TOLD["rate"])[:, 0]
        return found

    def _traded(
        self, instrument_id: InstrumentId, span: tuple[Ns, Ns]
    ) -> tuple[FloatArray, FloatArray]:
        """Return the last price of each minute, and bought less sold; of a gap neither."""
        close, delta = np.full(_PER_DAY, np.nan), np.full(_PER_DAY, np.nan)
        grid = self._archive.grid(self._source, instrument_id)
        if grid is None:
            return close, delta
        tick, lot = float(grid.tick_size), float(grid.lot_size)
        for rows in self._archive.read_trades(self._source, instrument_id, *span, grid=grid):
            self._hurry()
            bars: BarArray = time_bars(rows, step_ns=NS_PER_MINUTE)
            at = (bars["open_ns"] - span[0]) // NS_PER_MINUTE
            close[at] = bars["close_ticks"] * tick
            bars, at = bars[_is_sided(bars)], at[_is_sided(bars)]
            delta[at] = np.nan_to_num(delta[at]) + (bars["buy_lots"] - bars["sell_lots"]) * lot
        for gap in self._archive.gaps(self._source, instrument_id, Channel.TRADES):
            first = max((gap.from_ns - span[0]) // NS_PER_MINUTE, 0)
            end = max(-(-(gap.to_ns - span[0]) // NS_PER_MINUTE), 0)
            close[first:end] = delta[first:end] = np.nan
        return close, delta

    def _told(self, instrument_id: InstrumentId, span: tuple[Ns, Ns], told: Told) -> FloatArray:
        """Return what a channel told last in each minute, held as long as it holds."""
        out = np.full((_PER_DAY, told.numbers), np.nan)
        grid = self._archive.grid(self._source, instrument_id, told.channel)
        if grid is None:
            return out
        read = partial(self._archive.read, self._source, instrument_id, told.channel, span)
        for rows in read(grid=grid):
            self._hurry()
            self._put(out, rows, told.read(rows, grid), span[0])
        most = max(told.hold_ns // NS_PER_MINUTE, 1)
        return np.stack([carried(each, most=most) for each in out.T], axis=1)

    def _put(self, out: FloatArray, rows: RowArray, values: FloatArray, from_ns: Ns) -> None:
        at = (rows["ts_event_ns"] - from_ns) // NS_PER_MINUTE
        for column in range(out.shape[1]):
            known = ~np.isnan(values[:, column]) & (at >= 0) & (at < out.shape[0])
            out[at[known], column] = values[known, column]  # of one minute the last one stays

    def _hurry(self) -> None:
        if monotonic_s() > self._deadline_s:
            raise _TooLongError
