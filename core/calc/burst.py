"""Burst, the marker: one side takes far more than is usual for a second."""

from collections.abc import Sequence

from core.calc.bursts import Burst, BurstRule, Bursts
from core.calc.marking import beyond
from core.calc.taker_seconds import taker_seconds
from core.calc.words import number_text, share_text
from core.domain.arrays import TradeArray
from core.domain.instrument import Instrument
from core.domain.marker import Marker, MarkerKind, Markers
from core.domain.units import Ns


def burst(
    trades: TradeArray,
    instrument: Instrument,
    *,
    until_ns: Ns,
    rule: BurstRule | None = None,
    gaps_ns: Sequence[tuple[Ns, Ns]] = (),
) -> Markers:
    """Return a marker for every burst, at the end of the second with which it became one.

    ``value`` is what the side took in that second, in quote coins; where the rule is in lots, in
    base coins.

    Args:
        trades: TRADE_DTYPE[n], sorted by ``ts_event_ns``.
        instrument: what its ticks and lots are.
        until_ns: the tape is complete up to and including this instant.
        rule: None = its defaults.
        gaps_ns: half-open spans in which trades may be missing.

    Raises:
        ValueError: ``trades`` is not sorted by ``ts_event_ns``, or too much traded to be summed.

    Source:
        DEFINITIONS section 8, burst; section 20 for ``bursts.classic``.
    """
    used = rule or BurstRule()
    told = Bursts(used)
    found = told.after(taker_seconds(trades, until_ns=until_ns), gaps_ns)
    return Markers(tuple(burst_marker(each, instrument, used) for each in found), told.not_ready)


def burst_marker(each: Burst, instrument: Instrument, rule: BurstRule) -> Marker:
    """Return the marker of a burst that ``rule`` found."""
    unit, coin = float(instrument.lot_size), instrument.base
    usual = "fixed"
    if rule.fixed_lots is None:
        unit, coin = unit * float(instrument.tick_size), instrument.quote
        usual = f"{share_text(float(rule.frac), places=1)} of the seconds before had less"
    return Marker(
        kind=MarkerKind.BURST,
        side=each.side,
        event_ns=each.start_ns,
        known_ns=each.known_ns,
        price_ticks=each.price_ticks,
        value=each.rate * unit,
        threshold=each.threshold * unit,
        strength=beyond(each.rate, each.threshold),
        reason=(
            f"{'Buyers' if each.side > 0 else 'Sellers'} took {number_text(each.rate * unit)} "
            f"{coin} in a second, {number_text(each.threshold * unit)} are needed ({usual}); that "
            f"is {share_text((1 + each.one_sided_frac) / 2)} of all that was taken."
        ),
    )
