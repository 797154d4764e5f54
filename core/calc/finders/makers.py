"""Makers: what finds the markers of each rule, by preset."""

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Final, TypeAlias

from core.calc import stop_grab_rule, sweep_rule, whales
from core.calc.bar_absorption import BarAbsorptions
from core.calc.burst_rule import BurstRule
from core.calc.burst_rule import classic as classic_burst
from core.calc.delta_fade import delta_fade
from core.calc.finders import bursts
from core.calc.finders.bars import BarFinder, ByBar, LastBarsFinder
from core.calc.finders.bursts import BurstFinder
from core.calc.finders.efforts import EffortFinder, FixedAbsorptionFinder
from core.calc.finders.finder import Finder, Spans
from core.calc.finders.liquidations import CascadeFinder, ClusterFinder
from core.calc.finders.orders import SweepFinder, WhaleFinder
from core.calc.finders.slope_divergences import SlopeDivergences
from core.calc.finders.stacks import StackFinder
from core.calc.finders.stop_grabs import StopGrabs
from core.calc.finders.swing_divergences import SwingDivergences
from core.calc.volume_collapse import volume_collapse
from core.domain.arrays import BarArray
from core.domain.instrument import Instrument
from core.domain.marker import Markers, Preset
from core.domain.units import Ns

_LOOK_BACK_BARS: Final = 20

Makers: TypeAlias = dict[str, Callable[[], Finder]]


def makers(
    instrument: Instrument, step_ns: Ns, ticks_per_row: int, preset: Preset, from_ns: Ns
) -> Makers:
    """Return by rule what makes its finder; rules with one maker share what it makes.

    Args:
        instrument: what its ticks and lots are.
        step_ns: length of the bars, whole seconds.
        ticks_per_row: height of the rows of footprints.
        preset: the thresholds; rules without fixed ones have the adaptive ones.
        from_ns: what is known before it need not be told.
    """
    fixed = preset is Preset.CLASSIC

    def stack() -> Finder:
        ratio = Fraction(2 if fixed else 3)
        return StackFinder(instrument, step_ns=step_ns, ticks_per_row=ticks_per_row, ratio=ratio)

    return {
        **_of_trades(instrument, from_ns, fixed=fixed),
        **_of_bars(instrument, step_ns, fixed=fixed),
        "stacked-imbalance": stack,
        "liquidation-cluster": lambda: ClusterFinder(instrument),
        "liquidation-cascade": lambda: CascadeFinder(instrument),
    }


def _of_trades(instrument: Instrument, from_ns: Ns, *, fixed: bool) -> Makers:
    def burst() -> Finder:
        rule = classic_burst(float(instrument.lot_size)) if fixed else BurstRule()
        return BurstFinder(instrument, rule)

    def whale() -> Finder:
        rule = whales.CLASSIC if fixed else whales.WhaleRule()
        return WhaleFinder(instrument, rule, from_ns=from_ns)

    def sweep() -> Finder:
        rule = sweep_rule.CLASSIC if fixed else sweep_rule.BookSweepRule()
        return SweepFinder(instrument, rule)

    def effort() -> Finder:
        return EffortFinder(instrument)

    def absorption() -> Finder:
        return FixedAbsorptionFinder(instrument)

    return {
        **dict.fromkeys(bursts.RULES, burst),
        "book-sweep": sweep,
        "large-trade": whale,
        "effort-no-result": effort,
        "absorption": absorption if fixed else effort,
    }


def _of_bars(instrument: Instrument, step_ns: Ns, *, fixed: bool) -> Makers:
    grab = stop_grab_rule.CLASSIC if fixed else stop_grab_rule.StopGrabRule()

    def by_bar(name: str, rule: Callable[..., ByBar]) -> Callable[[], Finder]:
        return lambda: BarFinder(name, rule(instrument, step_ns=step_ns))

    def last_bars(name: str, rule: Callable[..., Markers]) -> Callable[[], Finder]:
        def find(bars: BarArray, gaps_ns: Spans) -> Markers:
            return rule(bars, instrument, step_ns=step_ns, gaps_ns=gaps_ns)

        return lambda: LastBarsFinder(name, find, count=_LOOK_BACK_BARS)

    return {
        "bar-absorption": by_bar("bar-absorption", BarAbsorptions),
        "delta-fade": last_bars("delta-fade", delta_fade),
        "volume-collapse": last_bars("volume-collapse", volume_collapse),
        "stop-grab": by_bar("stop-grab", partial(StopGrabs, rule=grab)),
        "cvd-divergence-slope": by_bar("cvd-divergence-slope", SlopeDivergences),
        "cvd-divergence-swing": by_bar("cvd-divergence-swing", SwingDivergences),
    }
