"""Oracles for bars that end by what traded: the groups of a rule, trade by trade."""

import numpy as np

from core.calc.bars import time_bars
from core.domain.arrays import BAR_DTYPE
from tests.support.tapes import DAY_NS

SIDE = {1: "buy_lots", -1: "sell_lots", 0: "unknown_lots"}


def groups(trades, *, ends_with=None, ends_before=None, session_ns=DAY_NS):
    """Lists of rows. ``ends_with(bar)``: its last row ends it; ``ends_before(bar, row)``."""
    bars, whole = [], True
    for row in trades:
        fresh = whole
        if not fresh and ends_before:
            fresh = ends_before(bars[-1], row)
        if not fresh and session_ns:
            before = bars[-1][-1]["ts_event_ns"]
            fresh = before // session_ns != row["ts_event_ns"] // session_ns
        if fresh:
            bars.append([])
        bars[-1].append(row)
        whole = bool(ends_with and ends_with(bars[-1]))
    return bars, whole


def assert_bars(found, expected):
    """The bars and what is closed are those of the groups."""
    bars, whole = expected
    assert found.bars["trades"].tolist() == [len(bar) for bar in bars]
    assert found.closed.tolist() == [True] * (len(bars) - 1) + [whole] * bool(bars)
    for bar, rows in zip(found.bars, bars, strict=True):
        alone = np.array(rows)
        assert bar["open_ns"] == bar["first_ns"] == alone["ts_event_ns"][0]
        assert bar["last_ns"] == alone["ts_event_ns"][-1]
        (merged,) = time_bars(alone, step_ns=2**62)
        for name in BAR_DTYPE.names:
            assert name == "open_ns" or bar[name] == merged[name]


def assert_closed_bars_stay(make, trades):
    """For every prefix of the tape, what is closed is so in the whole tape."""
    every = make(trades).bars.tolist()
    for count in range(len(trades)):
        found = make(trades[:count])
        closed = found.bars[found.closed].tolist()
        assert closed == every[: len(closed)]
        assert len(found.bars) - len(closed) <= 1


def assert_volume_is_kept(found, trades):
    """Everything that traded is in one bar, on its side."""
    for side, name in SIDE.items():
        traded = trades["size_lots"][trades["aggressor"] == side].sum()
        assert found.bars[name].sum() == traded
    assert found.bars["trades"].sum() == len(trades)


def as_vector(found):
    """The closed bars in the words of the vectors."""
    return [
        {
            "o": int(bar["open_ticks"]),
            "h": int(bar["high_ticks"]),
            "l": int(bar["low_ticks"]),
            "c": int(bar["close_ticks"]),
            "volume": int(bar["buy_lots"] + bar["sell_lots"] + bar["unknown_lots"]),
            "n": int(bar["trades"]),
        }
        for bar in found.bars[found.closed]
    ]
