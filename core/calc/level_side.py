"""Level side: the known prices of one side of a book, and what changes of them can be told."""

from collections.abc import Iterator
from enum import IntEnum
from typing import Final, TypeAlias

from core.domain.units import MAX_PRICE_TICKS


class ChangeKind(IntEnum):
    """How far a change can be accounted for."""

    CHANGED = 0
    """What rested before and after is known."""
    OPENED = 1
    """What happened before is not known: a snapshot, or a price that came into view."""
    LEFT = 2
    """The price went out of view; what rests there now is not known."""


Change: TypeAlias = tuple[int, int, int, int, ChangeKind]
"""Side, price, before, after, kind."""
_BEYOND: Final = -MAX_PRICE_TICKS - 1
"""A key worse than that of any price."""


class LevelSide:
    """The levels of one side, keyed so that the larger key is the better price."""

    def __init__(self, sign: int) -> None:
        self.sign = sign
        self.lots: dict[int, int] = {}
        self.edge = _BEYOND

    def changed(self, levels: list[tuple[int, int]]) -> Iterator[Change]:
        """Put the sizes at these keys."""
        for key, after in levels:
            before = self.lots.get(key, 0)
            known = before or key >= self.edge
            if after:
                self.lots[key] = after
            elif before:
                del self.lots[key]
            if before != after:
                kind = ChangeKind.CHANGED if known else ChangeKind.OPENED
                yield self.sign, key * self.sign, before, after, kind

    def replaced(self, levels: list[tuple[int, int]], depth: int) -> Iterator[Change]:
        """Hold these levels and no others."""
        old = self.lots
        self.lots = {key: lots for key, lots in levels if lots}
        self.set_edge(depth)
        for key in sorted(old.keys() | self.lots.keys()):
            after = self.lots.get(key, 0)
            kind = ChangeKind.OPENED if key >= self.edge else ChangeKind.LEFT
            yield self.sign, key * self.sign, old.get(key, 0), after, kind

    def rolled(self, levels: list[tuple[int, int]], depth: int) -> Iterator[Change]:
        """Put the sizes at these keys, then let the worst go, so that ``depth`` stay."""
        changes = list(self.changed(levels))
        for key in sorted(self.lots)[: max(len(self.lots) - depth, 0)]:
            changes.append((self.sign, key * self.sign, self.lots.pop(key), 0, ChangeKind.LEFT))
        self.set_edge(depth)
        for sign, price, before, after, kind in changes:
            is_out = not after and price * sign < self.edge
            yield sign, price, before, after, ChangeKind.LEFT if is_out else kind

    def set_edge(self, depth: int) -> None:
        """Note from which key on everything is known."""
        is_full = bool(self.lots) and len(self.lots) >= depth
        self.edge = min(self.lots) if is_full else _BEYOND

    def best(self) -> int:
        """Return the best price; 0 = there is none."""
        return max(self.lots) * self.sign if self.lots else 0
