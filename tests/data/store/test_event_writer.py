from math import nan

import numpy as np

from core.domain.arrays import TICKER_DTYPE
from core.domain.events import REST, Channel
from core.domain.units import NS_PER_MINUTE, NS_PER_S
from data.store.event_writer import EventWriter
from tests.support.rows import event
from tests.support.trades import START_NS, instrument

STEP_NS = 5 * NS_PER_MINUTE
OTHER = instrument("okx.perp.BTC-USDT-SWAP")


def told(times_ns, recv_ns):
    rows = [(at_ns, recv_ns, 0, 0, nan, nan, nan, 7.5) for at_ns in times_ns]
    return np.array(rows, TICKER_DTYPE)


def run(store, now_ns, listed=None):
    """A run of which the stream brings one row, and REST the last hour."""
    writer = EventWriter(store, "live")
    past = told(range(now_ns - 12 * STEP_NS, now_ns, STEP_NS), now_ns)
    # The venue's clock may be behind ours: what the stream brings is new all the same.
    live = told([now_ns - 10 * STEP_NS], now_ns + NS_PER_S)
    writer.write(event(Channel.TICKER, live, listed, stream="tickers"))
    writer.write(event(Channel.TICKER, past, listed, stream=REST))
    store.sync()


def times(store, listed=None):
    span = (0, 2**62)
    found = store.read("live", (listed or instrument()).id, Channel.TICKER, span)
    rows = np.concatenate([np.zeros(0, TICKER_DTYPE), *found])
    return [(int(at_ns) - START_NS) // STEP_NS for at_ns in rows["ts_event_ns"]]


def test_the_past_that_rest_tells_at_each_start_is_stored_once(store):
    first = [*range(-12, 0), -10]
    run(store, START_NS)
    assert times(store) == first
    run(store, START_NS + 3 * STEP_NS)
    assert times(store) == [*first, 1, 2, -7]  # 0 lies before the first run's last row
    run(store, START_NS + 3 * STEP_NS, OTHER)
    assert times(store, OTHER) == [*range(-9, 3), -7]


def test_a_disk_that_cannot_say_what_is_stored_loses_nothing(store, monkeypatch):
    run(store, START_NS)
    monkeypatch.setattr(store, "last_ns", refuse)
    run(store, START_NS + STEP_NS)
    assert len(times(store)) == 2 * 13


def refuse(*_):
    raise OSError(5, "Input/output error")
