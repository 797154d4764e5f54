import numpy as np

from core.calc.delta import Delta
from core.domain.arrays import BAR_DTYPE, Provenance
from core.domain.units import NS_PER_MS, NS_PER_S
from pages.figures import delta, palette
from tests.support.trades import START_NS, instrument

GRID = instrument(step="0.1")


def drawn(*lots):
    opens = START_NS + np.arange(len(lots)) * NS_PER_S
    return delta.draw(Delta(opens, np.array(lots, float)), GRID, step_ns=NS_PER_S)


def test_a_bar_is_four_corners_around_its_time_as_wide_as_a_candles_body():
    buying, selling = drawn(30.0, -20.0).traces
    middle = START_NS / NS_PER_MS
    assert (buying["x"] - middle).tolist() == [-320, -320, 320, 320]
    assert buying["y"].tolist() == [0, 3, 3, 0]
    assert (selling["x"] - middle).tolist() == [680, 680, 1320, 1320]
    assert selling["y"].tolist() == [0, -2, -2, 0]


def test_buying_is_green_and_selling_is_red():
    buying, selling = drawn(30.0, -20.0).traces
    assert buying["fillcolor"] == palette.faded("#22c55e", 0.85)
    assert selling["fillcolor"] == palette.faded("#ef4444", 0.85)


def test_what_is_not_known_is_left_out_and_not_zero():
    buying, selling = drawn(np.nan, 10.0).traces
    assert buying["x"].size == 4
    assert selling["x"].size == 0


def test_the_span_holds_zero():
    assert drawn(30.0, 10.0).span == (0.0, 3.0)
    assert drawn(-30.0).span == (-3.0, 0.0)


def test_without_bars_nothing_is_drawn():
    assert drawn().traces == []


def bars(*rows, provenance=Provenance.TRADES):
    """Rows of (buy, sell, unknown, least, greatest) lots."""
    out = np.zeros(len(rows), BAR_DTYPE)
    out["open_ns"] = START_NS + np.arange(len(rows)) * NS_PER_S
    names = ("buy_lots", "sell_lots", "unknown_lots", "min_delta_lots", "max_delta_lots")
    for name, values in zip(names, np.array(rows).T, strict=True):
        out[name] = values
    out["provenance"] = provenance
    return out


def test_a_share_is_of_what_traded_with_a_known_side():
    part = delta.draw_shares(
        bars((30, 10, 60, 0, 30), (0, 0, 5, 0, 0), (10, 30, 0, -30, 10)), GRID, step_ns=NS_PER_S
    )
    assert part.traces[0]["y"].tolist() == [0, 50, 50, 0]
    assert part.traces[1]["y"].tolist() == [0, -50, -50, 0]
    assert np.array_equal(part.cells[0].values, [50, np.nan, -50], equal_nan=True)
    assert (part.title, part.reading.text) == ("Delta (% of volume)", "−50.0 %")
    assert part.reading.colour == palette.SELL
    assert part.span == (-50.0, 50.0)


def test_wicks_reach_as_far_as_the_running_delta_went():
    part = delta.draw_wicks(bars((30, 10, 0, -40, 25)), GRID, step_ns=NS_PER_S)
    wick = part.traces[0]
    assert np.array_equal(wick["y"], [-4.0, 2.5, np.nan], equal_nan=True)
    assert wick["x"].tolist() == [START_NS // NS_PER_MS] * 3
    assert part.span == (-4.0, 2.5)
    assert [(each.label, each.values.tolist()) for each in part.cells] == [
        ("", [2.0]),
        ("min", [-4.0]),
        ("max", [2.5]),
    ]
    assert part.reading.text == "+2.0"


def test_a_venues_own_candle_has_no_wick():
    part = delta.draw_wicks(
        bars((30, 10, 0, 0, 20), provenance=Provenance.KLINES), GRID, step_ns=NS_PER_S
    )
    assert np.isnan(part.traces[0]["y"]).all()
    assert part.span == (0.0, 2.0)


def test_no_bars_are_no_columns_and_no_reading():
    for form in (delta.draw_shares, delta.draw_wicks):
        part = form(np.zeros(0, BAR_DTYPE), GRID, step_ns=NS_PER_S)
        assert part.reading.text == ""
        assert part.span is None
