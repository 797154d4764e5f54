"""Orders that are found at once: those that sweep the book, and those that are large."""

from collections.abc import Mapping

from core.calc.finders.finder import Finder, Found, Fresh
from core.calc.large_orders import LargeOrders, WhaleRule
from core.calc.sweep_rule import BookSweepRule
from core.calc.sweeps import Sweeps
from core.calc.tape_orders import tape_orders
from core.domain.instrument import Instrument
from core.domain.units import Ns


class SweepFinder(Finder):
    """Keeps the trades of one window, and how far each second of a day went."""

    def __init__(self, instrument: Instrument, rule: BookSweepRule) -> None:
        self._sweeps = Sweeps(instrument, rule)

    def not_ready(self) -> Mapping[str, str]:
        """Return what it lacks."""
        lacks = self._sweeps.not_ready
        return {"book-sweep": lacks} if lacks else {}

    def after(self, fresh: Fresh) -> Found:
        """Return what became known in this piece."""
        return {"book-sweep": self._sweeps.after(fresh.piece.trades, fresh.piece.gaps_ns)}


class WhaleFinder(Finder):
    """Keeps what every order of a week was worth."""

    def __init__(self, instrument: Instrument, rule: WhaleRule, *, from_ns: Ns) -> None:
        tick_lot_quote = float(instrument.tick_size) * float(instrument.lot_size)
        self._orders = LargeOrders(rule, tick_lot_quote=tick_lot_quote, from_ns=from_ns)

    def not_ready(self) -> Mapping[str, str]:
        """Return what it lacks."""
        lacks = self._orders.not_ready
        return {"large-trade": lacks} if lacks else {}

    def after(self, fresh: Fresh) -> Found:
        """Return what became known in this piece."""
        orders = tape_orders(fresh.piece.trades)
        return {"large-trade": self._orders.after(orders, fresh.piece.gaps_ns)}
