import numpy as np

from core.domain.instrument import InstrumentId
from core.domain.units import NS_PER_MINUTE
from pages.figures import palette, values
from pages.figures.values import Values
from tests.support.trades import START_NS

NAN = float("nan")
OPENS = START_NS + np.arange(3) * NS_PER_MINUTE
SIGNED = Values("Flow", np.array([1.0, NAN, -2.5]), palette.TEXT, 1, " BTC", signed=True)
PLAIN = Values("Sum", np.array([5.0, 6.0, NAN]), palette.POC)


def pane(*rows):
    traces = values.lines(rows, OPENS, "y8")
    return values.pane(rows, traces, "Flow (BTC)", times=(OPENS, OPENS[1:]), yaxis="y8")


def test_a_pane_reads_its_first_row_large_and_the_others_below():
    found = pane(SIGNED, PLAIN).reading
    assert (found.text, found.colour) == ("−2.5 BTC", palette.SELL)
    assert found.note == "sum 6.00"


def test_what_neither_the_open_bar_nor_the_one_before_has_is_a_dash():
    found = pane(Values("Sum", np.array([5.0, NAN, NAN]), palette.POC)).reading
    assert found.text == "\N{EN DASH}"


def test_zero_is_in_the_pane_and_a_line_where_a_row_has_a_sign():
    assert (pane(PLAIN).span, pane(PLAIN).shapes) == ((5.0, 6.0), [])
    both = pane(SIGNED, PLAIN)
    assert both.span == (-2.5, 6.0)
    assert both.shapes[0]["yref"] == "y8"


def test_every_row_is_a_line_with_holes_and_a_cell_per_bar_of_the_chart():
    part = pane(SIGNED, PLAIN)
    assert [trace["name"] for trace in part.traces] == ["Flow", "Sum"]
    assert np.isnan(part.traces[0]["y"][1])
    assert part.traces[0]["hovertemplate"] == "%{y:+,.1f} BTC<extra>Flow</extra>"
    assert [(cell.label, cell.unit, cell.decimals) for cell in part.cells] == [
        ("Flow", "BTC", 1),
        ("Sum", "", 2),
    ]
    assert np.array_equal(part.cells[1].values, [6.0, NAN], equal_nan=True)


def test_a_bar_that_has_no_value_is_not_known():
    shown = np.array([OPENS[0] - 1, OPENS[1], OPENS[2] + NS_PER_MINUTE])
    found = values.at_bars(PLAIN.values, OPENS, shown)
    assert np.array_equal(found, [NAN, 6.0, NAN], equal_nan=True)
    assert np.isnan(values.at_bars(np.zeros(0), np.zeros(0, np.int64), shown)).all()


def test_books_that_are_not_held_are_named_once():
    ids = [InstrumentId.parse(f"okx.{kind}") for kind in ("perp.BTC-USDT-SWAP", "spot.BTC-USDT")]
    bybit = InstrumentId.parse("bybit.perp.BTCUSDT")
    assert values.untold([*ids, bybit]) == ": the book of OKX and Bybit is not held"
    assert values.untold([]) == ""
