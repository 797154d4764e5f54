"""What could not be recorded, as one gap per instrument."""

from core.domain.events import Gap, TradeBlock
from core.domain.instrument import InstrumentId
from core.domain.units import Ns


class Losses:
    """The spans of lost rows; for one thread at a time."""

    def __init__(self) -> None:
        self._spans: dict[InstrumentId, tuple[Ns, Ns, int]] = {}
        self._kept: list[Gap] = []

    def add(self, block: TradeBlock) -> None:
        """Note that these rows, sorted and at least one, are lost."""
        first_ns = int(block.rows["ts_event_ns"][0])
        end_ns = int(block.rows["ts_event_ns"][-1]) + 1
        key = block.instrument.id
        before = self._spans.get(key, (first_ns, end_ns, 0))
        self._spans[key] = (
            min(before[0], first_ns),
            max(before[1], end_ns),
            before[2] + block.rows.size,
        )

    def take(self) -> list[Gap]:
        """Return the gaps, and forget them."""
        gaps = self._kept + [
            Gap(key, from_ns, to_ns, f"{rows} trades came faster than the disk could take them")
            for key, (from_ns, to_ns, rows) in self._spans.items()
        ]
        self._spans, self._kept = {}, []
        return gaps

    def put_back(self, gaps: list[Gap]) -> None:
        """Remember gaps again that could not be stored."""
        self._kept += gaps
