import numpy as np
import pytest

from core.calc.developing_profile import DevelopingProfile
from core.calc.sessions import UTC_DAYS
from core.domain.units import NS_PER_DAY, NS_PER_MINUTE, NS_PER_MS, NS_PER_S
from data.views.developing import DevelopingView
from pages.figures import developing
from tests.support.trades import START_NS, instrument

GRID = instrument(tick="0.5")
MIDNIGHT_NS = START_NS // NS_PER_DAY * NS_PER_DAY


def view(*ts_ns, from_candles=False, since_ns=None):
    n = len(ts_ns)
    poc = np.arange(200, 200 + n)
    line = DevelopingProfile(np.array(ts_ns, np.int64), poc, poc - 10, poc + 10)
    return DevelopingView(GRID, line, NS_PER_MINUTE, UTC_DAYS, from_candles, since_ns)


def draw(found, step_ns=NS_PER_MINUTE):
    return developing.draw(found, step_ns=step_ns, newest_ns=int(found.line.ts_ns[-1]))


def test_the_three_lines_are_steps_in_quote_coin():
    high, low, poc = draw(view(START_NS, START_NS + NS_PER_MINUTE)).traces
    names = [each["name"] for each in (high, low, poc)]
    assert names == ["Developing VAH", "Developing VAL", "Developing POC"]
    assert poc["y"].tolist() == [100.0, 100.5]
    assert (high["y"][0], low["y"][0]) == (105.0, 95.0)
    assert poc["line"]["shape"] == "hv"
    assert poc["x"].tolist() == [START_NS // NS_PER_MS, (START_NS + NS_PER_MINUTE) // NS_PER_MS]


def test_a_line_breaks_where_a_session_ends():
    times = MIDNIGHT_NS - NS_PER_MINUTE, MIDNIGHT_NS
    poc = draw(view(*times)).traces[-1]
    assert np.isnan(poc["y"]).tolist() == [False, True, False]


def test_on_finer_bars_a_value_stands_where_its_minute_has_ended():
    found = view(START_NS, START_NS + NS_PER_MINUTE)
    newest_ns = START_NS + 70 * NS_PER_S
    poc = developing.draw(found, step_ns=NS_PER_S, newest_ns=newest_ns).traces[-1]
    assert poc["x"].tolist() == [
        (START_NS + 59 * NS_PER_S) // NS_PER_MS,
        newest_ns // NS_PER_MS,
    ]


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({}, []),
        ({"from_candles": True}, ["Developing POC and value area: partly of candles"]),
        (
            {"from_candles": True, "since_ns": MIDNIGHT_NS},
            ["Developing POC and value area: since 14 Nov 00:00, partly of candles"],
        ),
    ],
)
def test_what_the_lines_do_not_hold_is_said_in_the_corner(told, words):
    notes = draw(view(START_NS, **told)).annotations
    assert [each["text"] for each in notes] == words
    assert all(each["yref"] == "y domain" for each in notes)


def test_without_values_nothing_is_drawn():
    part = developing.draw(view(), step_ns=NS_PER_MINUTE, newest_ns=START_NS)
    assert (part.traces, part.annotations) == ([], [])
