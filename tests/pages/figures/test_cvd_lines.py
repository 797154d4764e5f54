import numpy as np
import pytest

from core.domain.units import NS_PER_DAY, NS_PER_MINUTE, NS_PER_MS
from data.views.cvd import DIFFERENCE, CvdSpec, CvdView, Of, Reset
from pages.figures import cvd_lines, palette
from tests.support.trades import START_NS, instrument

GRID = instrument()
NAN = float("nan")


def seen(lines, *, restarts=(), since_ns=START_NS, asked_ns=START_NS, lacking=(), **more):
    values = {name: np.array(line, float) for name, line in lines.items()}
    size = len(next(iter(values.values()), ()))
    return CvdView(
        spec=CvdSpec((GRID.id,), "1m", **more),
        instrument=GRID,
        step_ns=NS_PER_MINUTE,
        open_ns=START_NS + np.arange(size) * NS_PER_MINUTE,
        lines=values,
        restarts=np.array(restarts, int),
        asked_ns=asked_ns,
        since_ns=since_ns,
        lacking=lacking,
    )


def drawn(view, bars_ns=None):
    return cvd_lines.draw(view, view.open_ns if bars_ns is None else bars_ns)


def test_a_sum_is_an_area_by_sign_with_words_and_colour_for_it():
    part = drawn(seen({"sum": [1.0, -2.0]}))
    assert [each["line"]["color"] for each in part.traces] == [palette.BUY, palette.SELL]
    assert part.title == "CVD (BTC)"
    reading = part.reading
    assert (reading.text, reading.colour, reading.note) == ("−2.000", palette.SELL, "net sold")
    assert part.annotations == []
    assert part.span == (-2.0, 1.0)


def test_money_is_named_by_the_quote_coin():
    part = drawn(seen({"sum": [1_500.0]}, in_quote=True))
    assert part.title == "CVD (USDT)"
    assert (part.reading.text, part.cells[0].unit, part.cells[0].decimals) == ("+1.500K", "USDT", 0)


def test_each_venue_is_a_line_in_its_colour_with_its_newest_value_in_words():
    part = drawn(seen({"binance": [1.0, 2.0], "okx": [NAN, -3.0]}, of=Of.VENUE))
    assert [each["line"]["color"] for each in part.traces] == ["#f0b90b", "#e2e8f0"]
    assert [each["name"] for each in part.traces] == ["CVD Binance", "CVD OKX"]
    okx, binance = part.annotations
    assert (binance["text"], binance["font"]["color"]) == ("Binance +2.000", "#f0b90b")
    assert (okx["text"], okx["xshift"], okx["xanchor"]) == ("OKX −3.000", 0, "right")
    assert binance["xshift"] < -60
    assert part.title == "CVD (BTC)"
    assert (part.reading.text, part.reading.note) == ("−1.000", "all venues")


def test_a_venue_that_is_not_known_now_leaves_the_sum_of_all_unknown():
    part = drawn(seen({"binance": [1.0, 2.0], "okx": [1.0, NAN]}, of=Of.VENUE))
    assert part.reading.text == "\N{EN DASH}"
    assert part.traces[1]["connectgaps"] is False
    assert np.isnan(part.traces[1]["y"][1])


def test_buckets_are_named_from_retail_to_whales():
    part = drawn(seen({str(at): [float(at)] for at in range(5)}, of=Of.SIZE))
    labels = [each.label for each in part.cells]
    assert labels == ["retail", "1K–10K", "10K–100K", "100K–1M", "whales"]
    assert [each["line"]["color"] for each in part.traces] == list(palette.SIZES)
    assert (part.reading.text, part.reading.note) == ("+10.00", "all sizes")


def test_spot_and_perpetual_are_never_summed_but_compared():
    lines = {"spot": [1.0, 4.0], "perp": [0.0, 1.0], DIFFERENCE: [1.0, 3.0]}
    part = drawn(seen(lines, of=Of.KIND))
    assert len(part.traces) == 3
    assert part.traces[2]["line"]["dash"] == "dot"
    assert (part.reading.text, part.reading.note) == ("+3.000", "spot − perp")
    alone = drawn(seen({"perp": [1.0]}, of=Of.KIND, lacking=("spot",)))
    assert alone.reading.text == ""
    assert alone.title == "CVD (BTC); nothing held of spot"


@pytest.mark.parametrize("of", [Of.SUM, Of.VENUE])
def test_no_line_leads_into_the_next_session(of):
    name = "sum" if of is Of.SUM else "binance"
    line = drawn(seen({name: [1.0, 2.0, 3.0]}, of=of, restarts=[2])).traces[0]
    at = (line["x"] - START_NS / NS_PER_MS) / 60_000
    hole = np.flatnonzero(np.isnan(line["y"]))
    assert at[hole].tolist() == [2.0]
    assert line["y"][hole - 1].tolist() == ([0.0] if of is Of.SUM else [2.0])


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({}, "CVD (BTC)"),
        ({"asked_ns": START_NS - 90 * NS_PER_MINUTE}, "CVD (BTC) since 22:13, the first held"),
        ({"reset": Reset.ANCHOR, "anchor_ns": START_NS}, "CVD (BTC) since 22:13"),
        ({"reset": Reset.NEVER, "asked_ns": 0}, "CVD (BTC) since 22:13, the first held"),
        ({"reset": Reset.ANCHOR}, "CVD since the anchor: choose a candle to anchor at"),
    ],
)
def test_the_title_says_since_when(more, words):
    assert drawn(seen({"sum": [1.0]}, **more)).title == words


def test_another_day_is_named():
    view = seen({"sum": [1.0]}, reset=Reset.NEVER, since_ns=START_NS - NS_PER_DAY)
    assert drawn(view).title == "CVD (BTC) since 11-13 22:13"


def test_the_words_at_the_mouse_are_of_the_charts_own_bars():
    view = seen({"sum": [1.0, 2.0, 3.0]})
    bars_ns = START_NS + np.array([0, 2, 3]) * NS_PER_MINUTE
    (cell,) = drawn(view, bars_ns).cells
    assert np.array_equal(cell.values, [1.0, 3.0, NAN], equal_nan=True)
    assert (cell.label, cell.decimals, cell.unit) == ("", 3, "BTC")


def test_nothing_known_leaves_an_empty_pane_with_its_title():
    part = drawn(seen({"sum": [NAN, NAN]}, since_ns=None, asked_ns=START_NS - NS_PER_DAY))
    assert all(np.isnan(each["y"]).all() for each in part.traces)
    assert len(part.traces) == 2
    assert part.reading.text == "\N{EN DASH}"
