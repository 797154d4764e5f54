"""Every rule by its name: the rule's own findings, of the span alone, without hindsight."""

import numpy as np
import pytest

from core.calc.bars import time_bars
from core.calc.footprint import footprint
from core.calc.marker_rules import MARKER_RULES, find_markers
from core.calc.marker_tape import MarkerTape
from core.calc.stacked_imbalance import stacked_imbalance
from core.calc.stop_grab import stop_grab
from core.calc.typical_cell import typical_cell
from core.domain.arrays import empty_trades
from tests.support.lively import lively_trades
from tests.support.trades import START_NS, instrument

S = 10**9
MINUTE_NS = 60 * S
COIN = instrument()


@pytest.fixture(scope="module")
def rows():
    return lively_trades()


def tape(rows, *, from_ns=START_NS, until_ns=None, gaps_ns=()):
    until_ns = int(rows["ts_event_ns"][-1]) if until_ns is None else until_ns
    told = rows[rows["ts_event_ns"] <= until_ns]
    return MarkerTape(COIN, told, None, None, from_ns, until_ns, MINUTE_NS, 5, gaps_ns)


@pytest.mark.parametrize("name", MARKER_RULES)
def test_what_was_known_then_is_what_is_found_now(rows, name):
    whole = find_markers(tape(rows), name).found
    then_ns = START_NS + 12_345 * S
    early = find_markers(tape(rows, until_ns=then_ns), name).found
    assert early == tuple(each for each in whole if each.known_ns <= then_ns)
    late = find_markers(tape(rows, from_ns=then_ns), name).found
    assert late == tuple(each for each in whole if each.known_ns >= then_ns)
    known = [each.known_ns for each in whole]
    assert known == sorted(known)


def test_rules_of_bars_get_the_closed_ones(rows):
    bars = time_bars(rows, step_ns=MINUTE_NS)[:-1]
    found = find_markers(tape(rows), "stop-grab")
    assert found == stop_grab(bars, COIN, step_ns=MINUTE_NS)
    assert found.found


def test_stacks_are_those_of_footprints_held_against_the_twenty_bars_before(rows):
    opens = rows["ts_event_ns"] // MINUTE_NS * MINUTE_NS
    bars = []
    for open_ns in np.unique(opens)[:-1].tolist():
        before = rows[(opens < open_ns) & (opens >= open_ns - 20 * MINUTE_NS)]
        least = typical_cell(before, step_ns=MINUTE_NS, ticks_per_row=5)
        bar = rows[opens == open_ns]
        bars.append(footprint(bar, open_ns=open_ns, ticks_per_row=5, min_lots=least))
    until_ns = int(rows["ts_event_ns"][-1])
    wanted = stacked_imbalance(bars, COIN, step_ns=MINUTE_NS, until_ns=until_ns)
    assert find_markers(tape(rows), "stacked-imbalance") == wanted
    assert wanted.found


@pytest.mark.parametrize("name", MARKER_RULES)
def test_without_a_past_nothing_is_found(name):
    empty = MarkerTape(COIN, empty_trades(), None, None, START_NS, START_NS, MINUTE_NS, 1)
    assert find_markers(empty, name).found == ()


def test_a_gap_is_no_finding(rows):
    whole = find_markers(tape(rows), "book-sweep").found
    gap = (whole[0].event_ns - S, whole[0].known_ns + 1)
    assert whole[0] not in find_markers(tape(rows, gaps_ns=(gap,)), "book-sweep").found
