"""Running VWAP: session VWAP of a tape that comes in blocks."""

import numpy as np

from core.calc.grouping import runs
from core.calc.merge_moments import Moments, merge_moments
from core.calc.sessions import UTC_DAYS, Sessions
from core.calc.vwap import Vwap, vwap
from core.domain.arrays import TradeArray

_NOTHING = Moments(0.0, 0.0, 0.0)


class RunningVwap:
    """What ``vwap`` tells of each session, however its trades are cut into blocks.

    Source:
        DEFINITIONS section 7, merge of partial states.
    """

    def __init__(self, *, sessions: Sessions = UTC_DAYS) -> None:
        """Make one that has seen no trade.

        Args:
            sessions: when it begins anew.
        """
        self._sessions = sessions
        self._session: int | None = None
        self._state = _NOTHING

    def after(self, trades: TradeArray) -> Vwap:
        """Return VWAP and sigma after each trade.

        Args:
            trades: TRADE_DTYPE[n], sorted by ``ts_event_ns``, none before those of the last call.

        Returns:
            One row per trade; NaN until volume trades.

        Raises:
            ValueError: ``trades`` is not sorted by ``ts_event_ns``.
        """
        means, sigmas = np.full(trades.size, np.nan), np.full(trades.size, np.nan)
        sessions = self._sessions.index(trades["ts_event_ns"])
        for start, end in zip(*runs(sessions), strict=True):
            if sessions[start] != self._session:
                self._session, self._state = int(sessions[start]), _NOTHING
            line = self._merged(trades[start:end])
            means[start:end], sigmas[start:end] = line.vwap_ticks, line.sigma_ticks
        return Vwap(ts_ns=trades["ts_event_ns"].copy(), vwap_ticks=means, sigma_ticks=sigmas)

    def _merged(self, trades: TradeArray) -> Vwap:
        """Return the line of trades of one session, and take them into the state."""
        own = vwap(trades, anchor_ns=int(trades["ts_event_ns"][0]))
        lots = np.cumsum(trades["size_lots"]).astype(np.float64)
        before = self._state
        last = Moments(lots[-1], own.vwap_ticks[-1], lots[-1] * own.sigma_ticks[-1] ** 2)
        self._state = merge_moments(before, last)
        if not before.weight:
            return own
        # The same as merge_moments, for every trade at once.
        weight = before.weight + lots
        gap = np.nan_to_num(own.vwap_ticks - before.mean_ticks)
        own_m2 = lots * np.nan_to_num(own.sigma_ticks) ** 2
        m2 = before.m2 + own_m2 + gap * gap * before.weight * lots / weight
        return Vwap(own.ts_ns, before.mean_ticks + gap * lots / weight, np.sqrt(m2 / weight))
