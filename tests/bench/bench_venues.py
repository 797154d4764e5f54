"""Bytes to rows: what every market's decoder takes from the socket's payload to a TRADE_DTYPE row.

`python -m tests.bench.bench_venues`. One thread, one trade a message, which is the dearest form;
the recorded perpetual trades of one Binance session are timed too where they are at hand. The
best of RUNS is shown: a decoder has no reason to be slower than itself but the machine.
"""

import gzip
from collections.abc import Iterator
from time import perf_counter

import numpy as np
import pytest

from data.venues.registry import MARKETS
from tests.bench.figure import Figure
from tests.data.venues.samples import BINANCE, PERP
from tests.support.frames import trade_frames
from tests.support.recordings import recording
from tests.support.trades import random_trades

FRAMES = 50_000
RUNS = 7
RECORDED = "nkaz001__hftbacktest/examples/usdm/btcusdt_20240808.gz"


def figures() -> Iterator[Figure]:
    """Trades decoded a second, per market."""
    rows = random_trades(np.random.default_rng(1), FRAMES, span_s=3_600)
    for (venue, kind), market in MARKETS.items():
        frames = trade_frames(market, market.facts.defaults[0], rows)
        yield Figure(f"venue_{venue}_{kind}", rate(market, frames), "trades/s")
    frames = recorded()
    if frames:
        yield Figure(
            "venue_binance_perp_recorded", rate(MARKETS[BINANCE, PERP], frames), "trades/s"
        )


def rate(market, frames):
    """Frames decoded a second, in the best of RUNS; every one must give a trade."""
    instruments = {each.id.symbol: each for each in market.facts.defaults}
    best_s = float("inf")
    for _ in range(RUNS):
        parse, kept = market.parse, 0
        started = perf_counter()
        for raw in frames:
            kept += len(parse(raw, ts_recv_ns=1, instruments=instruments))
        best_s = min(best_s, perf_counter() - started)
        assert kept == len(frames)
    return len(frames) / best_s


def recorded():
    """The trade frames of the recording; none where it is not here."""
    try:
        path = recording(RECORDED)
    except pytest.skip.Exception:
        return []
    with gzip.open(path) as lines:
        return [line.partition(b" ")[2] for line in lines if b"@trade" in line]


if __name__ == "__main__":
    for figure in figures():
        print(figure, flush=True)
