"""Units: integer ticks, lots and nanoseconds, and the exact way in from decimal text."""

from decimal import Decimal
from enum import IntEnum
from typing import Final, TypeAlias

from core.domain.errors import BadNumber

Ns: TypeAlias = int
"""Nanoseconds since 1970-01-01 UTC."""

NS_PER_MS: Final = 1_000_000
NS_PER_S: Final = 1_000_000_000
NS_PER_MINUTE: Final = 60 * NS_PER_S
NS_PER_HOUR: Final = 60 * NS_PER_MINUTE
NS_PER_DAY: Final = 24 * NS_PER_HOUR

MAX_PRICE_TICKS: Final = 2**31 - 1
MAX_SIZE_LOTS: Final = 2**53

_MAX_TEXT: Final = 32
_MEMO_ENTRIES: Final = 65_536


class Aggressor(IntEnum):
    """The side that crossed the spread."""

    SELL = -1
    UNKNOWN = 0
    BUY = 1


class Grid:
    """The multiples of one decimal step: text in, whole number of steps out.

    Prices and sizes repeat within a session, so known texts are looked up; an unknown text is
    parsed exactly. ``float()`` is never used: it takes ``1_000``, ``nan`` and full-width digits.
    """

    __slots__ = ("_denominator", "_memo", "_numerator", "largest", "step")

    def __init__(self, step: Decimal, *, largest: int) -> None:
        """Make the grid of ``step``.

        Args:
            step: size of one step, > 0.
            largest: greatest number of steps accepted.

        Raises:
            ValueError: ``step`` is not a finite number above zero.
        """
        if not step.is_finite() or step <= 0:
            msg = f"a grid step must be a finite number above zero, was {step}"
            raise ValueError(msg)
        self.step = step
        self.largest = largest
        self._numerator, self._denominator = step.as_integer_ratio()
        self._memo: dict[str, int] = {}

    def units(self, text: str) -> int:
        """Return how many steps ``text`` is.

        Args:
            text: a plain ASCII decimal, such as ``"61602.01000000"``; no sign, no exponent.

        Returns:
            A whole number in ``[0, largest]``.

        Raises:
            BadNumber: ``text`` is no plain decimal, is off the grid, or is too large.
        """
        known = self._memo.get(text)
        if known is not None:
            return known
        value = self._parse(text)
        if len(self._memo) >= _MEMO_ENTRIES:
            self._memo.clear()
        self._memo[text] = value
        return value

    def text(self, units: int) -> str:
        """Return ``units`` steps as an exact plain decimal, with the decimals of the step."""
        return f"{units * self.step:f}"

    def _parse(self, text: str) -> int:
        whole, _, fraction = text.partition(".")
        digits = whole + fraction
        if len(text) > _MAX_TEXT or not whole or not (digits.isascii() and digits.isdigit()):
            msg = f"not a plain decimal number: {text[:_MAX_TEXT]!r}"
            raise BadNumber(msg)
        steps, rest = divmod(int(digits) * self._denominator, 10 ** len(fraction) * self._numerator)
        if rest:
            msg = f"{text} is not a multiple of the step {self.step}"
            raise BadNumber(msg)
        if steps > self.largest:
            msg = f"{text} is beyond belief: over {self.largest} steps of {self.step}"
            raise BadNumber(msg)
        return int(steps)
