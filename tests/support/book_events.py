"""Short ways to make book events in tests: ids and levels are what matters."""

from core.domain.events import REST, BookDelta, BookSnapshot
from tests.support.trades import instrument

START_NS = 1_795_248_000_000_000_000
BTC = instrument("binance.perp.BTCUSDT", tick="1", step="1")


def delta(last_id, first_id=None, *, after=None, bids=(), asks=(), **fields):
    """A delta; its time goes with its id unless ``at_ms`` is given."""
    at_ns = START_NS + fields.get("at_ms", last_id) * 1_000_000
    return BookDelta(
        instrument=BTC,
        channel="depth",
        ts_event_ns=at_ns,
        ts_recv_ns=at_ns,
        first_id=last_id if first_id is None else first_id,
        last_id=last_id,
        previous_id=after,
        bids=list(bids),
        asks=list(asks),
        checksum=fields.get("checksum"),
    )


def snapshot(last_id, bids=((99, 5),), asks=((101, 5),), *, at_ms=None, depth=1000, **fields):
    at_ns = START_NS + (last_id if at_ms is None else at_ms) * 1_000_000
    known = {"channel": REST, "rolls": False, "checksum": None, **fields}
    return BookSnapshot(
        instrument=BTC,
        ts_event_ns=at_ns,
        ts_recv_ns=at_ns,
        last_id=last_id,
        bids=list(bids),
        asks=list(asks),
        depth=depth,
        **known,
    )
