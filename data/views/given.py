"""Given: a question whose answer a chart has anyway, for a layer that draws it in another way."""

from dataclasses import dataclass

from core.domain.events import Channel
from core.domain.instrument import InstrumentId
from core.domain.units import Ns
from data.engine import Engine


@dataclass(frozen=True, slots=True)
class Given:
    """Asks nothing of the engine; it is its own query, and its own answer."""

    def query(self) -> "Given":
        """Return itself."""
        return self

    def channels(self) -> tuple[tuple[InstrumentId, Channel], ...]:
        """Return nothing: it rests on what the chart does."""
        return ()

    def view(self, engine: Engine, *, from_ns: Ns, now_ns: Ns) -> "Given":  # noqa: ARG002
        """Return itself."""
        return self
