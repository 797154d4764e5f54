"""The benchmark's tasks by polars expressions."""

import numpy as np
import polars as pl

from core.calc.value_area import poc_row, value_area

S = 1_000_000_000
ROW_TICKS = 50
TS, TICK, LOTS, SIDE = (pl.col(name) for name in ("ts", "tick", "lots", "side"))
BUY, SELL, UNKNOWN = (LOTS.filter(condition).sum() for condition in (SIDE > 0, SIDE < 0, SIDE == 0))


def prepare(trades):
    return pl.DataFrame(
        {
            "ts": trades["ts_event_ns"].copy(),
            "tick": trades["price_ticks"].astype(np.int64),
            "lots": trades["size_lots"].copy(),
            "side": trades["aggressor"].astype(np.int64),
        }
    )


def _columns(frame):
    return tuple(frame[name].to_numpy() for name in frame.columns)


def bars(frame):
    offset = TICK - TICK.first()
    running = (LOTS * SIDE).cum_sum()
    out = (
        frame.lazy()
        .group_by((TS // S * S).alias("open"), maintain_order=True)
        .agg(
            TS.first().alias("first"),
            TS.last().alias("last"),
            BUY.alias("buy"),
            SELL.alias("sell"),
            UNKNOWN.alias("unknown"),
            running.min().clip(upper_bound=0).alias("low_delta"),
            running.max().clip(lower_bound=0).alias("high_delta"),
            (LOTS * offset).sum().alias("moment1"),
            (LOTS * offset.cast(pl.Float64) ** 2).sum().alias("moment2"),
            TICK.first().alias("open_ticks"),
            TICK.max().alias("high"),
            TICK.min().alias("low"),
            TICK.last().alias("close"),
            pl.len().alias("trades"),
        )
        .collect()
    )
    return _columns(out)


def footprint(frame):
    out = (
        frame.lazy()
        .group_by(
            (TS // (60 * S) * (60 * S)).alias("minute"),
            (TICK // ROW_TICKS * ROW_TICKS).alias("row"),
        )
        .agg(
            SELL.alias("sell"),
            BUY.alias("buy"),
            UNKNOWN.alias("unknown"),
            (SIDE < 0).sum().alias("sells"),
            (SIDE > 0).sum().alias("buys"),
        )
        .sort("minute", "row")
        .collect()
    )
    return _columns(out)


def profile(frame):
    out = (
        frame.lazy()
        .group_by((TICK // ROW_TICKS).alias("row"))
        .agg(SELL.alias("sell"), BUY.alias("buy"), UNKNOWN.alias("unknown"))
        .collect()
    )
    rows, *sides = _columns(out)
    low = rows.min()
    dense = np.zeros((3, rows.max() - low + 1), np.int64)
    dense[:, rows - low] = sides
    total = dense.sum(axis=0)
    poc = poc_row(total)
    ends = np.array([poc, *value_area(total, poc=poc)])
    return (low + np.arange(total.size)) * ROW_TICKS, *dense, ends


def _running(frame):
    offset = TICK - TICK.first()
    weight = LOTS.cum_sum()
    mean = (LOTS * offset).cum_sum() / weight
    square = (LOTS * offset.cast(pl.Float64) ** 2).cum_sum() / weight
    sigma = (square - mean**2).clip(lower_bound=0).sqrt()
    return frame.lazy().select(TS, (mean + TICK.first()).alias("mean"), sigma.alias("sigma"))


def vwap(frame):
    out = (
        _running(frame)
        .group_by((TS // S * S).alias("open"), maintain_order=True)
        .agg(pl.col("mean").last(), pl.col("sigma").last())
        .collect()
    )
    return _columns(out)


def vwap_trades(frame):
    return _columns(_running(frame).collect())


TASKS = {
    "bars": bars,
    "footprint": footprint,
    "profile": profile,
    "vwap": vwap,
    "vwap_trades": vwap_trades,
}
