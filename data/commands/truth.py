"""``truth``: how good the markers are on markets of which it is known what happened in them."""

import argparse
import sys
from collections.abc import Iterable
from functools import partial
from typing import Any, Final

from core.domain.units import NS_PER_S
from data.commands.judging import AROUND_NS, TOLERANCE, Verdict, judge
from data.commands.parser import whole

_HEAD: Final = ("marker", "planted", "found", "recall", "precision", "twins", "alarms/h")
_WIDTHS: Final = (21, 8, 6, 7, 10, 8, 9)
_MOST_SEED: Final = 10**9
_MOST: Final = 100


def add_to(commands: Any) -> None:
    """Add the command to a parser's commands."""
    parser = commands.add_parser(
        "truth",
        help="plant events in a simulated market and tell which of them the markers find",
        description="Every kind of event is planted in quiet simulated markets, with twins that "
        "look like it and are not; every rule with its defaults then runs over them.",
    )
    seed, few = partial(whole, most=_MOST_SEED), partial(whole, most=_MOST)
    parser.add_argument("--seed", type=seed, default=1, help="of the first market (1)")
    parser.add_argument("--markets", type=few, default=3, help="how many, seed by seed (3)")
    parser.add_argument("--count", type=few, default=4, help="plants of a kind in each (4)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Judge the rules on some markets and print the table."""
    seeds = range(options.seed, options.seed + options.markets)
    first, *others = (judge(seed, count=options.count) for seed in seeds)
    for each in others:
        first = {name: first[name] + each[name] for name in first}
    sys.stdout.write(_table(first.items()))
    sys.stdout.write(
        f"found: at a plant's side, within {TOLERANCE.ns // NS_PER_S} s and {TOLERANCE.ticks} "
        "ticks of it, once each\n"
        f"precision: of all its marks from {AROUND_NS // NS_PER_S} s before its plants and their "
        "twins to as long after\n"
        "twins: how many look-alikes it took for its own\n"
        "alarms/h: marks in an hour in which nothing was planted\n"
    )
    return 0


def _table(verdicts: Iterable[tuple[str, Verdict]]) -> str:
    return "".join(map(_line, [_HEAD, *(_row(name, each) for name, each in verdicts)]))


def _row(name: str, verdict: Verdict) -> tuple[str, ...]:
    score = verdict.score
    return (
        name,
        str(score.true),
        str(score.right),
        f"{score.recall:.2f}",
        f"{score.precision:.2f}" if score.marked else "-",
        f"{verdict.twins_marked}/{verdict.twins}" if verdict.twins else "-",
        f"{verdict.alarms_per_h:.1f}",
    )


def _line(cells: tuple[str, ...]) -> str:
    name, *numbers = cells
    padded = (text.rjust(width) for text, width in zip(numbers, _WIDTHS[1:], strict=True))
    return f"{name.ljust(_WIDTHS[0])}{''.join(padded)}\n"
