"""Setting values: how one value of the settings is read, whatever the file or a variable says."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, isfinite
from typing import Final

from core.domain.errors import SettingsError

_MOST_DAYS: Final = 36_500
_COIN: Final = re.compile(r"[A-Z0-9]{1,15}")


@dataclass(frozen=True, slots=True)
class Outlets:
    """Where alerts go besides the page.

    Attributes:
        urls: apprise's addresses of services; they hold keys, and are nowhere shown.
        tests: alerts of markets that are not live are sent, too.
    """

    urls: tuple[str, ...] = ()
    tests: bool = False


def choice(value: object, origin: str, *, of: tuple[str, ...]) -> str:
    """Return one of a few words.

    Raises:
        SettingsError: it is none of them; so below for every value that cannot be.
    """
    if isinstance(value, str) and value in of:
        return value
    msg = f"{origin} must be one of {', '.join(of)}, was {value!r}"
    raise SettingsError(msg)


def seed(value: object, origin: str) -> int:
    """Return a whole number from 0 to 2^63 - 1."""
    try:
        number = int(str(value))
    except ValueError:
        number = -1
    if not 0 <= number < 2**63:
        msg = f"{origin} must be a whole number from 0 to 2^63 - 1, was {value!r}"
        raise SettingsError(msg)
    return number


def speed(value: object, origin: str) -> float:
    """Return a number above 0 and at most 1000, or infinity."""
    try:
        number = float(str(value))
    except ValueError:
        number = 0.0
    if number != inf and not (isfinite(number) and 0 < number <= 1000):  # noqa: PLR2004
        msg = f"{origin} must be above 0 and at most 1000, or inf, was {value!r}"
        raise SettingsError(msg)
    return number


def switch(value: object, origin: str) -> bool:
    """Return whether it is on."""
    if value in (True, "true", "on", "1"):
        return True
    if value in (False, "false", "off", "0"):
        return False
    msg = f"{origin} must be true or false, was {value!r}"
    raise SettingsError(msg)


def days(value: object, origin: str) -> int | None:
    """Return a whole number of days; None = ``off``."""
    if value == "off":
        return None
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST_DAYS:
        return value
    msg = f'{origin} must be a whole number of days up to {_MOST_DAYS}, or "off", was {value!r}'
    raise SettingsError(msg)


def gigabytes(value: object, origin: str) -> float | None:
    """Return a number above 0; None = ``off``."""
    if value == "off":
        return None
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < inf:
        return float(value)
    msg = f'{origin} must be a number of gigabytes above 0, or "off", was {value!r}'
    raise SettingsError(msg)


def layers(value: object, origin: str) -> tuple[str, ...]:
    """Return one text per layer."""
    if isinstance(value, list | tuple) and all(isinstance(each, str) for each in value):
        return tuple(value)
    msg = f'{origin} must be a list such as ["vwap", "cvd(of: by size)"], was {value!r}'
    raise SettingsError(msg)


def coins(value: object, origin: str) -> tuple[str, ...]:
    """Return coins by their letters, each once, in the order told; at least one."""
    listed = value if isinstance(value, list | tuple) else ()
    if listed and all(isinstance(each, str) and _COIN.fullmatch(each) for each in listed):
        return tuple(dict.fromkeys(listed))
    msg = f'{origin} must be a list such as ["BTC", "ETH"], was {value!r}'
    raise SettingsError(msg)


def outlets(value: object, origin: str) -> Outlets:
    """Return where alerts go: a table with ``urls``, and ``tests``."""
    if not isinstance(value, Mapping) or not value.keys() <= {"urls", "tests"}:
        msg = f'{origin} must be a table with urls = ["..."] and, for tests, tests = true'
        raise SettingsError(msg)
    urls = value.get("urls", [])
    if not isinstance(urls, list) or not all(isinstance(each, str) and each for each in urls):
        msg = f"{origin}.urls must be a list of texts"  # keys may be in it: it is not repeated
        raise SettingsError(msg)
    return Outlets(tuple(urls), switch(value.get("tests", False), f"{origin}.tests"))
