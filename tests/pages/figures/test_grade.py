import numpy as np
import plotly.graph_objects as go

from core.calc.grade import Grades, Reason
from core.domain.units import NS_PER_MINUTE, NS_PER_MS
from pages.figures import grade
from tests.support.trades import START_NS, instrument

GRID = instrument(tick="0.1", step="0.001")
MINUTE_MS = NS_PER_MINUTE / NS_PER_MS
START_MS = START_NS / NS_PER_MS
SHOWN = (1000, 1010)


def grades(*bars):
    """Of (minute, grade, reason)."""
    minutes, shares, reasons = zip(*bars, strict=True)
    count = len(bars)
    return Grades(
        open_ns=START_NS + NS_PER_MINUTE * np.array(minutes),
        grade=np.array(shares, float),
        reason=np.array(reasons),
        missing_lots=np.zeros(count, np.int64),
        book_grade=np.full(count, np.nan),
        due_lots=np.ones(count),
    )


def drawn(*bars):
    return grade.draw(grades(*bars), GRID, step_ns=NS_PER_MINUTE, shown=SHOWN)


def test_a_bar_below_one_is_hatched_over_the_width_of_its_slot():
    part = drawn((0, 1, Reason.IDS), (1, 0.9, Reason.SHORT), (2, 1, Reason.IDS))
    (boxes,) = part.traces
    assert boxes["x"].tolist() == [START_MS + MINUTE_MS / 2]
    assert boxes["width"].tolist() == [MINUTE_MS]
    assert boxes["marker"]["pattern"]["shape"] == "/"
    assert part.annotations[0]["text"] == grade.HATCHED_NOTE


def test_neighbours_are_one_box_and_the_pane_is_filled_however_it_is_moved():
    (boxes,) = drawn(*((at, 0.5, Reason.GAP) for at in (0, 1, 2, 5))).traces
    assert boxes["width"].tolist() == [3 * MINUTE_MS, MINUTE_MS]
    assert boxes["base"] < 100 - 2
    assert (boxes["base"] + boxes["y"] > 101 + 2).all()


def test_what_is_proven_or_not_yet_or_pale_already_is_not_hatched():
    part = drawn((0, 1, Reason.IDS), (1, np.nan, Reason.UNPROVEN), (2, 0, Reason.NO_TRADES))
    assert (part.traces, part.annotations) == ([], [])


def test_without_grades_or_prices_nothing_is_drawn():
    assert grade.draw(None, GRID, step_ns=NS_PER_MINUTE, shown=SHOWN).traces == []
    short = grades((0, 0.5, Reason.GAP))
    assert grade.draw(short, GRID, step_ns=NS_PER_MINUTE, shown=None).traces == []


def test_plotly_takes_the_hatching_as_valid():
    assert len(go.Figure(drawn((0, 0.5, Reason.GAP)).traces).data) == 1
