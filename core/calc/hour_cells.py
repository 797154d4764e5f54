"""Hour cells: the values of some days, those of each hour of the day kept apart."""

from copy import copy
from typing import Final, Self

from core.calc.ranked import Ranked
from core.calc.ranked_window import RankedWindow
from core.domain.units import NS_PER_DAY, NS_PER_HOUR, Ns

_HOURS: Final = 24


class HourCells:
    """One window for each hour, UTC; copies share those that neither has written to since."""

    def __init__(self, days: int) -> None:
        """Begin without a value.

        Args:
            days: >= 1; nothing is said unless each of the last so many UTC days had a value, and
                nothing that is older counts.
        """
        self._count = days
        self._span_ns = days * NS_PER_DAY
        self._days: tuple[int, ...] = ()
        self._cells = tuple(RankedWindow() for _ in range(_HOURS))
        self._own = frozenset(range(_HOURS))

    def fork(self) -> Self:
        """Return a copy; what is done to either does not show in the other."""
        twin = copy(self)
        self._own = twin._own = frozenset()
        return twin

    def add(self, at_ns: Ns, value: float) -> None:
        """Add a value that became known at ``at_ns``, not before the last one; not NaN."""
        day = at_ns // NS_PER_DAY
        if self._days[-1:] != (day,):
            self._days = (*self._days[-self._count :], day)
        cell = self._cell(at_ns)
        cell.forget(at_ns - self._span_ns)
        cell.add(at_ns, value)

    def before(self, at_ns: Ns) -> Ranked | None:
        """Return the values of this hour of the days before; None = there are too few days."""
        today = at_ns // NS_PER_DAY
        if sum(today - self._count <= each < today for each in self._days) < self._count:
            return None
        cell = self._cell(at_ns)
        cell.forget(at_ns - self._span_ns)
        return cell.ranked

    def _cell(self, at_ns: Ns) -> RankedWindow:
        """Return the cell of an instant, to be written to."""
        hour = at_ns // NS_PER_HOUR % _HOURS
        if hour not in self._own:
            fresh = self._cells[hour].fork()
            self._cells = (*self._cells[:hour], fresh, *self._cells[hour + 1 :])
            self._own |= {hour}
        return self._cells[hour]
