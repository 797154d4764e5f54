"""Stacked imbalance, the marker: one side prevailed row upon row in a bar that has closed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.calc.footprint import Footprint
from core.calc.marking import beyond, touches
from core.calc.words import coins_text, price_text
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
    rule: StackedImbalanceRule | None = None,
    gaps_ns: Sequence[tuple[Ns, Ns]] = (),
) -> Markers:
    """Return a marker for every stack of every bar that has closed; value and threshold are rows.

    Args:
        bars: ascending, ``step_ns`` long; the last may still be open.
        instrument: what its ticks and lots are.
        step_ns: length of a bar.
        until_ns: the tape is complete up to and including this instant.
        rule: None = its defaults.
        gaps_ns: half-open spans in which trades may be missing; bars that touch one are passed by.

    Source:
        DEFINITIONS section 5.
    """
    used = rule or StackedImbalanceRule()
    opens_ns = np.array([bar.open_ns for bar in bars], np.int64)
    usable = (opens_ns + step_ns <= until_ns) & ~touches(opens_ns, opens_ns + step_ns, gaps_ns)
    found = [
        _marker(zone, instrument, used.least)
        for at in np.flatnonzero(usable).tolist()
        for zone in stacked_zones(bars[at], step_ns=step_ns, least=used.least)
    ]
    return Markers(tuple(found))


def _marker(zone: Zone, instrument: Instrument, least: int) -> Marker:
    word = "Buy" if zone.side > 0 else "Sell"
    return Marker(
        kind=MarkerKind.STACKED_IMBALANCE,
        side=zone.side,
        event_ns=zone.event_ns,
        known_ns=zone.known_ns,
        price_ticks=zone.low_ticks if zone.side > 0 else zone.high_ticks,
        value=float(zone.rows),
        threshold=float(least),
        strength=beyond(zone.rows, least),
        reason=(
            f"{word} imbalances in {zone.rows} rows upon each other ({least} are needed) from "
            f"{price_text(zone.low_ticks, instrument)} to "
            f"{price_text(zone.high_ticks, instrument)}, with "
            f"{coins_text(zone.lots, instrument)} in them."
        ),
    )
