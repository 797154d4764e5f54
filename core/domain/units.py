"""Units: integer ticks, lots and nanoseconds, and the exact way in from decimal text."""

from collections.abc import Mapping
from decimal import Decimal
from enum import IntEnum
from functools import cache
from math import gcd
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
_MEMO_ENTRIES: Final = 32_768


class Aggressor(IntEnum):
    """The side that crossed the spread."""

    SELL = -1
    UNKNOWN = 0
    BUY = 1


@cache
def _ratios(step: Decimal) -> tuple[tuple[int, int], ...]:
    """Return, by number of decimals, (m, n): the digits of a text times m / n are its steps."""
    numerator, denominator = step.as_integer_ratio()
    ratios = []
    for decimals in range(_MAX_TEXT + 1):
        per = numerator * 10**decimals
        common = gcd(denominator, per)
        ratios.append((denominator // common, per // common))
    return tuple(ratios)


class _Memo(dict[str, int]):
    """Text -> steps of one size; a text that is not held is parsed when it is looked up.

    A book's texts are new five times a diff, so the parsing is one call and no more.
    """

    __slots__ = ("_largest", "_ratios", "_step")

    def __init__(self, step: Decimal, largest: int) -> None:
        super().__init__()
        self._step = step
        self._largest = largest
        self._ratios = _ratios(step)

    def __missing__(self, text: str) -> int:
        whole, _, fraction = text.partition(".")
        digits = whole + fraction
        if len(text) > _MAX_TEXT or not whole or not (digits.isascii() and digits.isdigit()):
            msg = f"not a plain decimal number: {text[:_MAX_TEXT]!r}"
            raise BadNumber(msg)
        many, per = self._ratios[len(fraction)]
        steps, rest = divmod(int(digits) * many, per)
        if rest or not steps:
            steps = self._settled(text, steps, rest, per)
        if steps > self._largest:
            msg = f"{text} is beyond belief: over {self._largest} steps of {self._step}"
            raise BadNumber(msg)
        if len(self) >= _MEMO_ENTRIES:
            self.clear()
        self[text] = steps
        return steps

    def _settled(self, text: str, steps: int, rest: int, _per: int, /) -> int:
        """Return what to make of a text that is zero, or is ``steps`` and ``rest / per`` steps."""
        if rest:
            msg = f"{text} is not a multiple of the step {self._step}"
            raise OffGrid(msg)
        return steps


class _Positive(_Memo):
    """The same without zero."""

    __slots__ = ()

    def _settled(self, text: str, steps: int, rest: int, _per: int, /) -> int:
        if not rest:
            msg = f"a number above zero was expected, was {text}"
            raise BadNumber(msg)
        return super()._settled(text, steps, rest, _per)


class _Nearest(_Memo):
    """The same, rounded."""

    __slots__ = ()

    def _settled(self, _text: str, steps: int, rest: int, per: int, /) -> int:
        return max(steps + (2 * rest >= per), 1) if rest else steps


class Grid:
    """The multiples of one decimal step: text in, whole number of steps out.

    Prices and sizes repeat within a session, so known texts are looked up; an unknown text is
    parsed exactly. ``float()`` is never used: it takes ``1_000``, ``nan`` and full-width digits.

    Attributes:
        positive: ``positive[text]`` is ``units(text)`` without the call, for loops over many
            texts; zero is a BadNumber.
        nearest: ``nearest[text]`` rounds what lies between two steps to the nearest, and never to
            nothing. Only for sizes that rest in a book: those of old orders may be finer than
            what the venue takes now.
    """

    __slots__ = ("_memo", "largest", "nearest", "positive", "step")

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
        self._memo = _Memo(step, largest)
        self.positive: Mapping[str, int] = _Positive(step, largest)
        self.nearest: Mapping[str, int] = _Nearest(step, largest)

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
        return self._memo[text]

    def text(self, units: int) -> str:
        """Return ``units`` steps as an exact plain decimal, with the decimals of the step."""
        return f"{units * self.step:f}"
