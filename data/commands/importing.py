"""``import``: files of others into the recordings, under a source of their own."""

import argparse
import sys
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from core.domain.errors import BadNumber, RecordingError
from core.domain.instrument import Instrument
from data.commands.parser import instrument_id, recordings, utc_text
from data.imports.files import read_file
from data.imports.reading import Reading
from data.imports.tables import Wish
from data.store import paths
from data.store.store import Store
from data.venues.decode import decimal_of

SOURCE: Final = "import"

_MOST_NAMED: Final = 3


def add_to(commands: Any) -> None:
    """Add the command to a parser's commands."""
    parser = commands.add_parser(
        "import",
        help="bring files of others into the recordings",
        description="Formats are told by content: archives of Binance, Bybit and OKX (CSV, gzip, "
        "zip), Tardis trades, raw recordings, Tapescope's own CSV and Parquet. Rows that cannot "
        "be used are counted and the first 20 of them listed; the others are kept.",
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument(
        "--instrument",
        type=instrument_id,
        help="such as binance.perp.ETHUSDT: what a file is of that does not say it, "
        "and the only one that is taken of a file that does",
    )
    parser.add_argument("--source", default=SOURCE, help=f"name to store it under ({SOURCE})")
    parser.add_argument(
        "--contract-value",
        type=_decimal,
        help="base coins in one contract, for swaps that are not listed here",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Import every file; 2 = at least one could not be read."""
    wish = Wish(options.instrument, options.contract_value)
    failed = 0
    root = recordings()
    _require_name(root, options.source)
    store = Store(root)
    try:
        for path in options.files:
            try:
                sys.stdout.write(f"{import_file(path, wish, store, options.source)}\n")
            except RecordingError as error:
                failed = 2
                sys.stderr.write(f"{error.ui_message}\n")
        store.seal()
    finally:
        store.close()
    return failed


def import_file(path: Path, wish: Wish, store: Store, source: str) -> str:
    """Bring one file into the store.

    Returns:
        One line: what was kept and refused, the span, the instruments, inferred or not. What was
        refused is listed on standard error.

    Raises:
        RecordingError: the file cannot be read, or the store cannot be written.
    """
    reading = read_file(path, wish, scratch=store.root)
    try:
        for instrument, channel, rows in reading.blocks():
            store.append(source, instrument, channel, rows)
            store.flush()
        return _report(path, reading)
    except OSError as error:
        msg = f"{path.name} could not be stored ({error.strerror}); what was stored before is kept"
        raise RecordingError(msg) from error
    finally:
        reading.close()


def _require_name(root: Path, source: str) -> None:
    try:
        paths.source_folder(root, source)
    except ValueError as error:
        raise RecordingError(str(error)) from error


def _report(path: Path, reading: Reading) -> str:
    tally = reading.tally
    for problem in tally.problems:
        sys.stderr.write(f"{path.name}: {problem}\n")
    for bad in tally.listed:
        sys.stderr.write(f"{path.name}: {reading.unit} {bad.line}: {bad.reason}\n")
    if tally.refused > len(tally.listed):
        sys.stderr.write(f"{path.name}: and {tally.refused - len(tally.listed)} more\n")
    if not tally.found:
        msg = f"{path.name} holds no trade that can be kept; {tally.refused} rows were refused"
        raise RecordingError(msg)
    first_ns = min(each.first_ns for each in tally.found.values())
    last_ns = max(each.last_ns for each in tally.found.values())
    return (
        f"{path.name}: {reading.title}, {tally.kept} rows kept, {tally.refused} refused, "
        f"{utc_text(first_ns)} to {utc_text(last_ns)}, {_named(tally.found)}"
    )


def _named(instruments: Iterable[Instrument]) -> str:
    texts = [
        f"{each.id} ({'inferred' if each.inferred else 'listed'} tick {each.tick_size}, "
        f"lot {each.lot_size:f})"
        for each in instruments
    ]
    more = f" and {len(texts) - _MOST_NAMED} more" if len(texts) > _MOST_NAMED else ""
    return ", ".join(texts[:_MOST_NAMED]) + more


def _decimal(text: str) -> Decimal:
    try:
        return decimal_of(text)
    except BadNumber as error:
        raise argparse.ArgumentTypeError(str(error)) from error
