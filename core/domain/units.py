"""Units: integer ticks, lots and nanoseconds, and the exact way in from decimal text."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import IntEnum
from typing import Final, TypeAlias

from core.domain.errors import BadNumber, OffGrid

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
_MEMO_ENTRIES: Final = 16_384


class Aggressor(IntEnum):
    """The side that crossed the spread."""

    SELL = -1
    UNKNOWN = 0
    BUY = 1


class _Memo(dict[str, int]):
    """Text -> steps; a text that is not held is parsed when it is looked up."""

    __slots__ = ("_parse",)

    def __init__(self, parse: Callable[[str], int]) -> None:
        super().__init__()
        self._parse = parse

    def __missing__(self, text: str) -> int:
        value = self._parse(text)
        if len(self) >= _MEMO_ENTRIES:
            self.clear()
        self[text] = value
        return value


class Grid:
    """The multiples of one decimal step: text in, whole number of steps out.

    Prices and sizes repeat within a session, so known texts are looked up; an unknown text is
    parsed exactly. ``float()`` is never used: it takes ``1_000``, ``nan`` and full-width digits.

    Attributes:
        by_text: ``by_text[text]`` is ``units(text)`` without the call, for loops over many texts.
        nearest: the same, but what lies between two steps is rounded to the nearest, and never to
            nothing. Only for sizes that rest in a book: those of old orders may be finer than
            what the venue takes now.
    """

    __slots__ = ("_denominator", "_numerator", "by_text", "largest", "nearest", "step")

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
        self.by_text: Mapping[str, int] = _Memo(self._exact)
        self.nearest: Mapping[str, int] = _Memo(self._rounded)

    def units(self, text: str) -> int:
        """Return how many steps ``text`` is.

        Args:
            text: a plain ASCII decimal, such as ``"61602.01000000"``; no sign, no exponent.

        Returns:
            A whole number in ``[0, largest]``.

        Raises:
            BadNumber: ``text`` is no plain decimal, or is too large.
            OffGrid: it lies between two steps.
        """
        return self.by_text[text]

    def text(self, units: int) -> str:
        """Return ``units`` steps as an exact plain decimal, with the decimals of the step."""
        return f"{units * self.step:f}"

    def _exact(self, text: str) -> int:
        steps, rest, _ = self._divide(text)
        if rest:
            msg = f"{text} is not a multiple of the step {self.step}"
            raise OffGrid(msg)
        return self._believed(steps, text)

    def _rounded(self, text: str) -> int:
        steps, rest, whole = self._divide(text)
        if rest:
            steps = max(steps + (2 * rest >= whole), 1)
        return self._believed(steps, text)

    def _divide(self, text: str) -> tuple[int, int, int]:
        """Return the whole steps of ``text``, what is left over, and what a step is of that."""
        whole, _, fraction = text.partition(".")
        digits = whole + fraction
        if len(text) > _MAX_TEXT or not whole or not (digits.isascii() and digits.isdigit()):
            msg = f"not a plain decimal number: {text[:_MAX_TEXT]!r}"
            raise BadNumber(msg)
        step = 10 ** len(fraction) * self._numerator
        return *divmod(int(digits) * self._denominator, step), step

    def _believed(self, steps: int, text: str) -> int:
        if steps > self.largest:
            msg = f"{text} is beyond belief: over {self.largest} steps of {self.step}"
            raise BadNumber(msg)
        return steps
