"""Stacked imbalance, the marker: one side prevailed row upon row in a bar that has closed."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.calc.footprint import Footprint
from core.calc.zones import Zone, stacked_zones
from core.domain.instrument import Instrument
from core.domain.marker import Marker, MarkerKind, Markers
from core.domain.units import Ns


@dataclass(frozen=True, slots=True)
class StackedImbalanceRule:
    """When a stack is marked. Ratio and least volume are those the footprints were made with.

    Attributes:
        least: fewest rows.
    """

    least: int = 3


def stacked_imbalance(
    bars: Sequence[Footprint],
    instrument: Instrument,
    *,
    step_ns: Ns,
    until_ns: Ns,
    rule: StackedImbalanceRule = StackedImbalanceRule(),
    gaps_ns: Sequence[tuple[Ns, Ns]] = (),
) -> Markers:
    """Return a marker for every stack of every bar that has closed; value and threshold are rows.

    Args:
        bars: ascending, ``step_ns`` long; the last may still be open.
        instrument: what its ticks and lots are.
        step_ns: length of a bar.
        until_ns: the tape is complete up to and including this instant.
        rule: when a stack is marked.
        gaps_ns: half-open spans in which trades may be missing; bars that touch one are passed by.

    Source:
        DEFINITIONS section 5.
    """
    found = [
        _marker(zone, instrument, rule)
        for bar in bars
        if bar.open_ns + step_ns <= until_ns
        and not any(a < bar.open_ns + step_ns and b > bar.open_ns for a, b in gaps_ns)
        for zone in stacked_zones(bar, step_ns=step_ns, least=rule.least)
    ]
    return Markers(tuple(found))


def _marker(zone: Zone, instrument: Instrument, rule: StackedImbalanceRule) -> Marker:
    grid = instrument.price_grid
    word = "buy" if zone.side > 0 else "sell"
    base = zone.lots * float(instrument.lot_size)
    return Marker(
        kind=MarkerKind.STACKED_IMBALANCE,
        side=zone.side,
        event_ns=zone.event_ns,
        known_ns=zone.known_ns,
        price_ticks=zone.low_ticks if zone.side > 0 else zone.high_ticks,
        value=float(zone.rows),
        threshold=float(rule.least),
        strength=1 - rule.least / zone.rows,
        reason=(
            f"{zone.rows} {word} imbalances upon each other from {grid.text(zone.low_ticks)} to "
            f"{grid.text(zone.high_ticks)}, {base:,.4g} {instrument.base} in them; "
            f"{rule.least} are needed."
        ),
    )
