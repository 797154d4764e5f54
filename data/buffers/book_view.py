"""What a reader gets of an order book: an owned copy of its best levels."""

from dataclasses import dataclass

from core.domain.arrays import IntArray
from core.domain.units import Ns


@dataclass(frozen=True, slots=True)
class BookView:
    """A copy of the best levels of both sides.

    Attributes:
        bid_ticks: int64[n], best first; owned.
        bid_lots: int64[n].
        ask_ticks: int64[m], best first; owned.
        ask_lots: int64[m].
        known_from_ticks: bids at this price and above are all known; below, only some are.
        known_to_ticks: asks at this price and below are all known; above, only some are.
        last_id: the update that the book is at; NO_ID = the venue gives none, or none came yet.
        ts_event_ns: the venue's time of it; 0 = it gave none.
        ts_recv_ns: when it reached us.
    """

    bid_ticks: IntArray
    bid_lots: IntArray
    ask_ticks: IntArray
    ask_lots: IntArray
    known_from_ticks: int
    known_to_ticks: int
    last_id: int
    ts_event_ns: Ns
    ts_recv_ns: Ns
