"""What the commands share: a parser that complains in one sentence, times, the workspace."""

import argparse
import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, NoReturn

from core.domain.instrument import InstrumentId
from core.domain.units import NS_PER_S, Ns
from data.settings import workspace

PROJECT: Final = Path(__file__).resolve().parents[2]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MOMENT: Final = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:\d{2})?"
)


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
    """Read a time: whole nanoseconds since 1970, or ISO-8601, UTC where no offset is given.

    Raises:
        ArgumentTypeError: it is neither.
    """
    if text.isascii() and text.isdigit() and len(text) >= 18:  # noqa: PLR2004
        return int(text)
    match = _MOMENT.fullmatch(text)
    try:
        if match is None:
            raise ValueError(text)  # noqa: TRY301
        zone = (match[4] or "Z").replace("Z", "+00:00")
        when = datetime.fromisoformat(f"{match[1]}T{match[2] or '00:00'}{zone}")
    except ValueError as error:
        msg = f"not a time: {text[:60]!r}; write 2026-11-21T08:01:02.5Z or nanoseconds since 1970"
        raise argparse.ArgumentTypeError(msg) from error
    seconds = (when - _EPOCH) // timedelta(seconds=1)
    return seconds * NS_PER_S + int((match[3] or "").ljust(9, "0"))


def utc_text(ns: Ns) -> str:
    """Return a time as ISO-8601 UTC, to the nanosecond where it has any."""
    seconds, rest = divmod(ns, NS_PER_S)
    when = _EPOCH + timedelta(seconds=seconds)
    fraction = f".{rest:09d}".rstrip("0") if rest else ""
    return f"{when:%Y-%m-%dT%H:%M:%S}{fraction}Z"
