"""The simulated market: how soon there is history, and what a minute of market costs."""

from collections.abc import Iterator

from data.clock import monotonic_s
from data.sources.simulated import SimulatedMarket
from data.sources.simulated.schedule import BIN_NS, BINS_PER_S
from tests.bench.figure import Figure
from tests.support.simulated import WEDNESDAY_NS

MINUTES = 20
SECONDS = 20


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
    yield from _books(market)


def _books(market: SimulatedMarket) -> Iterator[Figure]:
    """Write down the books of the newest minute, a second of all 18 at a time."""
    first_bin = market.generated_to_ns // BIN_NS - 60 * BINS_PER_S
    ladders = [market.ladder(each.id, every_bins=1) for each in market.instruments]
    for ladder in ladders:
        ladder.begin(first_bin)
    started_s = monotonic_s()
    levels = 0
    for second in range(1, SECONDS + 1):
        for ladder in ladders:
            levels += ladder.until(first_bin + second * BINS_PER_S).levels.size
    spent_s = (monotonic_s() - started_s) / SECONDS
    yield Figure("simulated_books_second", 1e3 * spent_s, "ms")
    yield Figure("simulated_books_levels", levels / SECONDS, "levels/s")
