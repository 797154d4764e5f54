"""What an export has to say beside its table."""

from dataclasses import dataclass, field
from decimal import Decimal

from core.domain.instrument import Instrument


@dataclass(slots=True)
class Told:
    """Filled while the table is written, said once it is.

    Attributes:
        results: lines for standard output.
        notes: sentences for standard error.
    """

    results: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def sides(self, unknown_lots: int, total_lots: int, grid: Instrument) -> None:
        """Note how much of what traded has no known side, if any."""
        if unknown_lots:
            unknown, total = (_size(lots, grid.lot_size) for lots in (unknown_lots, total_lots))
            self.notes.append(
                f"{unknown} of the {total} {grid.base} traded have no known side: "
                "they are in neither column"
            )


def _size(lots: int, lot_size: Decimal) -> str:
    return f"{lots * lot_size:f}"
