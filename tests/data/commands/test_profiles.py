"""`python -m data export profile`: rows and levels, by hand and against footprint and chart."""

import csv
import io
from decimal import Decimal

import numpy as np
import pytest

import core.calc.tick_volumes as tick_volumes_module
from core.calc.profile import profile, tick_volumes
from pages.figures.profile import draw
from tests.support.trades import START_NS, instrument, random_trades, trades

TAPE = trades((0, 100, 10, 1), (1, 112, 60, -1), (2, 119, 20, 1), (3, 121, 10, -1), (4, 145, 1, 1))


def rows_of(out):
    return list(csv.DictReader(io.StringIO(out)))


def test_rows_and_levels_of_a_tape_worked_by_hand(export, tmp_path):
    path = tmp_path / "p.csv"
    code, out, err = export([TAPE], "profile", "--row-ticks", 10, "--out", path)
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        f"4 rows of the profile of binance.perp.BTCUSDT from live written to {path}",
        "poc 11.0 vah 11.9 val 11.0",  # 80 of 101 lots are in one row; VAH is its last tick
    ]
    assert path.read_text().splitlines() == [
        "price,sell,buy",
        "10.0,0.000,0.010",
        "11.0,0.060,0.020",
        "12.0,0.010,0.000",
        "14.0,0.000,0.001",
    ]


def test_a_table_on_standard_output_is_alone_there(export):
    _, out, err = export([TAPE], "profile", "--row-ticks", 10)
    assert len(out.splitlines()) == 5
    assert err == "poc 11.0 vah 11.9 val 11.0\n"


def test_levels_count_volume_of_every_side_and_columns_do_not(export):
    _, out, err = export([trades((0, 10, 5, 1), (1, 12, 9, 0), (1, 10, 1, 0))], "profile")
    assert out.splitlines()[1:] == ["1.0,0.000,0.005", "1.2,,"]
    assert err.splitlines() == [
        "0.010 of the 0.015 BTC traded have no known side: they are in neither column",
        "poc 1.2 vah 1.2 val 1.0",
    ]


@pytest.mark.parametrize("height", [1, 25])
def test_the_totals_are_those_of_trades_and_footprint_and_the_levels_the_charts(export, height):
    rows = random_trades(np.random.default_rng(11), 3_000)
    how = ("--row-ticks", height)
    _, out, said = export([rows[:1_234], rows[1_234:]], "profile", *how)
    found = rows_of(out)
    _, footprints, _ = export([], "footprint", *how)
    for name, side in (("sell", -1), ("buy", 1)):
        traded = Decimal(int(rows["size_lots"][rows["aggressor"] == side].sum())) / 1000
        assert sum(Decimal(row[name]) for row in found) == traded
        assert sum(Decimal(row[name]) for row in rows_of(footprints)) == traded
    prices = [Decimal(row["price"]) for row in found]
    assert prices == sorted(set(prices))
    part = draw(profile(tick_volumes(rows), ticks_per_row=height), instrument())
    drawn = dict(label["text"].lower().replace(",", "").split() for label in part.annotations[:3])
    words = said.split()
    assert dict(zip(words[::2], words[1::2], strict=True)) == drawn


def test_only_the_span_counts_and_none_has_no_levels(export):
    span = ("--from", START_NS + 1, "--to", START_NS + 2 * 10**9)
    _, out, err = export([TAPE], "profile", "--row-ticks", 10, *span)
    assert out.splitlines()[1:] == ["11.0,0.060,0.000"]
    assert err == "poc 11.0 vah 11.9 val 11.0\n"
    code, out, err = export([], "profile", "--from", "2024-01-01")
    assert (code, out) == (0, "price,sell,buy\n")
    assert err == "nothing traded: there is no poc, vah or val\n"


def test_prices_too_far_apart_are_one_sentence(export, monkeypatch, tmp_path):
    monkeypatch.setattr(tick_volumes_module, "MAX_SPAN_TICKS", 40)
    code, out, err = export([TAPE], "profile", "--out", tmp_path / "p.csv")
    assert (code, out) == (2, "")
    assert err == (
        "prices from 100 to 145 ticks are 46 ticks, more than 40: "
        "leave out the print that is far off the market, with --from and --to\n"
    )
    assert not list(tmp_path.glob("p.csv*"))


def test_a_height_that_cannot_be_is_one_sentence(export):
    code, out, err = export([], "profile", "--row-ticks", "0")
    assert (code, out) == (2, "")
    assert "from 1 to 1000000" in err
    assert err.count("\n") == 1
