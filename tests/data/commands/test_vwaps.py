"""`python -m data export vwap`: per trade and per interval, right from its first value on."""

import csv
import io
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from core.calc.vwap import vwap
from tests.support.trades import START_NS, random_trades, trades

S = 10**9
DAY_NS = 86_400 * S
MIDNIGHT_NS = START_NS // DAY_NS * DAY_NS + DAY_NS
TO_MIDNIGHT_S = (MIDNIGHT_NS - START_NS) / S
LATE = (
    "nothing is stored before 2023-11-14T22:13:00Z: "
    "that day's VWAP counts from there, not from 00:00 UTC\n"
)


def test_each_trade_has_the_average_and_sigma_until_then(export):
    rows = trades((0, 100, 1, 1), (0.5, 200, 1, -1), (1, 300, 2, 0))
    code, out, err = export([rows], "vwap")
    assert (code, err) == (0, LATE)
    assert out.splitlines() == [
        "ts_ns,vwap,sigma",
        f"{START_NS},10.0000000,0.0000000",
        f"{START_NS + S // 2},15.0000000,5.0000000",
        f"{START_NS + S},22.5000000,8.2915620",
    ]


def test_an_interval_has_its_last_value_and_is_stamped_with_its_end(export):
    rows = trades((0, 100, 1, 1), (0.5, 200, 1, -1), (4, 200, 2, 1), (5, 400, 4, 1))
    for every in ("5s", "5"):
        _, out, _ = export([rows[:1], rows[1:]], "vwap", "--every", every)
        assert out.splitlines()[1:] == [
            f"{START_NS + 5 * S},17.5000000,4.3301270",
            f"{START_NS + 10 * S},28.7500000,11.6592238",
        ]


def test_the_first_value_of_a_span_knows_the_session_before_it(export):
    rows = trades(
        (TO_MIDNIGHT_S - 1, 900, 9, 1),  # another session
        (TO_MIDNIGHT_S, 100, 1, 1),
        (TO_MIDNIGHT_S + 10, 200, 1, 1),
        (TO_MIDNIGHT_S + 20, 600, 1, 1),
        (TO_MIDNIGHT_S + 30, 600, 1, 1),
    )
    span = ("--from", MIDNIGHT_NS + 10 * S, "--to", MIDNIGHT_NS + 30 * S)
    _, out, err = export([rows], "vwap", *span)
    assert err == ""
    assert [line.split(",")[:2] for line in out.splitlines()[1:]] == [
        [str(MIDNIGHT_NS + 10 * S), "15.0000000"],
        [str(MIDNIGHT_NS + 20 * S), "30.0000000"],
    ]
    _, out, _ = export([], "vwap", *span, "--every", "10")
    assert [line.split(",")[:2] for line in out.splitlines()[1:]] == [
        [str(MIDNIGHT_NS + 20 * S), "15.0000000"],
        [str(MIDNIGHT_NS + 30 * S), "30.0000000"],
    ]


def test_midnight_begins_anew(export):
    rows = trades((TO_MIDNIGHT_S - 1, 900, 9, 1), (TO_MIDNIGHT_S, 100, 1, 1))
    _, out, _ = export([rows], "vwap", "--every", "1m")
    assert out.splitlines()[1:] == [
        f"{MIDNIGHT_NS},90.0000000,0.0000000",
        f"{MIDNIGHT_NS + 60 * S},10.0000000,0.0000000",
    ]


def test_a_random_tape_in_blocks_has_the_values_of_the_whole(export):
    rows = random_trades(np.random.default_rng(5), 3_000)
    line = vwap(rows, anchor_ns=0)
    _, out, _ = export([rows[:999], rows[999:]], "vwap")
    found = list(csv.DictReader(io.StringIO(out)))
    assert [int(row["ts_ns"]) for row in found] == rows["ts_event_ns"].tolist()
    for name, ticks in (("vwap", line.vwap_ticks), ("sigma", line.sigma_ticks)):
        np.testing.assert_allclose([float(row[name]) for row in found], ticks / 10, atol=1e-6)
    seconds = pd.Series(found, index=rows["ts_event_ns"] // S).groupby(level=0).last()
    _, out, _ = export([], "vwap", "--every", "1s")
    every = list(csv.DictReader(io.StringIO(out)))
    assert [int(row["ts_ns"]) // S - 1 for row in every] == seconds.index.tolist()
    assert [row["vwap"] for row in every] == [row["vwap"] for row in seconds]


def test_nothing_in_the_span_is_a_header(export, tmp_path):
    rows = trades((0, 100, 1, 1))
    code, out, err = export([rows], "vwap", "--from", "2024-01-01")
    assert (code, out, err) == (0, "ts_ns,vwap,sigma\n", "")
    path = tmp_path / "v.parquet"
    assert export([], "vwap", "--every", "1m", "--out", path)[0] == 0
    assert pd.read_parquet(path)["vwap"].tolist() == [Decimal("10.0000000")]


@pytest.mark.parametrize("every", ["0", "7m", "-1", "86401", ""])
def test_an_interval_that_cannot_be_is_one_sentence(export, every):
    code, out, err = export([], "vwap", f"--every={every}")
    assert (code, out) == (2, "")
    assert "write seconds, or one of 1s, 5s" in err
    assert err.count("\n") == 1
