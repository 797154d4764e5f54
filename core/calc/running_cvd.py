"""Running CVD: cumulative volume delta, told bar by bar."""

from copy import copy
from typing import Self

import numpy as np

from core.calc.bars import merge_bars
from core.calc.cvd import cvd
from core.domain.arrays import BarArray, FloatArray, empty_bars
from core.domain.units import Ns

_NEVER_NS: Ns = 2**62


class RunningCvd:
    """Keeps the sum of the session that goes on."""

    def __init__(self, *, session_ns: Ns | None) -> None:
        """Begin without a past.

        Args:
            session_ns: CVD starts anew every so long from 00:00 UTC; None = never.
        """
        self._session_ns = session_ns
        self._session = empty_bars()

    def fork(self) -> Self:
        """Return a copy."""
        return copy(self)

    def after(self, bars: BarArray) -> FloatArray:
        """Return CVD after each of the next bars, as ``cvd`` of all of them has it.

        Args:
            bars: BAR_DTYPE[n], sorted by ``open_ns``, all after those before.

        Returns:
            float64[n], lots; NaN until the session's first trade of known side.
        """
        both = np.concatenate([self._session, bars])
        told = cvd(both, session_ns=self._session_ns).close_lots[self._session.size :]
        self._session = merge_bars(both, step_ns=self._session_ns or _NEVER_NS)[-1:]
        return told
