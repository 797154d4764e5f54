"""The simulated market: how soon there is history, and what a minute of market costs."""

from collections.abc import Iterator

from data.clock import monotonic_s
from data.sources.simulated import SimulatedMarket
from tests.bench.figure import Figure
from tests.support.simulated import WEDNESDAY_NS

MINUTES = 20


def figures() -> Iterator[Figure]:
    """Generate six hours of 18 instruments, then minutes one by one."""
    started_s = monotonic_s()
    market = SimulatedMarket(seed=7, start_ns=WEDNESDAY_NS)
    trades = 0
    for place, past in enumerate(market.history()):
        trades += past.trades.size
        if place == 0:
            yield Figure("simulated_first_instrument", monotonic_s() - started_s, "s")
    spent_s = monotonic_s() - started_s
    yield Figure("simulated_history", spent_s, "s")
    yield Figure("simulated_history_trades", trades, "trades")
    started_s = monotonic_s()
    for _ in range(MINUTES):
        market.advance()
    spent_s = (monotonic_s() - started_s) / MINUTES
    yield Figure("simulated_minute", 1e3 * spent_s, "ms")
