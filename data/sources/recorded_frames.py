"""What the frames of raw recordings become: the events that they became when they were live."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from core.domain.derivatives import DerivativeTicker, Liquidations
from core.domain.errors import FeedError, UnknownSymbol
from core.domain.events import (
    AnyWireEvent,
    BestQuote,
    BookDelta,
    BookSnapshot,
    MarketEvent,
    NoTrade,
    Trades,
)
from core.domain.instrument import Instrument, MarketKind, Venue
from core.domain.units import NS_PER_MINUTE, Ns
from data.feeds.continuity import Continuity, named
from data.feeds.health import HealthBoard
from data.store.raw_formats import RawFrame
from data.store.raw_parse import parsed
from data.store.raw_scan import Instruments
from data.venues.registry import MARKETS

SILENT_NS: Final[Ns] = NS_PER_MINUTE
"""A market without a frame for so long was not being recorded, or its connection was lost."""

_Market: TypeAlias = tuple[Venue, MarketKind]
_PLAIN: Final = (BookDelta, BookSnapshot, BestQuote, DerivativeTicker, Liquidations)


@dataclass(frozen=True, slots=True)
class Silent:
    """Nothing came of a market for SILENT_NS.

    Attributes:
        at_ns: when that was noticed.
    """

    market: _Market
    at_ns: Ns


def with_silences(frames: Iterable[RawFrame]) -> Iterator[tuple[Ns, RawFrame | Silent]]:
    """Yield (time, frame), and (time, silence) where a market stays silent before a frame."""
    newest_ns: dict[_Market, Ns] = {}
    for frame in frames:
        over_ns = frame.ts_recv_ns - SILENT_NS
        over = [(at_ns, market) for market, at_ns in newest_ns.items() if at_ns < over_ns]
        for at_ns, market in sorted(over):
            del newest_ns[market]
            yield at_ns + SILENT_NS, Silent(market, at_ns + SILENT_NS)
        newest_ns[frame.venue, frame.kind] = frame.ts_recv_ns
        yield frame.ts_recv_ns, frame


class RecordedFrames:
    """Decodes frames in the order in which they arrived; again and again from the first."""

    def __init__(self, listed: Instruments, health: HealthBoard) -> None:
        """Make a decoder.

        Args:
            listed: who is played, by market and symbol.
            health: where refused frames are counted, each once.
        """
        self._listed = listed
        self._health = health
        self._continuity = Continuity()
        self._decoded = self._judged = 0

    def begin(self) -> None:
        """Start over: the first frame comes next."""
        self._continuity = Continuity()
        self._decoded = 0

    def events(self, frame: RawFrame) -> Iterator[MarketEvent]:
        """Yield what a frame says, and the gaps that it shows; nothing if it cannot be used."""
        self._decoded += 1
        listed = self._listed.get((frame.venue, frame.kind), {})
        said: Sequence[AnyWireEvent] = ()
        try:
            said = parsed(frame, listed)
        except FeedError as error:
            if not isinstance(error, UnknownSymbol):  # those are named in the notes
                self._refuse(frame, str(error))
                self._doubt(frame, listed)
        self._judged = max(self._judged, self._decoded)
        for event in said:
            if isinstance(event, Trades):
                yield from self._continuity.take(event, MARKETS[frame.venue, frame.kind].facts)
                yield event
            elif isinstance(event, NoTrade):
                self._continuity.skip(event)
            elif isinstance(event, _PLAIN):
                yield event

    def _refuse(self, frame: RawFrame, reason: str) -> None:
        if self._decoded > self._judged:
            self._health.refused(
                frame.venue,
                frame.kind,
                raw=frame.payload,
                reason=reason,
                now_ns=frame.ts_recv_ns,
            )

    def _doubt(self, frame: RawFrame, listed: Mapping[str, Instrument]) -> None:
        """A frame that could not be read may have held trades of what it names."""
        topic_of = MARKETS[frame.venue, frame.kind].trade_topic
        topics = {topic_of(symbol): each.id for symbol, each in listed.items()}
        self._continuity.doubt(topics[topic] for topic in named(frame.payload, topics))
