"""What the commands share: a parser that complains in one sentence, times, the workspace."""

import argparse
import os
from pathlib import Path
from typing import Final, NoReturn

from core.domain.instrument import InstrumentId
from core.domain.moments import moment_ns
from core.domain.units import Ns
from data.settings import workspace

PROJECT: Final = Path(__file__).resolve().parents[2]


class OneSentence(argparse.ArgumentParser):
    """A parser whose errors are one line on standard error and exit code 2."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and how to find help, and leave."""
        self.exit(2, f"{message}; see {self.prog} --help\n")


def recordings() -> Path:
    """Return the folder of the recordings in the workspace; made where it is missing."""
    folder = workspace(os.environ, project=PROJECT) / "recordings"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def instrument_id(text: str) -> InstrumentId:
    """Read ``venue.kind.symbol`` from the command line.

    Raises:
        ArgumentTypeError: it is none; the message says how to write one.
    """
    try:
        return InstrumentId.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def moment(text: str) -> Ns:
    """Read a time from the command line, as moment_ns.

    Raises:
        ArgumentTypeError: it is none; the message says how to write one.
    """
    try:
        return moment_ns(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def whole(text: str, most: int) -> int:
    """Read a whole number from 1 to ``most`` from the command line.

    Raises:
        ArgumentTypeError: it is none.
    """
    if not (text.isascii() and text.isdigit() and 0 < int(text[:20]) <= most):
        msg = f"a whole number from 1 to {most} was expected, was {text[:20]!r}"
        raise argparse.ArgumentTypeError(msg)
    return int(text)
