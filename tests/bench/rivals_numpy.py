"""The benchmark's tasks in plain numpy on ready-made columns, the quickest way that we know."""

import numpy as np

from core.calc.value_area import poc_row, value_area

S = 1_000_000_000
ROW_TICKS = 50


def prepare(trades):
    return (
        trades["ts_event_ns"].copy(),
        trades["price_ticks"].astype(np.int64),
        trades["size_lots"].copy(),
        trades["aggressor"].astype(np.int64),
    )


def _runs(labels):
    starts = np.append(0, np.flatnonzero(labels[1:] != labels[:-1]) + 1)
    return starts, np.append(starts[1:], labels.size) - 1


def bars(columns):
    ts, tick, lots, side = columns
    second = ts // S
    starts, lasts = _runs(second)
    sizes = lasts - starts + 1
    signed = lots * side
    running = np.cumsum(signed)
    before = running[starts] - signed[starts]
    offset = tick - np.repeat(tick[starts], sizes)
    weighted = lots * offset
    sides = [np.add.reduceat(np.where(side == each, lots, 0), starts) for each in (1, -1, 0)]
    return (
        second[starts] * S,
        ts[starts],
        ts[lasts],
        *sides,
        np.minimum(np.minimum.reduceat(running, starts) - before, 0),
        np.maximum(np.maximum.reduceat(running, starts) - before, 0),
        np.add.reduceat(weighted, starts),
        np.add.reduceat(weighted * offset.astype(np.float64), starts),
        tick[starts],
        np.maximum.reduceat(tick, starts),
        np.minimum.reduceat(tick, starts),
        tick[lasts],
        sizes,
    )


def footprint(columns):
    ts, tick, lots, side = columns
    minute, row = ts // (60 * S), tick // ROW_TICKS
    first, low = minute[0], row.min()
    rows = row.max() - low + 1
    key = (minute - first) * rows + row - low
    size = (minute[-1] - first + 1) * rows
    sell, buy, unknown = (
        np.bincount(key, np.where(side == each, lots, 0), size) for each in (-1, 1, 0)
    )
    sells, buys = (np.bincount(key[side == each], minlength=size) for each in (-1, 1))
    at = np.flatnonzero(sell + buy + unknown)
    cells = (each[at] for each in (sell, buy, unknown, sells, buys))
    return (first + at // rows) * (60 * S), (low + at % rows) * ROW_TICKS, *cells


def profile(columns):
    _, tick, lots, side = columns
    row = tick // ROW_TICKS
    low = row.min()
    sell, buy, unknown = (
        np.bincount(row - low, np.where(side == each, lots, 0)).astype(np.int64)
        for each in (-1, 1, 0)
    )
    total = sell + buy + unknown
    poc = poc_row(total)
    ends = np.array([poc, *value_area(total, poc=poc)])
    return (low + np.arange(total.size)) * ROW_TICKS, sell, buy, unknown, ends


def vwap(columns):
    ts, tick, lots, _ = columns
    second = ts // S
    starts, _ = _runs(second)
    offset = (tick - tick[0]).astype(np.float64)
    weighted = lots * offset
    weight, first, square = (
        np.cumsum(np.add.reduceat(each, starts)) for each in (lots, weighted, weighted * offset)
    )
    mean = first / weight
    return second[starts] * S, tick[0] + mean, np.sqrt(np.maximum(square / weight - mean**2, 0))


def vwap_trades(columns):
    ts, tick, lots, _ = columns
    offset = (tick - tick[0]).astype(np.float64)
    weighted = lots * offset
    weight = np.cumsum(lots)
    mean = np.cumsum(weighted) / weight
    square = np.cumsum(weighted * offset) / weight
    return ts, tick[0] + mean, np.sqrt(np.maximum(square - mean**2, 0))


TASKS = {
    "bars": bars,
    "footprint": footprint,
    "profile": profile,
    "vwap": vwap,
    "vwap_trades": vwap_trades,
}
