from hypothesis import given
from hypothesis import strategies as st

from core.calc.footprint import footprint
from core.calc.stacked_imbalance import StackedImbalanceRule, stacked_imbalance
from core.domain.marker import MarkerKind
from tests.support.tapes import NOON_NS, tapes
from tests.support.trades import START_NS, instrument, trades

M = 60_000_000_000
TWO = StackedImbalanceRule(least=2)


def footprints(tape):
    minutes = sorted(set((tape["ts_event_ns"] // M).tolist()))
    return [
        footprint(tape[tape["ts_event_ns"] // M == at], open_ns=at * M, ticks_per_row=1)
        for at in minutes
    ]


def marked(tape, until_ns, **how):
    return stacked_imbalance(
        footprints(tape), instrument(), step_ns=M, until_ns=until_ns, **how
    ).found


STACK = trades((0, 100, 1, -1), (1, 101, 9, 1), (2, 102, 9, 1), (3, 103, 9, 1))


def test_a_stack_is_marked_at_the_close_of_its_bar_with_its_numbers():
    (marker,) = marked(STACK, START_NS + M)
    assert (marker.kind, marker.side) == (MarkerKind.STACKED_IMBALANCE, 1)
    assert (marker.event_ns, marker.known_ns) == (START_NS, START_NS + M)
    assert (marker.price_ticks, marker.value, marker.threshold) == (101, 3.0, 3.0)
    assert marker.reason == (
        "Buy imbalances in 3 rows upon each other (3 are needed) from 10.1 to 10.3, "
        "with 0.027 BTC in them."
    )


def test_an_open_bar_is_not_judged():
    assert marked(STACK, START_NS + M - 1) == ()


def test_a_bar_with_a_gap_is_passed_by():
    until_ns = START_NS + M
    assert marked(STACK, until_ns, gaps_ns=[(START_NS + M - 1, START_NS + M)]) == ()
    assert len(marked(STACK, until_ns, gaps_ns=[(START_NS + M, START_NS + 2 * M)])) == 1


@given(tapes(ticks=(1, 6), max_size=60), st.integers(-3, 400), st.integers(0, 400))
def test_what_is_known_never_changes(tape, after_s, more_s):
    until_ns = NOON_NS + after_s * 1_000_000_000
    later_ns = until_ns + more_s * 1_000_000_000
    early = marked(tape[tape["ts_event_ns"] <= until_ns], until_ns, rule=TWO)
    late = marked(tape[tape["ts_event_ns"] <= later_ns], later_ns, rule=TWO)
    assert early == tuple(each for each in late if each.known_ns <= until_ns)
    assert all(each.event_ns <= each.known_ns for each in late)
