"""Efforts without a result, and those of which the price was held."""

from collections.abc import Mapping
from typing import Final

from core.calc.absorption import Held
from core.calc.effort_no_result import EffortsNoResult
from core.calc.efforts import Heard
from core.calc.finders.finder import Finder, Found, Fresh
from core.calc.fixed_absorption import FixedAbsorptions
from core.domain.instrument import Instrument
from core.domain.units import NS_PER_S

RULES: Final = ("effort-no-result", "absorption")


class EffortFinder(Finder):
    """Both, since the one is what becomes of the other."""

    def __init__(self, instrument: Instrument) -> None:
        self._efforts, self._held = EffortsNoResult(instrument), Held()
        self._has_quotes = False

    def not_ready(self) -> Mapping[str, str]:
        """Return what both of them lack."""
        lacks = self._efforts.not_ready if self._has_quotes else "no best quotes are known"
        return dict.fromkeys(RULES, lacks) if lacks else {}

    def after(self, fresh: Fresh) -> Found:
        """Return what became known in this piece."""
        piece = fresh.piece
        self._has_quotes = piece.quotes is not None
        if piece.quotes is None:
            return {}
        end_ns = piece.until_ns // NS_PER_S * NS_PER_S
        gaps_ns = piece.gaps_ns + piece.quote_gaps_ns
        heard = Heard(end_ns, fresh.ended, piece.quotes, fresh.minutes)
        efforts = self._efforts.after(heard, gaps_ns)
        held = self._held.after(heard, efforts, gaps_ns)
        return {"effort-no-result": efforts, "absorption": held}


class FixedAbsorptionFinder(Finder):
    """Absorption by fixed thresholds."""

    def __init__(self, instrument: Instrument) -> None:
        self._fixed = FixedAbsorptions(instrument)

    def not_ready(self) -> Mapping[str, str]:
        """Return what it lacks."""
        lacks = self._fixed.not_ready
        return {"absorption": lacks} if lacks else {}

    def after(self, fresh: Fresh) -> Found:
        """Return what became known in this piece."""
        piece = fresh.piece
        end_ns = piece.until_ns // NS_PER_S * NS_PER_S
        found = self._fixed.after(fresh.seconds, until_ns=end_ns, gaps_ns=piece.gaps_ns)
        return {"absorption": found}
