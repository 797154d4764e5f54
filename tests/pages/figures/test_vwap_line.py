import numpy as np

from core.calc.sessions import Period, Sessions
from core.calc.vwap import Vwap
from core.domain.units import NS_PER_DAY, NS_PER_MINUTE
from data.views.vwap_line import VwapLineView
from pages.figures import palette, vwap_line
from tests.support.trades import START_NS, instrument

GRID = instrument(tick="0.5")


def view(ticks, *, period=Period.WEEK, late_ns=None, estimated=False):
    line = Vwap(
        ts_ns=START_NS + np.arange(len(ticks)) * NS_PER_MINUTE,
        vwap_ticks=np.array(ticks, float),
        sigma_ticks=np.full(len(ticks), 4.0),
    )
    return VwapLineView(GRID, line, Sessions(period), late_ns, estimated)


def draw(found, sigmas=()):
    return vwap_line.draw(found, step_ns=NS_PER_MINUTE, sigmas=sigmas)


def test_the_newest_value_is_a_label_on_the_price_axis_in_the_colour_of_its_line():
    part = draw(view([200.0, 210.0]))
    (line,), (label,) = part.traces, part.annotations
    assert line["y"].tolist() == [100.0, 105.0]
    assert line["line"]["color"] == label["bordercolor"] == palette.VWAP_WEEK
    assert (label["text"], label["y"], label["xref"]) == ("wVWAP 105.0", 105.0, "paper")


def test_each_line_has_a_name_and_a_colour_of_its_own():
    parts = [draw(view([200.0], period=each)) for each in (Period.WEEK, Period.MONTH, Period.EVER)]
    assert [part.traces[0]["name"] for part in parts] == [
        "Weekly VWAP",
        "Monthly VWAP",
        "Anchored VWAP",
    ]
    assert len({part.traces[0]["line"]["color"] for part in parts}) == 3


def test_bands_are_drawn_only_where_they_are_wanted():
    assert len(draw(view([200.0, 210.0])).traces) == 1
    bands, _ = draw(view([200.0, 210.0]), sigmas=(1, 2)).traces
    assert np.nanmax(bands["y"]) == 105.0 + 2 * 4.0 * 0.5


def test_a_line_that_began_late_says_since_when():
    late_ns = START_NS // NS_PER_DAY * NS_PER_DAY
    words = draw(view([200.0], late_ns=late_ns)).annotations[-1]
    assert words["text"] == "Weekly VWAP: since 14 Nov 00:00"
    assert words["yref"] == "y domain"


def test_bands_that_rest_on_candles_say_so():
    found = view([200.0, 210.0], estimated=True)
    assert len(draw(found).annotations) == 1
    assert draw(found, sigmas=(1,)).annotations[-1]["text"] == (
        "Weekly VWAP: bands partly of candles"
    )


def test_without_values_nothing_is_drawn():
    assert draw(view([])).traces == []
    assert draw(view([np.nan])).annotations == []
