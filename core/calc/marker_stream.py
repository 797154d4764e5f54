"""Marker stream: the marker rules told a tape piece by piece, as it happens."""

from collections.abc import Sequence
from copy import copy
from typing import Self

from core.calc.finders.ended import Ended
from core.calc.finders.finder import MarkerPiece
from core.calc.finders.makers import makers
from core.domain.instrument import Instrument
from core.domain.marker import Marker, Preset
from core.domain.units import Ns


class MarkerStream:
    """What rules find, told as it becomes known: the same, to the last bit, however it is cut.

    A piece costs what is in it. Bars, seconds and what several rules look at are made once.
    """

    def __init__(
        self,
        instrument: Instrument,
        *,
        step_ns: Ns,
        ticks_per_row: int,
        rules: Sequence[str],
        preset: Preset = Preset.ADAPTIVE,
        from_ns: Ns = 0,
    ) -> None:
        """Begin without a past.

        Args:
            instrument: what its ticks and lots are.
            step_ns: length of the bars, whole seconds.
            ticks_per_row: height of the rows of footprints.
            rules: names of ``MARKER_RULES``.
            preset: the thresholds; rules without fixed ones have the adaptive ones.
            from_ns: what is known before it need not be told.

        Raises:
            KeyError: there is no rule of a name.
        """
        self.until_ns: Ns | None = None
        self._ended = Ended(step_ns)
        every = makers(instrument, step_ns, ticks_per_row, preset, from_ns)
        wanted = {name: every[name] for name in rules}
        made = {make: make() for make in wanted.values()}
        self._finders = {name: made[make] for name, make in wanted.items()}

    def fork(self) -> Self:
        """Return a copy; what is told to either is not told to the other. It costs little."""
        twin = copy(self)
        twin._ended = copy(self._ended)
        forks = {finder: finder.fork() for finder in set(self._finders.values())}
        twin._finders = {name: forks[finder] for name, finder in self._finders.items()}
        return twin

    def after(self, piece: MarkerPiece) -> dict[str, tuple[Marker, ...]]:
        """Return what became known in a piece, by rule, in the order of ``known_ns``.

        Args:
            piece: follows the one before without a break. Gaps that begin before its end may not
                become known later: then the stream is to be told anew.

        Raises:
            ValueError: the piece does not follow, or too much traded to be summed.
        """
        fresh = self._ended.after(piece)
        self.until_ns = piece.until_ns
        found = {finder: finder.after(fresh) for finder in set(self._finders.values())}
        return {
            name: tuple(sorted(found[finder].get(name, ()), key=lambda each: each.known_ns))
            for name, finder in self._finders.items()
        }

    def not_ready(self) -> dict[str, str]:
        """Return, of each rule that cannot judge yet, why; a clause."""
        lacks = {name: finder.not_ready().get(name) for name, finder in self._finders.items()}
        return {name: why for name, why in lacks.items() if why}
