import numpy as np

from core.calc.sessions import Sessions
from core.calc.vwap import Vwap
from core.domain.units import NS_PER_DAY, NS_PER_HOUR, NS_PER_MINUTE
from pages.figures import vwap
from tests.support.trades import START_NS, instrument

GRID = instrument(tick="0.5")
MIDNIGHT_NS = START_NS // NS_PER_DAY * NS_PER_DAY


def result(*ts_ns):
    n = len(ts_ns)
    return Vwap(
        ts_ns=np.array(ts_ns, np.int64),
        vwap_ticks=np.linspace(200, 210, n),
        sigma_ticks=np.full(n, 4.0),
    )


def test_the_line_is_in_quote_coin_and_in_a_hue_of_its_own():
    part = vwap.draw(result(START_NS, START_NS + NS_PER_MINUTE), GRID, step_ns=NS_PER_MINUTE)
    line = part.traces[-1]
    assert line["name"] == "VWAP"
    assert line["y"].tolist() == [100.0, 105.0]
    assert line["line"]["color"] == "#a78bfa"
    assert line["hovertemplate"] == "%{y:,.1f}"


def test_the_bands_stand_one_two_and_three_sigma_above_and_below():
    part = vwap.draw(result(START_NS, START_NS + NS_PER_MINUTE), GRID, step_ns=NS_PER_MINUTE)
    bands = part.traces[0]
    lines = np.split(bands["y"], np.flatnonzero(np.isnan(bands["y"])))[:6]
    firsts = [line[~np.isnan(line)][0] for line in lines]
    assert firsts == [102.0, 98.0, 104.0, 96.0, 106.0, 94.0]
    assert bands["x"].size == bands["y"].size
    assert "±3" in bands["name"]


def test_bands_can_be_left_out():
    part = vwap.draw(result(START_NS), GRID, step_ns=NS_PER_MINUTE, sigmas=())
    assert [trace["name"] for trace in part.traces] == ["VWAP"]


def test_the_line_breaks_where_a_session_ends():
    times = (MIDNIGHT_NS - NS_PER_MINUTE, MIDNIGHT_NS, MIDNIGHT_NS + NS_PER_MINUTE)
    line = vwap.draw(result(*times), GRID, step_ns=NS_PER_MINUTE).traces[-1]
    assert np.isnan(line["y"]).tolist() == [False, True, False, False]
    assert line["x"].size == 4


def test_where_a_bar_is_a_session_its_vwap_is_a_dot_without_bands():
    times = (MIDNIGHT_NS - NS_PER_DAY, MIDNIGHT_NS)
    (dots,) = vwap.draw(result(*times), GRID, step_ns=NS_PER_DAY).traces
    assert dots["mode"] == "markers"
    assert dots["y"].tolist() == [100.0, 105.0]


def test_without_values_nothing_is_drawn():
    assert vwap.draw(result(), GRID, step_ns=NS_PER_MINUTE).traces == []


def test_the_bands_are_drawn_without_the_line_too():
    part = vwap.draw(result(START_NS), GRID, step_ns=NS_PER_MINUTE, line=False)
    assert len(part.traces) == 1
    assert part.traces[0]["name"].startswith("±1")
    assert vwap.draw(result(START_NS), GRID, step_ns=NS_PER_DAY, line=False).traces == []


def test_the_line_breaks_where_the_traders_own_session_starts():
    eight_ns = MIDNIGHT_NS + 8 * NS_PER_HOUR
    times = (MIDNIGHT_NS - NS_PER_MINUTE, MIDNIGHT_NS, eight_ns)
    own = vwap.Look(sessions=Sessions(start_ns=8 * NS_PER_HOUR))
    line = vwap.draw(result(*times), GRID, step_ns=NS_PER_MINUTE, look=own).traces[-1]
    assert np.isnan(line["y"]).tolist() == [False, False, True, False]
