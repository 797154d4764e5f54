"""Stored trades as markers: what the rules found, when, and when they could have known."""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from core.calc.marker_rules import MARKER_RULES, find_markers
from core.calc.marker_tape import MarkerTape
from core.domain.arrays import RowArray, TradeArray, empty_trades
from core.domain.errors import RecordingError
from core.domain.events import Channel
from core.domain.instrument import Instrument
from core.domain.marker import Marker
from core.domain.units import Ns
from data.commands.sheet import Exact, Known, Sheet, Text
from data.commands.told import Told
from data.store.archive import Archive
from data.store.catalog import Stored

MOST_TRADES: Final = 20_000_000
"""Held at once, 0.8 GB: the rules look at the tape as a whole."""
_SIDES: Final = ("sell", "unknown", "buy")


def marker_sheets(
    store: Archive,
    stored: Stored,
    span: tuple[Ns, Ns],
    *,
    kinds: Sequence[str],
    bars: tuple[Ns, int],
    told: Told,
) -> Iterator[Sheet]:
    """Yield one sheet: what was known first in ``span``, in that order.

    What is stored before ``span`` is the past by which rules judge what is usual.

    Args:
        span: first instant, and end, itself not included.
        kinds: names of ``MARKER_RULES``.
        bars: length of a bar, and height of a row of its footprint in ticks.
        told: takes, by kind, why a rule could not judge at the end.

    Raises:
        RecordingError: there are more trades than can be held, or they cannot be summed.
    """
    back_ns = max(
        MARKER_RULES[each].back_ns + MARKER_RULES[each].back_bars * bars[0] for each in kinds
    )
    begin_ns = (span[0] - back_ns) // bars[0] * bars[0]
    found: list[tuple[str, Marker]] = []
    try:
        tape = _tape(store, stored, (begin_ns, *span), bars)
        for kind in kinds:
            markers = find_markers(tape, kind)
            found += [(kind, each) for each in markers.found]
            if markers.not_ready:
                told.notes.append(f"{kind} could not judge at the end: {markers.not_ready}")
    except ValueError as error:
        raise RecordingError(str(error)) from error
    found.sort(key=lambda each: each[1].known_ns)
    yield _sheet(found, stored.instrument)


def _tape(
    store: Archive, stored: Stored, moments: tuple[Ns, Ns, Ns], bars: tuple[Ns, int]
) -> MarkerTape:
    begin_ns, from_ns, to_ns = moments
    # Before the first trade nothing is known: the bar and the second it is in are not whole.
    unknown = (stored.first_ns // bars[0] * bars[0], stored.first_ns)
    gaps_ns = _gaps(store, stored, Channel.TRADES)
    return MarkerTape(
        instrument=stored.instrument,
        trades=_trades(store, stored, begin_ns, to_ns),
        quotes=_rows(store, stored, Channel.QUOTES, (begin_ns, to_ns)),
        liquidations=_rows(store, stored, Channel.LIQUIDATIONS, (begin_ns, to_ns)),
        from_ns=from_ns,
        until_ns=min(to_ns - 1, stored.last_ns),
        step_ns=bars[0],
        ticks_per_row=bars[1],
        gaps_ns=gaps_ns if unknown[0] == unknown[1] else (unknown, *gaps_ns),
        quote_gaps_ns=_gaps(store, stored, Channel.QUOTES),
    )


def _trades(store: Archive, stored: Stored, begin_ns: Ns, to_ns: Ns) -> TradeArray:
    parts, held = [empty_trades()], 0
    for rows in store.read_trades(stored.source, stored.instrument.id, begin_ns, to_ns):
        parts.append(rows)
        held += rows.size
        if held > MOST_TRADES:
            msg = f"there are more than {MOST_TRADES:,} trades; choose less with --from, --to"
            raise RecordingError(msg)
    return np.concatenate(parts)


def _rows(store: Archive, stored: Stored, channel: Channel, span: tuple[Ns, Ns]) -> RowArray | None:
    """Return a channel's rows by the venue's time; None = none are stored."""
    parts = list(
        store.read(stored.source, stored.instrument.id, channel, span, grid=stored.instrument)
    )
    if not parts:
        return None
    rows: RowArray = np.concatenate(parts)
    return rows[np.argsort(rows["ts_event_ns"], kind="stable")]


def _gaps(store: Archive, stored: Stored, channel: Channel) -> tuple[tuple[Ns, Ns], ...]:
    gaps = store.gaps(stored.source, stored.instrument.id, channel)
    return tuple((each.from_ns, each.to_ns) for each in gaps)


def _sheet(found: Sequence[tuple[str, Marker]], grid: Instrument) -> Sheet:
    names = tuple(MARKER_RULES)
    markers = [each for _, each in found]

    def whole(name: str) -> Known:
        return Known(np.array([getattr(each, name) for each in markers], np.int64))

    def real(name: str) -> Known:
        return Known(np.array([getattr(each, name) for each in markers], np.float64))

    return {
        "kind": Text(np.array([names.index(kind) for kind, _ in found], np.int64), names),
        "side": Text(np.array([each.side + 1 for each in markers], np.int64), _SIDES),
        "event_ns": whole("event_ns"),
        "known_ns": whole("known_ns"),
        "price": Exact(np.array([each.price_ticks for each in markers], np.int64), grid.tick_size),
        "value": real("value"),
        "threshold": real("threshold"),
        "strength": real("strength"),
        "reason": Text(np.arange(len(found)), tuple(each.reason for each in markers)),
    }
