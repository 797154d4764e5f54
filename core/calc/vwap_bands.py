"""VWAP bands: so many sigmas above and below VWAP."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from core.calc.vwap import Vwap
from core.domain.arrays import FloatArray
from core.domain.frame import Framed, matrix_columns

ONE_TO_THREE: Final = (1.0, 2.0, 3.0)


@dataclass(frozen=True, slots=True)
class VwapBands(Framed):
    """The lines around VWAP, NaN where it is.

    Attributes:
        sigmas: the k of each pair of lines.
        upper_ticks: float64[k, n], VWAP plus so many sigmas.
        lower_ticks: float64[k, n], VWAP less so many.
    """

    sigmas: tuple[float, ...]
    upper_ticks: FloatArray
    lower_ticks: FloatArray

    def columns(self) -> Mapping[str, Any]:
        """Return ``upper_1_ticks``, ``lower_1_ticks`` and so on, named by the k of each pair."""
        names = [f"{each:g}" for each in self.sigmas]
        upper = matrix_columns("upper_ticks", self.upper_ticks, names)
        return upper | matrix_columns("lower_ticks", self.lower_ticks, names)


def vwap_bands(line: Vwap, *, sigmas: Sequence[float] = ONE_TO_THREE) -> VwapBands:
    """Return the bands of ``line``; sigma is volume-weighted and around VWAP itself.

    Args:
        line: n values of VWAP and sigma.
        sigmas: k multiples, >= 0.

    Raises:
        ValueError: a multiple is below zero.

    Source:
        DEFINITIONS section 7.
    """
    if any(each < 0 for each in sigmas):
        msg = f"a band is so many sigmas away, not below zero, was {list(sigmas)}"
        raise ValueError(msg)
    away = np.outer(np.array(sigmas, np.float64), line.sigma_ticks)
    return VwapBands(tuple(sigmas), line.vwap_ticks + away, line.vwap_ticks - away)
