"""Moments: nanoseconds UTC as ISO-8601 text and back, exactly."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from core.domain.units import NS_PER_S, Ns

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_WHOLE: Final = re.compile(r"[0-9]{18,19}")
_MOMENT: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[T ]([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(?:\.([0-9]{1,9}))?)?(Z|[+-][0-9]{2}:[0-9]{2})?"
)


def moment_ns(text: str) -> Ns:
    """Read a time: whole nanoseconds since 1970, or ISO-8601, UTC where no offset is given.

    Args:
        text: such as ``2026-11-21``, ``2026-11-21T08:01:02.5Z`` or ``1795248062500000000``.

    Raises:
        ValueError: it is neither.
    """
    if _WHOLE.fullmatch(text):
        return int(text)
    match = _MOMENT.fullmatch(text)
    if match is None:
        raise ValueError(_advice(text))
    zone = (match[4] or "Z").replace("Z", "+00:00")
    try:
        when = datetime.fromisoformat(f"{match[1]}T{match[2] or '00:00'}{zone}")
    except ValueError as error:
        raise ValueError(_advice(text)) from error
    seconds = (when - _EPOCH) // timedelta(seconds=1)
    return seconds * NS_PER_S + int((match[3] or "").ljust(9, "0"))


def utc_text(ns: Ns) -> str:
    """Return a time as ISO-8601 UTC, with as many decimals as it has."""
    seconds, rest = divmod(ns, NS_PER_S)
    when = _EPOCH + timedelta(seconds=seconds)
    fraction = f".{rest:09d}".rstrip("0") if rest else ""
    return f"{when:%Y-%m-%dT%H:%M:%S}{fraction}Z"


def _advice(text: str) -> str:
    return f"not a time: {text[:60]!r}; write 2026-11-21T08:01:02.5Z or nanoseconds since 1970"
