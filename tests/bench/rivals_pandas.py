"""The benchmark's tasks by pandas groupby."""

from types import SimpleNamespace

import numpy as np
import pandas as pd

from core.calc.value_area import poc_row, value_area

S = 1_000_000_000
ROW_TICKS = 50


def prepare(trades):
    return pd.DataFrame(
        {
            "ts": trades["ts_event_ns"],
            "tick": trades["price_ticks"].astype(np.int64),
            "lots": trades["size_lots"],
            "side": trades["aggressor"].astype(np.int64),
        }
    )


def _by_side(frame):
    return {
        "buy": frame.lots.where(frame.side > 0, 0),
        "sell": frame.lots.where(frame.side < 0, 0),
        "unknown": frame.lots.where(frame.side == 0, 0),
    }


def bars(frame):
    second = frame.ts // S * S
    signed = frame.lots * frame.side
    offset = frame.tick - frame.tick.groupby(second).transform("first")
    wide = frame.assign(
        **_by_side(frame),
        running=signed.groupby(second).cumsum(),
        moment1=frame.lots * offset,
        moment2=frame.lots * offset.astype(np.float64) ** 2,
    )
    out = wide.groupby(second, sort=False).agg(
        first=("ts", "first"),
        last=("ts", "last"),
        buy=("buy", "sum"),
        sell=("sell", "sum"),
        unknown=("unknown", "sum"),
        low_delta=("running", "min"),
        high_delta=("running", "max"),
        moment1=("moment1", "sum"),
        moment2=("moment2", "sum"),
        open=("tick", "first"),
        high=("tick", "max"),
        low=("tick", "min"),
        close=("tick", "last"),
        trades=("tick", "size"),
    )
    out["low_delta"] = out.low_delta.clip(upper=0)
    out["high_delta"] = out.high_delta.clip(lower=0)
    return out.index.to_numpy(), *(out[name].to_numpy() for name in out.columns)


def footprint(frame):
    minute = frame.ts // (60 * S) * (60 * S)
    row = frame.tick // ROW_TICKS * ROW_TICKS
    wide = frame.assign(
        **_by_side(frame), minute=minute, row=row, sells=frame.side < 0, buys=frame.side > 0
    )
    out = wide.groupby(["minute", "row"])[["sell", "buy", "unknown", "sells", "buys"]].sum()
    keys = (out.index.get_level_values(name).to_numpy() for name in ("minute", "row"))
    return *keys, *(out[name].to_numpy() for name in out.columns)


def profile(frame):
    wide = frame.assign(**_by_side(frame))
    out = wide.groupby(frame.tick // ROW_TICKS)[["sell", "buy", "unknown"]].sum()
    out = out.reindex(range(out.index[0], out.index[-1] + 1), fill_value=0)
    total = out.sum(axis=1).to_numpy()
    poc = poc_row(total)
    ends = np.array([poc, *value_area(total, poc=poc)])
    columns = (out[name].to_numpy() for name in out.columns)
    return out.index.to_numpy() * ROW_TICKS, *columns, ends


def _running(frame):
    offset = frame.tick - frame.tick.iloc[0]
    weight = frame.lots.cumsum()
    mean = (frame.lots * offset).cumsum() / weight
    square = (frame.lots * offset.astype(np.float64) ** 2).cumsum() / weight
    sigma = np.sqrt((square - mean**2).clip(lower=0))
    return SimpleNamespace(mean=mean + frame.tick.iloc[0], sigma=sigma)


def vwap(frame):
    running = _running(frame)
    out = pd.DataFrame({"mean": running.mean, "sigma": running.sigma})
    out = out.groupby(frame.ts // S * S, sort=False).last()
    return out.index.to_numpy(), out["mean"].to_numpy(), out["sigma"].to_numpy()


def vwap_trades(frame):
    running = _running(frame)
    return frame.ts.to_numpy(), running.mean.to_numpy(), running.sigma.to_numpy()


TASKS = {
    "bars": bars,
    "footprint": footprint,
    "profile": profile,
    "vwap": vwap,
    "vwap_trades": vwap_trades,
}
