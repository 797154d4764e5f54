"""Tapes with everything that marker rules look at, and the ways to cut them."""

import numpy as np

from core.calc.finders.finder import MarkerPiece
from core.domain.arrays import LIQUIDATION_DTYPE, QUOTE_DTYPE, TICKER_DTYPE
from tests.support.lively import lively_trades
from tests.support.trades import START_NS

S = 10**9
GAPS_NS = ((START_NS + 9_000 * S, START_NS + 9_001 * S),)
LATE_GAPS_NS = ((START_NS + 11_000 * S, START_NS + 11_007 * S),)


def marker_world(*, seed=2, count=30_000, span_s=14_400):
    """Trades whose price follows the flow but for some minutes, and what else is told of them."""
    rng = np.random.default_rng(seed)
    rows = lively_trades(seed=seed, count=count, span_s=span_s)
    flow = np.minimum(rows["size_lots"], 200) * rows["aggressor"]
    stands = rows["ts_event_ns"] // (47 * S) % 3 == 0
    moves = np.cumsum(np.where(stands, flow // 80, flow // 20) + rng.integers(-2, 3, count))
    rows["price_ticks"] = 600_000 + moves - (moves[-1] * np.arange(count)) // count
    rows["aggressor"][rng.random(count) < 0.02] = 0
    _plant(rows, span_s)
    told = {"quotes": _quotes(rows), "liquidations": _liquidations(rng, rows, span_s)}
    return {"trades": rows, **told, "tickers": _tickers(rng, span_s)}


def _quotes(rows):
    quotes = np.zeros(rows.size, QUOTE_DTYPE)
    quotes["ts_event_ns"] = rows["ts_event_ns"] + 1_000_000
    quotes["bid_ticks"], quotes["bid_lots"], quotes["ask_lots"] = rows["price_ticks"], 1, 1
    quotes["ask_ticks"] = quotes["bid_ticks"] + 1
    return quotes


def _liquidations(rng, rows, span_s):
    """Clusters of eight at random moments, and a run of closed longs in the planted fall."""
    forced = rows[np.sort(rng.choice(rows.size, rows.size // 40, replace=False))]
    starts = np.repeat(forced["ts_event_ns"], 8)[: 8 * forced.size // 3]
    liquidations = np.zeros(starts.size, LIQUIDATION_DTYPE)
    liquidations["ts_event_ns"] = np.sort(starts + rng.integers(0, 12 * S, starts.size))
    at = np.searchsorted(rows["ts_event_ns"], liquidations["ts_event_ns"]) - 1
    liquidations["price"] = rows["price_ticks"][at] * 0.1
    liquidations["size_lots"] = rng.integers(1, 5_000, starts.size)
    liquidations["position"] = rng.choice([-1, 1], starts.size)
    fall_ns = START_NS + span_s * S * 5 // 6
    is_quiet = np.abs(liquidations["ts_event_ns"] - fall_ns) > 30 * S
    run = np.zeros(8, LIQUIDATION_DTYPE)
    run["ts_event_ns"] = fall_ns + np.arange(8) * S + 1
    run["price"], run["size_lots"], run["position"] = 60_000.0, 500, 1
    liquidations = np.concatenate([liquidations[is_quiet], run])
    return liquidations[np.argsort(liquidations["ts_event_ns"], kind="stable")]


def _tickers(rng, span_s):
    tickers = np.zeros(span_s, TICKER_DTYPE)
    tickers["ts_event_ns"] = START_NS + np.arange(span_s) * S
    tickers["open_interest"] = 1e6 - np.cumsum(rng.integers(-1, 6, span_s))
    tickers["open_interest"][rng.random(span_s) < 0.1] = np.nan
    return tickers


def _plant(rows, span_s):
    """A fall of 500 ticks in eight seconds, and five bursts of buying, each of them smaller."""
    after_s = (rows["ts_event_ns"] - START_NS) / S
    fall = np.clip((after_s - span_s * 5 / 6) / 8, 0, 1)
    rows["price_ticks"] -= (500 * fall).astype(np.int64)
    for at in range(5):
        first = int(np.searchsorted(after_s, span_s * 2 / 3 + 8 * at))
        rows["aggressor"][first] = 1
        rows["size_lots"][first] = 900_000 - 100_000 * at


def pieces_of(world, untils_ns, *, gaps_ns=GAPS_NS, later_gaps_ns=LATE_GAPS_NS):
    """The world cut after each instant; later gaps become known with the piece they begin in."""
    from_ns = -1
    for until_ns in untils_ns:
        span = (from_ns + 1, until_ns + 1)
        cut = {}
        for name, rows in world.items():
            first, end = np.searchsorted(rows["ts_event_ns"], span)
            cut[name] = rows[first:end]
        known = tuple(gap for gap in later_gaps_ns if gap[0] <= until_ns)
        yield MarkerPiece(
            until_ns=until_ns, gaps_ns=gaps_ns + known, quote_gaps_ns=known,
            liquidation_gaps_ns=known, **cut,
        )  # fmt: skip
        from_ns = until_ns
