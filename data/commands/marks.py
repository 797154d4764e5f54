"""Stored trades as markers: what the rules found, when, and when they could have known."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np

from core.calc.finders.finder import MarkerPiece
from core.calc.marker_rules import MARKER_RULES
from core.calc.marker_stream import MarkerStream
from core.domain.arrays import RowArray, TradeArray, empty_trades
from core.domain.errors import RecordingError
from core.domain.events import Channel
from core.domain.instrument import Instrument
from core.domain.marker import Marker, Preset
from core.domain.units import Ns
from data.commands.sheet import Exact, Known, Sheet, Text
from data.commands.told import Told
from data.store.archive import Archive
from data.store.catalog import Stored

_BEGIN_NS: Final[Ns] = -(2**62)
_SIDES: Final = ("sell", "unknown", "buy")


class Looked(NamedTuple):
    """What is looked for.

    Attributes:
        kinds: names of ``MARKER_RULES``.
        preset: the thresholds; rules without fixed ones have the adaptive ones.
        step_ns: length of a bar.
        ticks_per_row: height of a row of its footprint.
    """

    kinds: Sequence[str]
    preset: Preset
    step_ns: Ns
    ticks_per_row: int


def marker_sheets(
    store: Archive,
    stored: Stored,
    span: tuple[Ns, Ns],
    *,
    looked: Looked,
    told: Told,
) -> Iterator[Sheet]:
    """Yield one sheet: what was known first in ``span``, in that order.

    What is stored before ``span`` is the past by which rules judge what is usual.

    Args:
        span: first instant, and end, itself not included.
        looked: what for.
        told: takes, by kind, why a rule could not judge at the end.

    Raises:
        RecordingError: the trades cannot be summed.
    """
    kinds, step_ns = looked.kinds, looked.step_ns
    rules = [MARKER_RULES[each] for each in kinds]
    back_ns = max(each.back_ns + each.back_bars * step_ns for each in rules)
    begin_ns = (span[0] - back_ns) // step_ns * step_ns
    stream = MarkerStream(
        stored.instrument,
        step_ns=step_ns,
        ticks_per_row=looked.ticks_per_row,
        rules=kinds,
        preset=looked.preset,
        from_ns=span[0],
    )
    found: list[tuple[str, Marker]] = []
    try:
        for piece in _pieces(store, stored, (begin_ns, span[1]), step_ns):
            for kind, markers in stream.after(piece).items():
                found += [(kind, each) for each in markers if each.known_ns >= span[0]]
    except ValueError as error:
        raise RecordingError(str(error)) from error
    for kind, lacks in stream.not_ready().items():
        told.notes.append(f"{kind} could not judge at the end: {lacks}")
    found.sort(key=lambda each: (each[1].known_ns, kinds.index(each[0])))
    yield _sheet(found, stored.instrument)


def _pieces(
    store: Archive, stored: Stored, span: tuple[Ns, Ns], step_ns: Ns
) -> Iterator[MarkerPiece]:
    """Yield what is stored, block by block of its trades, each up to the end of an instant."""
    quotes, liquidations, tickers = (
        _rows(store, stored, channel, span)
        for channel in (Channel.QUOTES, Channel.LIQUIDATIONS, Channel.TICKER)
    )
    gaps_ns, quote_gaps_ns, liquidation_gaps_ns = (
        _gaps(store, stored, channel)
        for channel in (Channel.TRADES, Channel.QUOTES, Channel.LIQUIDATIONS)
    )
    # Before the first trade nothing is known: the bar and the second it is in are not whole.
    unknown = (stored.first_ns // step_ns * step_ns, stored.first_ns)

    def piece(trades: TradeArray, from_ns: Ns, until_ns: Ns) -> MarkerPiece:
        return MarkerPiece(
            until_ns=until_ns,
            trades=trades,
            quotes=_between(quotes, from_ns, until_ns),
            liquidations=_between(liquidations, from_ns, until_ns),
            tickers=_between(tickers, from_ns, until_ns),
            gaps_ns=gaps_ns if unknown[0] == unknown[1] else (unknown, *gaps_ns),
            quote_gaps_ns=quote_gaps_ns,
            liquidation_gaps_ns=liquidation_gaps_ns,
        )

    held, until_ns = empty_trades(), _BEGIN_NS
    for rows in store.read_trades(stored.source, stored.instrument.id, *span):
        trades = np.concatenate([held, rows])
        stamps = trades["ts_event_ns"]
        end = int(np.searchsorted(stamps, stamps[-1]))  # more of the last instant may follow
        if end:
            from_ns, until_ns = until_ns, int(stamps[-1]) - 1
            yield piece(trades[:end], from_ns, until_ns)
        held = trades[end:]
    yield piece(held, until_ns, min(span[1] - 1, max(stored.last_ns, until_ns)))


def _between(rows: RowArray | None, from_ns: Ns, until_ns: Ns) -> RowArray | None:
    """Return the rows after one instant until another."""
    if rows is None:
        return None
    first, end = np.searchsorted(rows["ts_event_ns"], (from_ns + 1, until_ns + 1))
    return rows[first:end]


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
