"""Kernels: calculators as compiled loops, which return the same arrays as their numpy forms.

To import this package is to compile them, which takes seconds, or to load what numba kept of an
earlier time; so nobody does but ``data.kernels``, in the background. Calculators find them in
``core.calc.compiled``. A kernel returns None for what it is not made for: the numpy form answers
then, or says what is wrong.
"""

from typing import Final

from core.calc.compiled import Forms
from core.calc.kernels.bars import time_bars
from core.calc.kernels.footprint import footprint, footprints
from core.calc.kernels.tick_volumes import tick_volumes
from core.calc.kernels.value_area import poc_row, value_area
from core.calc.kernels.vwap import step_vwap, vwap, vwap_bars

FORMS: Final[Forms] = {
    form.__name__: form
    for form in (
        time_bars,
        footprint,
        footprints,
        tick_volumes,
        poc_row,
        value_area,
        vwap,
        vwap_bars,
        step_vwap,
    )
}
