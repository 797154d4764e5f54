from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from threading import enumerate as threads

import pytest

from data.feeds.rest import Rest
from data.venues.registry import MARKETS
from tests.exchange.server import Exchange
from tests.support.waiting import until


@pytest.fixture
def exchange():
    with Exchange() as exchange:
        yield exchange


def test_questions_that_come_at_once_start_one_worker_per_venue(exchange):
    for _ in range(10):
        rest = Rest(MARKETS, endpoints=exchange.endpoints())
        gate = Barrier(len(MARKETS))

        def ask(market, rest=rest, gate=gate):
            gate.wait()
            return rest.instruments(market).result(20)

        with ThreadPoolExecutor(len(MARKETS)) as pool:
            assert all(pool.map(ask, MARKETS.values()))
        assert sorted(_workers()) == ["binance-rest", "bybit-rest", "okx-rest"]
        rest.finish()
        until(lambda: not _workers())


def _workers():
    return [thread.name for thread in threads() if thread.name.endswith("-rest")]
