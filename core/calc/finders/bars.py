"""Bars: the rules that look at bars which have closed."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import numpy as np

from core.calc.finders.finder import Finder, Forks, Found, Fresh, Spans
from core.domain.arrays import BarArray, empty_bars
from core.domain.marker import Marker, Markers


class ByBar(Forks, Protocol):
    """A rule that is told bar by bar and keeps for itself what it needs."""

    @property
    def not_ready(self) -> str:
        """Return why it cannot judge yet, a clause; empty = it can."""

    def after(self, fresh: BarArray, gaps_ns: Spans = (), /) -> Sequence[Marker]:
        """Return what became known with the next bars."""


class BarFinder(Finder):
    """One such rule."""

    def __init__(self, name: str, rule: ByBar) -> None:
        self._name, self._rule = name, rule

    def not_ready(self) -> Mapping[str, str]:
        """Return what it lacks."""
        lacks = self._rule.not_ready
        return {self._name: lacks} if lacks else {}

    def after(self, fresh: Fresh) -> Found:
        """Return what became known in this piece."""
        if not fresh.bars.size:
            return {}
        return {self._name: self._rule.after(fresh.bars, fresh.piece.gaps_ns)}


class LastBarsFinder(Finder):
    """A rule that judges each bar by so many before it, and by nothing else."""

    def __init__(
        self, name: str, find: Callable[[BarArray, Spans], Markers], *, count: int
    ) -> None:
        """Begin without a past.

        Args:
            find: what it finds in bars.
            count: how many bars before one it looks at.
        """
        self._name, self._find, self._count = name, find, count
        self._bars = empty_bars()
        self._lacks = find(empty_bars(), ()).not_ready

    def not_ready(self) -> Mapping[str, str]:
        """Return what it lacks."""
        return {self._name: self._lacks} if self._lacks else {}

    def after(self, fresh: Fresh) -> Found:
        """Return what became known in this piece."""
        if not fresh.bars.size:
            return {}
        bars = np.concatenate([self._bars, fresh.bars])
        told = self._find(bars, fresh.piece.gaps_ns)
        self._bars, self._lacks = bars[-self._count :], told.not_ready
        first_ns = int(fresh.bars["open_ns"][0])
        return {self._name: [each for each in told.found if each.known_ns > first_ns]}
