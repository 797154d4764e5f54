from dataclasses import replace

import plotly.graph_objects as go

from core.calc.footprint import footprint
from core.calc.imbalance_presets import ATAS, QUANTOWER, STRICT
from core.calc.imbalance_reasons import compare
from core.calc.micro import micro_footprint
from core.domain.units import NS_PER_MINUTE
from data.views.footprint import FootprintView
from pages.figures import opened
from tests.support.trades import START_NS, instrument, trades


def view(*rows):
    tape = trades(*rows)
    end_ns = START_NS + NS_PER_MINUTE
    return FootprintView(
        instrument=instrument(tick="0.1"),
        footprint=footprint(tape, open_ns=START_NS, ticks_per_row=1),
        micro=micro_footprint(tape, from_ns=START_NS, to_ns=end_ns, ticks_per_row=1),
        closed=True,
        complete=True,
        newest_recv_ns=0,
    )


def drawn(*rows):
    return opened.draw(view(*rows), focus_ns=START_NS, source="simulated")


def test_the_rows_stand_above_the_seconds_each_on_axes_of_its_own():
    figure = drawn((0, 1000, 1, 1), (1, 1001, 1, -1))
    assert [trace["yaxis"] for trace in figure["data"]] == ["y", "y2"]
    layout = figure["layout"]
    assert layout["yaxis2"]["domain"][1] < layout["yaxis"]["domain"][0]
    assert layout["xaxis"]["ticktext"] == ["Bid (sells)", "Ask (buys)", "Delta", "Total"]


def test_a_row_is_labelled_with_its_lower_edge():
    axis = drawn((0, 1000, 1, 1), (1, 1001, 1, -1))["layout"]["yaxis"]
    assert axis["ticktext"] == ["100.0", "100.1"]


def test_the_figure_grows_with_its_rows_and_labels_thin_out():
    few, many = drawn((0, 1000, 1, 1)), drawn((0, 1000, 1, 1), (1, 1199, 1, 1))
    assert many["layout"]["height"] >= 200 * 14 > few["layout"]["height"]
    assert len(many["layout"]["yaxis"]["ticktext"]) <= 45


def test_plotly_takes_the_whole_figure_as_valid():
    assert len(go.Figure(drawn((0, 1000, 1, 1))).data) == 2
    assert len(go.Figure(drawn()).data) == 0


def test_the_source_is_a_watermark():
    texts = [each["text"] for each in drawn((0, 1000, 1, 1))["layout"]["annotations"]]
    assert "<b>SIMULATED</b>" in texts


def test_the_cells_another_convention_judges_differently_are_outlined_and_told():
    shown = view((0, 1000, 13, -1), (1, 1001, 39, 1))
    cells = shown.footprint
    plain = opened.draw(shown, focus_ns=None, source="live")
    found = compare(STRICT, QUANTOWER, cells.sell_lots, cells.buy_lots)
    figure = opened.draw(replace(shown, compared=found), focus_ns=None, source="live")
    assert len(figure["layout"]["shapes"]) == len(plain["layout"]["shapes"]) + 1
    assert figure["compared"]["summary"] == "1 cell differs: strict marks 1, Quantower 0"
    assert plain["compared"] is None


def test_a_convention_other_than_ours_is_named_even_where_nothing_is_compared():
    shown = replace(view((0, 1000, 1, 1)), preset=ATAS)
    figure = opened.draw(shown, focus_ns=None, source="live")
    assert figure["compared"]["summary"] == "Imbalances by ATAS"
