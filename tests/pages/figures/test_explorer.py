from itertools import pairwise

import numpy as np
import plotly.graph_objects as go
import pytest

from core.calc.bars import time_bars
from core.calc.cvd import cvd
from core.calc.delta import delta
from core.calc.profile import profile
from core.calc.tick_volumes import tick_volumes
from core.calc.vwap import vwap_bars
from core.domain.arrays import empty_trades
from core.domain.units import NS_PER_MINUTE, NS_PER_MS
from data.views.explorer import ExplorerView
from pages.figures import explorer, open_interest
from tests.support import derivatives
from tests.support.derivatives import positions
from tests.support.trades import START_NS, instrument, trades

GRID = instrument(tick="0.1", step="0.001")
TAPE = trades((0, 1000, 5, 1), (10, 1020, 7, 1), (20, 990, 40, -1), (61, 1010, 6, 1))


def view(tape=TAPE):
    bars = time_bars(tape, step_ns=NS_PER_MINUTE)
    return ExplorerView(
        instrument=GRID,
        step_ns=NS_PER_MINUTE,
        bars=bars,
        vwap=vwap_bars(bars),
        delta=delta(bars),
        cvd=cvd(bars),
        profile=profile(tick_volumes(tape), ticks_per_row=10),
        profile_from_klines=False,
        newest_recv_ns=0,
        complete_from_ns=START_NS,
    )


def drawn(*layers, source="live"):
    return explorer.draw(view(), explorer.Look(frozenset(layers), source, "BTC|1m"))


def words(figure):
    return [each["text"] for each in figure["layout"]["annotations"]]


def test_all_panes_share_one_time_axis_and_one_hover():
    layout = drawn(*explorer.LAYERS)["layout"]
    assert layout["hovermode"] == "x unified"
    assert layout["hoversubplots"] == "axis"
    assert layout["xaxis"]["type"] == "date"
    assert layout["xaxis"]["showspikes"] is True
    assert (layout["xaxis"]["anchor"], layout["xaxis"]["position"]) == ("free", 0)
    assert layout["uirevision"] == "BTC|1m"
    traces = drawn(*explorer.LAYERS)["data"]
    assert {trace["yaxis"] for trace in traces if trace["xaxis"] == "x"} == {"y", "y2", "y3"}


def test_the_time_axis_reaches_from_before_the_first_to_after_the_last_candle():
    low, high = drawn("cvd")["layout"]["xaxis"]["range"]
    first = START_NS / NS_PER_MS
    assert low == first - 60_000
    assert high == pytest.approx(first + 60_000 + 90_000)


def test_the_price_axis_shows_the_decimals_of_the_tick_and_every_price():
    axis = drawn()["layout"]["yaxis"]
    assert axis["tickformat"] == ",.1f"
    assert axis["range"][0] < 99.0
    assert axis["range"][1] > 102.0
    assert axis["side"] == "right"


def test_panes_say_what_they_are_and_in_which_unit():
    assert "CVD (BTC)" in words(drawn("cvd"))
    assert "Delta (BTC)" in words(drawn("delta"))


def test_a_pane_that_is_off_gives_its_room_to_the_price():
    both, one, none = drawn("cvd", "delta"), drawn("delta"), drawn()
    floors = [figure["layout"]["yaxis"]["domain"][0] for figure in (both, one, none)]
    assert floors == sorted(floors, reverse=True)
    assert floors[-1] == 0
    assert "yaxis2" not in one["layout"]
    assert none["layout"]["xaxis"]["position"] == 0


def test_the_profile_stands_at_the_right_edge_of_the_price_pane_and_grows_to_the_left():
    layout = drawn("profile")["layout"]
    assert layout["xaxis"]["domain"][1] == layout["xaxis2"]["domain"][0]
    assert layout["xaxis2"]["range"][0] > layout["xaxis2"]["range"][1] == 0
    assert "xaxis2" not in drawn()["layout"]
    assert drawn()["layout"]["xaxis"]["domain"] == [0, 1]


def test_anything_but_the_live_market_is_a_watermark():
    assert "<b>SIMULATED</b>" in words(drawn(source="simulated"))
    assert "<b>REPLAY</b>" in words(drawn(source="replay"))
    assert not any("LIVE" in each for each in words(drawn(source="live")))


def test_the_newest_values_stand_beside_their_panes():
    readings = words(drawn("profile", "cvd", "delta"))
    assert "<b>+0.006</b>" in readings
    assert "<b>−0.022</b>" in readings


@pytest.mark.parametrize("layers", [(), explorer.LAYERS])
def test_plotly_takes_the_whole_figure_as_valid(layers):
    figure = go.Figure(drawn(*layers, source="simulated"))
    assert len(figure.data) == (10 if layers else 1)


def test_without_a_trade_there_are_axes_and_nothing_else():
    empty = view(empty_trades())
    figure = explorer.draw(empty, explorer.Look())
    assert figure["data"] == []
    assert np.diff(figure["layout"]["yaxis"]["range"])[0] > 0


@pytest.mark.parametrize(("layers", "seen"), [((), 0), (("bands",), 1), (("vwap",), 1)])
def test_bands_and_line_are_switched_each_by_its_own(layers, seen):
    names = [trace["name"] for trace in drawn(*layers)["data"]]
    assert len(names) == 1 + seen
    assert ("VWAP" in names) == ("vwap" in layers)


def whole(layers=explorer.LAYERS, *, interest=None, **changes):
    look = explorer.Look(frozenset(layers), "live", "BTC|1m", quote_is_live=True)
    interest = interest or open_interest.draw(positions(), "BTC", shown_ns=positions().open_ns)
    others = {"open_interest": interest}
    return explorer.draw(view(), look, derivatives.view(**changes), others)


def overlaps(layout, names):
    domains = sorted(layout[f"yaxis{name}"]["domain"] for name in names)
    return any(low[1] > high[0] for low, high in pairwise(domains))


def test_with_every_pane_the_price_keeps_forty_five_percent_and_none_covers_another():
    layout = whole()["layout"]
    low, high = layout["yaxis"]["domain"]
    assert high - low >= 0.45
    assert not overlaps(layout, ["", "2", "3", "4", "5"])
    assert layout["yaxis5"]["domain"][0] == pytest.approx(0, abs=1e-9)
    assert (layout["xaxis"]["anchor"], layout["xaxis"]["position"]) == ("free", 0)
    assert layout["yaxis6"]["overlaying"] == "y5"


@pytest.mark.parametrize("left_out", explorer.LAYERS)
def test_a_layer_that_is_off_is_not_drawn_and_the_others_are(left_out):
    layers = set(explorer.LAYERS) - {left_out}
    figure = whole(layers)
    go.Figure(figure)
    assert ("yaxis5" in figure["layout"]) == ("funding" in layers)
    assert any("Liquidations:" in each for each in words(figure)) == ("liquidations" in layers)
    assert ("A 101.1" in words(figure)) == ("best_quote" in layers)


def test_the_new_panes_say_what_they_are_and_what_is_newest():
    texts = words(whole())
    assert "Open interest (BTC)" in texts
    assert "Binance funding (% of 8 h), basis (bps), next in 01:01:01" in texts
    assert "<b>110.0</b>" in texts
    assert "basis +2.50 bps" in texts


def test_without_the_profile_the_newest_values_stand_in_the_names():
    texts = words(whole(set(explorer.LAYERS) - {"profile"}))
    assert "Open interest (BTC): 110.0, +10.00 % in 1 min" in texts
    assert "<b>110.0</b>" not in texts


def test_while_nothing_trades_the_time_axis_goes_on_with_what_is_told():
    later = whole(rate=(0.0001,) * 9, basis=(1.0,) * 9)
    assert later["layout"]["xaxis"]["range"][1] == pytest.approx(
        START_NS / NS_PER_MS + 8 * 60_000 + 90_000
    )


def test_side_by_side_venues_carry_their_own_values_and_the_name_of_the_pane_stays_short():
    held = positions()
    part = open_interest.draw_by_venue(held, "BTC", shown_ns=held.open_ns)
    texts = words(whole(set(explorer.LAYERS) - {"profile"}, interest=part))
    assert "Open interest (% since the left edge; values in BTC)" in texts
    assert "Binance 110.0" in texts


@pytest.mark.parametrize(("held", "written"), [((0.4, 0.5), "~g"), ((81_000.0, 82_000.0), "~s")])
def test_half_a_coin_is_never_written_as_five_hundred_thousandths(held, written):
    found = positions({derivatives.PERP.id: held})
    part = open_interest.draw(found, "BTC", shown_ns=found.open_ns)
    layout = whole(interest=part)["layout"]
    assert layout["yaxis4"]["tickformat"] == written
