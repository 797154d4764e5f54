"""Planted marks: what every rule marks in a planted market."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

import numpy as np

from core.calc.fleeting_walls import fleeting_walls
from core.calc.icebergs import Iceberg, Icebergs
from core.calc.ledger_steps import ledger_steps
from core.calc.level_changes import LevelChanges
from core.calc.marker_rules import find_markers
from core.calc.marker_tape import MarkerTape
from core.calc.scores import Mark
from core.calc.wall_events import WallEvent, WallEventKind
from core.calc.wall_size import WallSize
from core.calc.walls import Walls
from core.domain.arrays import RowArray, TradeArray
from core.domain.marker import Marker
from core.domain.units import NS_PER_MINUTE
from data.sources.simulated.planted import PlantedMarket

STEP_NS: Final = NS_PER_MINUTE
"""Length of the bars of the rules that look at bars."""
BOOK_RULES: Final = (
    "wall",
    "wall-pulled-near",
    "wall-pulled-far",
    "wall-eaten",
    "wall-mixed",
    "fleeting-wall",
    "iceberg",
)
"""The rules that need the book."""
_NEAR_BPS: Final = 50.0


def marks_of(market: PlantedMarket, names: Iterable[str]) -> dict[str, list[Mark]]:
    """Return what rules mark after the past of a market, by the rule's name.

    Args:
        market: with its book, if one of the rules is of ``BOOK_RULES``.
        names: of ``MARKER_RULES`` or of ``BOOK_RULES``.
    """
    found: dict[str, list[Mark]] = {}
    for name in names:
        if name in BOOK_RULES:
            found |= {} if name in found else _of_the_book(market)
            continue
        markers = _found(market, name)
        found[name] = [Mark(each.side, each.event_ns, each.price_ticks) for each in markers]
    return found


def _found(market: PlantedMarket, name: str) -> Sequence[Marker]:
    tape = MarkerTape(
        instrument=market.instrument,
        trades=market.trades,
        quotes=market.quotes,
        liquidations=market.liquidations,
        from_ns=market.from_ns,
        until_ns=market.until_ns,
        step_ns=STEP_NS,
        ticks_per_row=1,
        tickers=market.tickers,
    )
    return find_markers(tape, name).found


def _of_the_book(market: PlantedMarket) -> dict[str, list[Mark]]:
    begin, end = np.searchsorted(market.trades["ts_event_ns"], market.book_ns)
    trades = market.trades[begin:end]
    events, icebergs = _follow(market.levels, trades)
    kinds = WallEventKind
    pulled = [each for each in events if each.kind is kinds.PULLED]
    fleeting = fleeting_walls(events, trades, until_ns=market.until_ns)
    found: dict[str, Sequence[WallEvent | Iceberg]] = {
        "wall": [each for each in events if each.kind is kinds.CREATED],
        "wall-pulled-near": [each for each in pulled if each.is_near],
        "wall-pulled-far": [each for each in pulled if not each.is_near],
        "wall-eaten": [each for each in events if each.kind is kinds.EATEN],
        "wall-mixed": [each for each in events if each.kind is kinds.MIXED],
        "fleeting-wall": [each.wall for each in fleeting],
        "iceberg": icebergs,
    }
    return {
        name: [Mark(each.side, each.event_ns, each.price_ticks) for each in rows]
        for name, rows in found.items()
    }


def _follow(levels: RowArray, trades: TradeArray) -> tuple[list[WallEvent], list[Iceberg]]:
    """Return the walls and icebergs of a book; what is large is looked at every minute."""
    book, size = LevelChanges(), WallSize()
    minutes = levels["ts_event_ns"] // NS_PER_MINUTE
    cuts = np.flatnonzero(np.diff(minutes, prepend=minutes[0] - 1, append=minutes[-1] + 1))
    changes, least = [], list[int | None]()
    for begin, end in pairwise(cuts.tolist()):
        least.append(size.least_lots)
        changes.append(book.take(levels[begin:end]))
        size.look(int(levels["ts_event_ns"][end - 1]), book.sizes(within_bps=_NEAR_BPS))
    steps = ledger_steps(np.concatenate(changes), trades)
    ends = np.append(0, np.cumsum([np.unique(each["message"]).size for each in changes]))
    walls, found = Walls(), list[WallEvent]()
    for part, (begin, end) in enumerate(pairwise(np.searchsorted(steps["message"], ends))):
        found += walls.take(steps[begin:end], least_lots=least[part])
    return found, Icebergs().take(steps)
