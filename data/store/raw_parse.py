"""A frame of a raw recording through the decoder of its market, which is the one that live uses."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from core.domain.events import AnyWireEvent
from core.domain.instrument import Instrument
from data.store.raw_formats import RawFrame
from data.venues.decode import decode
from data.venues.registry import MARKETS

_ANSWER: Final[msgspec.json.Decoder[Any]] = msgspec.json.Decoder()


def parsed(frame: RawFrame, listed: Mapping[str, Instrument]) -> Sequence[AnyWireEvent]:
    """Return what a frame says, or the answer to a question for a book.

    Args:
        listed: symbol -> instrument, of the frame's market; the answer for another one is left out.

    Raises:
        FeedError: it cannot be used.
    """
    market = MARKETS[frame.venue, frame.kind]
    if not frame.asked:
        return market.parse_all(frame.payload, ts_recv_ns=frame.ts_recv_ns, instruments=listed)
    instrument = listed.get(frame.asked)
    if instrument is None:
        return []
    body = decode(_ANSWER, frame.payload)
    return [market.parse_book(body, instrument, ts_recv_ns=frame.ts_recv_ns)]
