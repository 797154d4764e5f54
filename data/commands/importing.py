"""``import``: files of others into the recordings, under a source of their own."""

import argparse
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from core.domain.errors import BadNumber, RecordingError
from data.commands.parser import instrument_id, recordings
from data.imports.into_store import Imported, import_file
from data.imports.market_rows import MarketRows
from data.imports.tables import Wish
from data.store import paths
from data.store.store import Store
from data.venues.decode import decimal_of

SOURCE: Final = "import"


def add_to(commands: Any) -> None:
    """Add the command to a parser's commands."""
    parser = commands.add_parser(
        "import",
        help="bring files of others into the recordings",
        description="Formats are told by content: archives of Binance, Bybit and OKX (CSV, gzip, "
        "zip), Tardis trades and books, raw recordings with all that is in them, Tapescope's own "
        "CSV and Parquet. Rows that cannot be used are counted and the first 20 of them listed; "
        "the others are kept. Raw recordings that follow one another are given in their order.",
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
    """Import every file; 2 = at least one could not be read.

    Raises:
        RecordingError: the recordings cannot be written.
    """
    root = recordings()
    _require_name(root, options.source)
    store = Store(root)
    failed = 0
    try:
        try:
            failed = _import_all(options, store)
            store.seal()
        finally:
            store.close()
    except OSError as error:
        if failed:
            return failed  # and said
        msg = f"the recordings cannot be written ({error.strerror}); what was stored before is kept"
        raise RecordingError(msg) from error
    return failed


def _import_all(options: argparse.Namespace, store: Store) -> int:
    wish = Wish(options.instrument, options.contract_value)
    besides = MarketRows()
    failed = 0
    for path in options.files:
        try:
            imported = import_file(path, wish, store, source=options.source, besides=besides)
        except RecordingError as error:
            failed = 2
            sys.stderr.write(f"{error.ui_message}\n")
        else:
            _complain(imported)
            sys.stdout.write(f"{imported.sentence()}\n")
    return failed


def _require_name(root: Path, source: str) -> None:
    try:
        paths.source_folder(root, source)
    except ValueError as error:
        raise RecordingError(str(error)) from error


def _complain(imported: Imported) -> None:
    """List what was refused."""
    name, tally = imported.name, imported.tally
    for problem in tally.problems:
        sys.stderr.write(f"{name}: {problem}\n")
    for bad in tally.listed:
        sys.stderr.write(f"{name}: {imported.unit} {bad.line}: {bad.reason}\n")
    if tally.refused > len(tally.listed):
        sys.stderr.write(f"{name}: and {tally.refused - len(tally.listed)} more\n")


def _decimal(text: str) -> Decimal:
    try:
        return decimal_of(text)
    except BadNumber as error:
        raise argparse.ArgumentTypeError(str(error)) from error
