"""Every rule by its name: the rule's own findings, of the span alone, without hindsight."""

import numpy as np
import pytest

from core.calc.bars import time_bars
from core.calc.burst import BurstRule, burst
from core.calc.footprint import footprint
from core.calc.marker_rules import MARKER_RULES, find_markers
from core.calc.marker_tape import MarkerTape
from core.calc.stacked_imbalance import stacked_imbalance
from core.calc.stop_grab import stop_grab
from core.calc.typical_cell import typical_cell
from core.domain.arrays import TRADE_DTYPE, empty_trades
from tests.support.lively import lively_trades
from tests.support.trades import START_NS, instrument

S = 10**9
MINUTE_NS = 60 * S
COIN = instrument()
MIDNIGHT_NS = 19_700 * 86_400 * S
LOUD = 14


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


@pytest.fixture(scope="module")
def days():
    """Eight days of which the same hour is loud; on the last an order that is usual in it alone."""
    rng = np.random.default_rng(6)
    orders, span_s = 50_000, 8 * 86_400
    rows = np.zeros(2 * orders, TRADE_DTYPE)
    rows["ts_event_ns"] = MIDNIGHT_NS + np.repeat(np.sort(rng.integers(0, span_s, orders)) * S, 2)
    rows["aggressor"] = np.repeat(rng.choice([-1, 1], orders), 2)
    reach = rng.geometric(0.3, orders) * rows["aggressor"][::2]
    rows["price_ticks"] = 600_000 + np.column_stack((np.zeros(orders), reach)).ravel()
    hours = rows["ts_event_ns"] // (3_600 * S) % 24
    rows["size_lots"] = np.where(hours == LOUD, 1_000, 1) * rng.integers(1, 10, 2 * orders)
    planted = [np.searchsorted(rows["ts_event_ns"], MIDNIGHT_NS + 7 * 86_400 * S + at * 3_600 * S)
               for at in (LOUD, LOUD + 3)]  # fmt: skip
    rows["size_lots"][planted] = 8_000
    return rows, [int(at) for at in rows["ts_event_ns"][planted]]


def test_what_is_rare_at_one_hour_of_the_day_may_be_usual_at_another(days):
    rows, (loud_ns, quiet_ns) = days
    last_ns = MIDNIGHT_NS + 7 * 86_400 * S
    found = find_markers(tape(rows, from_ns=last_ns), "burst").found
    assert loud_ns not in {each.event_ns for each in found}
    assert quiet_ns in {each.event_ns for each in found}
    plain = BurstRule(days=None)
    found = burst(rows, COIN, until_ns=int(rows["ts_event_ns"][-1]), rule=plain).found
    assert quiet_ns not in {each.event_ns for each in found}


@pytest.mark.parametrize("name", ["burst", "book-sweep"])
def test_where_the_past_is_days_it_is_read_as_far_back_as_it_counts(days, name):
    rows, _ = days
    last_ns = MIDNIGHT_NS + 7 * 86_400 * S + 9 * 3_600 * S + 1
    whole = find_markers(tape(rows, from_ns=0), name)
    late = find_markers(tape(rows, from_ns=last_ns), name)
    assert late.found == tuple(each for each in whole.found if each.known_ns >= last_ns)
    assert late.found
    assert late.not_ready == whole.not_ready


@pytest.mark.parametrize("name", MARKER_RULES)
def test_without_a_past_nothing_is_found(name):
    empty = MarkerTape(COIN, empty_trades(), None, None, START_NS, START_NS, MINUTE_NS, 1)
    assert find_markers(empty, name).found == ()


def test_a_gap_is_no_finding(rows):
    whole = find_markers(tape(rows), "book-sweep").found
    gap = (whole[0].event_ns - S, whole[0].known_ns + 1)
    assert whole[0] not in find_markers(tape(rows, gaps_ns=(gap,)), "book-sweep").found
