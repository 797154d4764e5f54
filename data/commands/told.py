"""What an export has to say beside its table."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from core.domain.events import Gap
from core.domain.instrument import Instrument
from core.domain.moments import utc_text
from core.domain.units import Ns


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

    def gaps(self, gaps: Iterable[Gap], span: tuple[Ns, Ns]) -> None:
        """Note where trades may be missing in ``span``, if anywhere."""
        touched = [each for each in gaps if each.from_ns < span[1] and each.to_ns > span[0]]
        if touched:
            first = min(touched, key=lambda each: each.from_ns)
            more = f", and in {len(touched) - 1} more spans" if touched[1:] else ""
            self.notes.append(
                f"trades may be missing from {utc_text(first.from_ns)} to "
                f"{utc_text(first.to_ns)}{more}: what is written is of those that are held"
            )


def _size(lots: int, lot_size: Decimal) -> str:
    return f"{lots * lot_size:f}"
