"""``export``: what is stored, as a table that a trader can take away."""

import argparse
import sys
from collections.abc import Iterable
from typing import Any, Final

from core.calc.marker_rules import MARKER_RULES
from core.domain.errors import RecordingError
from core.domain.events import Channel
from core.domain.instrument import InstrumentId
from core.domain.marker import Preset
from core.domain.moments import utc_text
from core.domain.timeframe import TIMEFRAMES_NS
from core.domain.units import NS_PER_DAY, NS_PER_S, Ns
from data.commands import sheet
from data.commands.bars import bar_sheets
from data.commands.books import book_sheet, find_book
from data.commands.cut_bars import cut_bar_sheets, size_of_bars
from data.commands.footprints import footprint_sheets
from data.commands.marks import Looked, marker_sheets
from data.commands.parser import instrument_id, moment, recordings, whole
from data.commands.profiles import profile_sheets
from data.commands.told import Told
from data.commands.trades import trade_sheets
from data.commands.vwaps import vwap_sheets
from data.store.catalog import Stored
from data.store.facts import Facts
from data.store.segment import facts_metadata
from data.store.store import Store

KINDS: Final = ("trades", "bars", "footprint", "profile", "vwap", "markers", "book")
DEEPEST: Final = 10_000
"""Levels of a side that can be asked for."""
_ROWS: Final = {
    "footprint": "rows of footprints",
    "profile": "rows of the profile",
    "vwap": "values of VWAP",
}
"""What the rows of a kind are called, where the kind does not say it."""
_WITHOUT_GRADE: Final = frozenset({"footprint", "profile", "vwap", "markers"})
"""Made of trades, with no column that says how many of them are held."""
_HIGHEST: Final = 1_000_000
"""Ticks of a row that can be asked for."""


def add_to(commands: Any) -> None:
    """Add the command to a parser's commands."""
    parser = commands.add_parser(
        "export",
        help="write stored trades, what is made of them, or a book to a file",
        description="Prices are in the quote coin, sizes in the base coin, both exact. A bar's "
        "grade is the share of it that is held, as trade ids and gaps tell: 1.0000 = no trade of "
        "it is missing, empty = not known. A row of prices is named by its lower edge; volume of "
        "unknown side is in neither of its columns, and told. Markers are in the order in which "
        "they could have been known. A book is as the last message before a moment made it; "
        "where messages of it are missing it is refused.",
    )
    parser.add_argument("kind", choices=KINDS, metavar="KIND", help=", ".join(KINDS))
    parser.add_argument("--instrument", type=instrument_id, required=True)
    parser.add_argument("--source", help="where it was stored from; needed where there are several")
    parser.add_argument("--from", dest="from_ns", type=moment, help="first instant: ISO-8601 or ns")
    parser.add_argument("--to", dest="to_ns", type=moment, help="end, itself not included")
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--timeframe", choices=TIMEFRAMES_NS, default="1m", help="of bars (1m)")
    length.add_argument(
        "--by",
        type=size_of_bars,
        metavar="WHAT:SIZE",
        help="of bars that end by what traded: tick:500, volume:10, dollar:1000000, range:50, "
        "delta:25; in trades, base coins, quote coins, ticks, base coins. closed is 0 where a "
        "later trade can still change the bar",
    )
    parser.add_argument("--row-ticks", type=_row_ticks, default=1, help="ticks in a row (1)")
    parser.add_argument(
        "--every", dest="every_ns", type=_every, help="VWAP at the end of each 1s, 90"
    )
    parser.add_argument(
        "--kinds", type=_kinds, default=tuple(MARKER_RULES), help="of markers (all)"
    )
    parser.add_argument(
        "--preset",
        type=Preset,
        choices=tuple(Preset),
        default=Preset.ADAPTIVE,
        metavar="|".join(Preset),
        help="thresholds of markers: what is rare in this market, or the fixed ones that "
        "circulate, where there are some (adaptive)",
    )
    parser.add_argument("--at", dest="at_ns", type=moment, help="moment of a book (the newest)")
    parser.add_argument("--levels", type=_levels, default=5, help="of each side of a book (5)")
    parser.add_argument("--out", required=True, help="FILE.csv, FILE.parquet, or - for CSV here")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Export; 0 = it is written.

    Raises:
        RecordingError: nothing is stored of this, or the file cannot be written.
    """
    if options.by is not None and options.kind != "bars":
        msg = f"--by says how bars end; {options.kind} have none of it"
        raise RecordingError(msg)
    store = Store(recordings())
    if options.kind == "book":
        return _run_book(store, options)
    stored = find(store, options.instrument, options.source)
    told = Told()
    sheets = _sheets(store, stored, options, told)
    metadata = facts_metadata(Facts.of(stored.source, stored.instrument, _channel(stored)))
    rows = sheet.write(options.out, sheets, metadata=metadata)
    _name_unreadable(store, stored)
    what = _ROWS.get(options.kind, options.kind)
    done = f"{rows} {what} of {stored.instrument.id} from {stored.source} written to {options.out}"
    _say(told, done, table_on_output=options.out == "-")
    return 0


def _say(told: Told, done: str, *, table_on_output: bool) -> None:
    """Say what an export found; on standard error where the table has standard output."""
    sys.stderr.writelines(f"{note}\n" for note in told.notes)
    if table_on_output:
        sys.stderr.writelines(f"{result}\n" for result in told.results)
    else:
        sys.stdout.writelines(f"{line}\n" for line in (done, *told.results))


def _sheets(
    store: Store, stored: Stored, options: argparse.Namespace, told: Told
) -> Iterable[sheet.Sheet]:
    from_ns = stored.first_ns if options.from_ns is None else options.from_ns
    to_ns = stored.last_ns + 1 if options.to_ns is None else options.to_ns
    step_ns: Ns = TIMEFRAMES_NS[options.timeframe]
    span = from_ns, to_ns
    if options.kind in _WITHOUT_GRADE or options.by is not None:
        return _without_grade(store, stored, span, options, told)
    if options.kind == "bars":
        return bar_sheets(store, stored, from_ns=from_ns, to_ns=to_ns, step_ns=step_ns)
    packed = options.out.endswith(".parquet")
    return trade_sheets(store, stored, from_ns=from_ns, to_ns=to_ns, with_steps=packed)


def _without_grade(
    store: Store, stored: Stored, span: tuple[Ns, Ns], options: argparse.Namespace, told: Told
) -> Iterable[sheet.Sheet]:
    """Return what no column says of how many trades are held; gaps are told instead."""
    gaps = store.gaps(stored.source, stored.instrument.id, Channel.TRADES)
    is_daily = options.kind == "vwap" or options.by is not None
    told.gaps(gaps, (span[0] // NS_PER_DAY * NS_PER_DAY if is_daily else span[0], span[1]))
    step_ns: Ns = TIMEFRAMES_NS[options.timeframe]
    high: int = options.row_ticks
    if options.by is not None:
        return cut_bar_sheets(store, stored, span, size=options.by, told=told)
    if options.kind == "footprint":
        return footprint_sheets(store, stored, span, step_ns=step_ns, ticks_per_row=high, told=told)
    if options.kind == "profile":
        return profile_sheets(store, stored, span, ticks_per_row=high, told=told)
    if options.kind == "vwap":
        return vwap_sheets(store, stored, span, every_ns=options.every_ns, told=told)
    looked = Looked(options.kinds, options.preset, step_ns, high)
    return marker_sheets(store, stored, span, looked=looked, told=told)


def _run_book(store: Store, options: argparse.Namespace) -> int:
    stored = find_book(store, options.instrument, options.source)
    at_ns = stored.newest_ns if options.at_ns is None else options.at_ns
    table = book_sheet(store, stored, at_ns=at_ns, levels=options.levels)
    metadata = facts_metadata(
        Facts.of(stored.source, stored.instrument, "book", holds=Channel.BOOK)
    )
    rows = sheet.write(options.out, [table], metadata=metadata)
    if options.out != "-":
        of = f"{stored.instrument.id} from {stored.source} at {utc_text(at_ns)}"
        sys.stdout.write(f"{rows} levels of the book of {of} written to {options.out}\n")
    return 0


def _levels(text: str) -> int:
    return whole(text, DEEPEST)


def _row_ticks(text: str) -> int:
    return whole(text, _HIGHEST)


def _every(text: str) -> Ns:
    if text in TIMEFRAMES_NS:
        return TIMEFRAMES_NS[text]
    try:
        return whole(text, NS_PER_DAY // NS_PER_S) * NS_PER_S
    except argparse.ArgumentTypeError as error:
        msg = f"{error}: write seconds, or one of {', '.join(TIMEFRAMES_NS)}"
        raise argparse.ArgumentTypeError(msg) from error


def _kinds(text: str) -> tuple[str, ...]:
    wanted = text.split(",")
    for each in wanted:
        if each not in MARKER_RULES:
            known = ", ".join(MARKER_RULES)
            msg = f"there is no kind of marker {each[:40]!r}; there are {known}"
            raise argparse.ArgumentTypeError(msg)
    return tuple(each for each in MARKER_RULES if each in wanted)


def find(store: Store, wanted: InstrumentId, source: str | None) -> Stored:
    """Return what is stored of an instrument.

    Args:
        source: None = the only one that has it.

    Raises:
        RecordingError: nothing is stored of it, or in several sources.
    """
    try:
        found = [each for each in store.instruments(source) if each.instrument.id == wanted]
    except ValueError as error:
        raise RecordingError(str(error)) from error
    if not found:
        where = f" from {source}" if source else ""
        msg = f"nothing is stored of {wanted}{where}; import a file or record it first"
        raise RecordingError(msg)
    if len(found) > 1:
        names = ", ".join(each.source for each in found)
        msg = f"{wanted} is stored from {names}; choose one with --source"
        raise RecordingError(msg)
    return found[0]


def _name_unreadable(store: Store, stored: Stored) -> None:
    """Say which files were left out; the store knows only now, after it has read them."""
    for each in store.instruments(stored.source):
        if each.instrument.id == stored.instrument.id:
            for problem in (line for day in each.days for line in day.problems):
                sys.stderr.write(f"left out: {problem}\n")


def _channel(stored: Stored) -> str:
    """Return the stream of most days."""
    counts: dict[str, int] = {}
    for day in stored.days:
        for channel in day.channels:
            counts[channel] = counts.get(channel, 0) + day.rows
    return max(counts, key=lambda name: counts[name])
