"""`python -m data export bars --by`: bars that end by what traded, right from the day's first."""

import csv
import io
from decimal import Decimal

import numpy as np
import pytest

from core.calc.delta_bars import delta_bars
from core.calc.dollar_bars import dollar_bars
from core.calc.range_bars import range_bars
from core.calc.tick_bars import tick_bars
from core.calc.volume_bars import volume_bars
from tests.support.trades import START_NS, random_trades, trades

S = 10**9
DAY_NS = 86_400 * S
MIDNIGHT_NS = START_NS // DAY_NS * DAY_NS + DAY_NS
TO_MIDNIGHT_S = (MIDNIGHT_NS - START_NS) / S
HEAD = "open_ns,last_ns,open,high,low,close,volume,buy,sell,trades,closed"
LATE = (
    "nothing is stored before 2023-11-14T22:13:00Z: "
    "that day's first bar begins there, not with the day's first trade\n"
)
WHOLE = {
    "tick:50": lambda rows: tick_bars(rows, size=50),
    "volume:7.5": lambda rows: volume_bars(rows, size_lots=7_500),
    "dollar:1000000": lambda rows: dollar_bars(rows, size_tick_lots=10**10),
    "range:12": lambda rows: range_bars(rows, range_ticks=12),
    "delta:2.25": lambda rows: delta_bars(rows, delta_lots=2_250),
}


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_a_bar_is_exact_and_the_last_one_is_open(export):
    rows = trades((0, 100, 1, 1), (0.5, 120, 2, -1), (1, 90, 3, 0), (2, 95, 1, 1))
    code, out, err = export([rows], "bars", "--by", "tick:3")
    assert (code, err) == (0, LATE)
    assert out.splitlines() == [
        HEAD,
        f"{START_NS},{START_NS + S},10.0,12.0,9.0,9.0,0.006,0.001,0.002,3,1",
        f"{START_NS + 2 * S},{START_NS + 2 * S},9.5,9.5,9.5,9.5,0.001,0.001,0.000,1,0",
    ]


@pytest.mark.parametrize("by", WHOLE)
def test_a_random_tape_in_blocks_has_the_bars_of_the_whole(export, by):
    rows = random_trades(np.random.default_rng(1), 6_000, span_s=4 * 3_600)
    whole = WHOLE[by](rows)
    assert whole.bars.size > 30
    _, out, _ = export(np.array_split(rows, 4), "bars", "--by", by)
    found = rows_of(out)
    assert [int(each["open_ns"]) for each in found] == whole.bars["open_ns"].tolist()
    assert [int(each["last_ns"]) for each in found] == whole.bars["last_ns"].tolist()
    assert [int(each["trades"]) for each in found] == whole.bars["trades"].tolist()
    assert [each["closed"] == "1" for each in found] == whole.closed.tolist()
    for name, column in (("buy", "buy_lots"), ("sell", "sell_lots")):
        lots = [int(Decimal(each[name]) * 1_000) for each in found]
        assert lots == whole.bars[column].tolist()
    for name in ("open", "high", "low", "close"):
        ticks = [int(Decimal(each[name]) * 10) for each in found]
        assert ticks == whole.bars[f"{name}_ticks"].tolist()


def test_a_bar_is_the_same_whichever_span_it_is_asked_in(export):
    rows = random_trades(np.random.default_rng(2), 3_000, span_s=4 * 3_600)
    _, out, _ = export([rows], "bars", "--by", "volume:20")
    every = out.splitlines()[1:]
    span = START_NS + 3_600 * S, START_NS + 3 * 3_600 * S
    _, out, _ = export([], "bars", "--by", "volume:20", "--from", span[0], "--to", span[1])
    inside = [each for each in every if span[0] <= int(each.split(",")[0]) < span[1]]
    assert out.splitlines()[1:] == inside
    assert 0 < len(inside) < len(every)
    assert inside[-1].endswith(",1")


def test_midnight_ends_a_bar(export):
    rows = trades(
        (TO_MIDNIGHT_S - 1, 100, 1, 1), (TO_MIDNIGHT_S, 100, 1, 1), (TO_MIDNIGHT_S + 1, 100, 1, 1)
    )
    _, out, _ = export([rows], "bars", "--by", "tick:100")
    assert [(each["trades"], each["closed"]) for each in rows_of(out)] == [("1", "1"), ("2", "0")]
    _, out, _ = export([], "bars", "--by", "tick:100", "--to", MIDNIGHT_NS)
    assert [(each["trades"], each["closed"]) for each in rows_of(out)] == [("1", "1")]


def test_a_size_between_two_lots_is_reached_with_the_upper_one(export):
    rows = trades(*[(each, 100, 1, 1) for each in range(4)])
    _, out, _ = export([rows], "bars", "--by", "volume:0.0015")
    assert [each["trades"] for each in rows_of(out)] == ["2", "2"]


def test_nothing_in_the_span_is_a_table_with_its_header(export):
    _, out, _ = export([trades((0, 1, 1, 1))], "bars", "--by", "range:5", "--from", "2024-01-01")
    assert out == HEAD + "\n"


def test_a_bar_goes_on_through_any_number_of_blocks(export):
    rows = random_trades(np.random.default_rng(3), 4_000)
    _, out, _ = export(np.array_split(rows, 8), "bars", "--by", "dollar:100000000000")
    (bar,) = rows_of(out)
    assert (int(bar["trades"]), bar["closed"]) == (4_000, "0")
    assert Decimal(bar["volume"]) == Decimal(int(rows["size_lots"].sum())) / 1_000


@pytest.mark.parametrize(
    "by",
    [
        "tick",
        "tick:",
        "tick:0",
        "tick:-5",
        "tick:1e3",
        "volume:0.0",
        "renko:5",
        "dollar:1,000",
        "range:٣",
        "tick:5 ",
        "delta:NaN",
    ],
)
def test_what_is_no_size_is_refused_with_examples_of_one(export, by):
    code, out, err = export([], "bars", "--by", by)
    assert (code, out) == (2, "")
    assert "write tick:500 (trades), volume:10 (base coins)" in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("bars", "--by", "range:1.5"), "bars by range are of a whole number, was 1.5"),
        (("bars", "--by", "tick:2.5"), "bars by tick are of a whole number, was 2.5"),
        (("bars", "--by", "tick:5", "--timeframe", "5m"), "not allowed with argument"),
        (("trades", "--by", "tick:5"), "--by says how bars end; trades have none of it"),
        (("bars", "--by", "dollar:999999999999999"), "is too large for"),
    ],
)
def test_what_cannot_be_is_one_sentence(export, arguments, words):
    code, out, err = export([trades((0, 1, 1, 1))], *arguments)
    assert (code, out) == (2, "")
    assert words in err
    assert err.count("\n") == 1
