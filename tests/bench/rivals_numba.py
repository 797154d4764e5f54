"""The benchmark's tasks as numba kernels: one compiled pass over ready-made columns."""

import numpy as np
from numba import njit

from core.calc.value_area import poc_row, value_area

S = 1_000_000_000
ROW_TICKS = 50


def prepare(trades):
    columns = (
        trades["ts_event_ns"].copy(),
        trades["price_ticks"].astype(np.int64),
        trades["size_lots"].copy(),
        trades["aggressor"].astype(np.int64),
    )
    for task in TASKS.values():  # compiled outside the clock
        task(columns)
    return columns


@njit
def _bars(ts, tick, lots, side):
    seconds = ts[-1] // S - ts[0] // S + 1
    whole = np.zeros((14, min(seconds, ts.size)), np.int64)
    moment2 = np.zeros(whole.shape[1])
    bar, end, running = -1, ts[0], 0
    for i in range(ts.size):
        if ts[i] >= end:
            bar += 1
            end = (ts[i] // S + 1) * S
            running = 0
            whole[0, bar], whole[1, bar] = end - S, ts[i]
            whole[9, bar] = whole[10, bar] = whole[11, bar] = tick[i]
        w, x = lots[i], tick[i] - whole[9, bar]
        whole[2, bar] = ts[i]
        whole[3 if side[i] > 0 else 4 if side[i] < 0 else 5, bar] += w
        running += w * side[i]
        whole[6, bar], whole[7, bar] = min(whole[6, bar], running), max(whole[7, bar], running)
        whole[8, bar] += w * x
        moment2[bar] += w * float(x) * x
        whole[10, bar], whole[11, bar] = max(whole[10, bar], tick[i]), min(whole[11, bar], tick[i])
        whole[12, bar] = tick[i]
        whole[13, bar] += 1
    return whole[:, : bar + 1], moment2[: bar + 1]


def bars(columns):
    whole, moment2 = _bars(*columns)
    return *whole[:9], moment2, *whole[9:]


@njit
def _footprint(ts, tick, lots, side, low, rows):
    first = ts[0] // (60 * S)
    minutes = ts[-1] // (60 * S) - first + 1
    cells = np.zeros((minutes * rows, 5), np.int64)
    for i in range(ts.size):
        cell = cells[(ts[i] // (60 * S) - first) * rows + tick[i] // ROW_TICKS - low]
        cell[side[i] + 1] += lots[i]
        if side[i] != 0:
            cell[3 if side[i] < 0 else 4] += 1
    return first, cells


def footprint(columns):
    low, high = columns[1].min() // ROW_TICKS, columns[1].max() // ROW_TICKS
    rows = high - low + 1
    first, cells = _footprint(*columns, low, rows)
    at = np.flatnonzero(cells[:, :3].any(axis=1))
    sell, unknown, buy, sells, buys = cells[at].T
    minute, row = (first + at // rows) * (60 * S), (low + at % rows) * ROW_TICKS
    return minute, row, sell, buy, unknown, sells, buys


@njit
def _profile(tick, lots, side, low, rows):
    sums = np.zeros((3, rows), np.int64)
    for i in range(tick.size):
        sums[side[i] + 1, tick[i] // ROW_TICKS - low] += lots[i]
    return sums


def profile(columns):
    _, tick, lots, side = columns
    low, high = tick.min() // ROW_TICKS, tick.max() // ROW_TICKS
    sell, unknown, buy = _profile(tick, lots, side, low, high - low + 1)
    total = sell + unknown + buy
    poc = poc_row(total)
    ends = np.array([poc, *value_area(total, poc=poc)])
    return (low + np.arange(total.size)) * ROW_TICKS, sell, buy, unknown, ends


@njit
def _running(tick, lots):
    mean, sigma = np.empty(tick.size), np.empty(tick.size)
    weight, first, second = 0.0, 0.0, 0.0
    for i in range(tick.size):
        w, x = float(lots[i]), float(tick[i] - tick[0])
        weight, first, second = weight + w, first + w * x, second + w * x * x
        m = first / weight
        mean[i], sigma[i] = tick[0] + m, np.sqrt(max(second / weight - m * m, 0.0))
    return mean, sigma


def vwap_trades(columns):
    ts, tick, lots, _ = columns
    return ts, *_running(tick, lots)


@njit
def _per_second(ts, tick, lots):
    seconds = min(ts[-1] // S - ts[0] // S + 1, ts.size)
    label, mean, sigma = np.empty(seconds, np.int64), np.empty(seconds), np.empty(seconds)
    weight, first, second, bar = 0.0, 0.0, 0.0, 0
    end = (ts[0] // S + 1) * S
    for i in range(ts.size):
        w, x = float(lots[i]), float(tick[i] - tick[0])
        weight, first, second = weight + w, first + w * x, second + w * x * x
        if i + 1 == ts.size or ts[i + 1] >= end:
            m = first / weight
            label[bar], mean[bar] = end - S, tick[0] + m
            sigma[bar] = np.sqrt(max(second / weight - m * m, 0.0))
            bar += 1
            if i + 1 < ts.size:
                end = (ts[i + 1] // S + 1) * S
    return label[:bar], mean[:bar], sigma[:bar]


def vwap(columns):
    return _per_second(*columns[:3])


TASKS = {
    "bars": bars,
    "footprint": footprint,
    "profile": profile,
    "vwap": vwap,
    "vwap_trades": vwap_trades,
}
