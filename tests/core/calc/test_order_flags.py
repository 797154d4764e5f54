from core.calc.order_flags import order_flags
from core.domain.marker import Marker, MarkerKind
from core.domain.units import NS_PER_MS, NS_PER_S

S = NS_PER_S


def mark(kind, side, event_ns, known_ns=None):
    return Marker(kind, side, event_ns, known_ns or event_ns, 100, 5.0, 3.0, 0.4, "Why.")


MARKS = [
    mark(MarkerKind.LARGE_TRADE, 1, 10 * S),
    mark(MarkerKind.BURST, 1, 10 * S, 12 * S),
    mark(MarkerKind.SWEEP, 1, 10 * S + 20 * NS_PER_MS),
    mark(MarkerKind.SWEEP, -1, 30 * S),
    mark(MarkerKind.MICRO_PUSH, 1, 40 * S, 41 * S),
]


def test_an_order_can_be_all_three():
    assert order_flags(10 * S, 1, MARKS) == ("BURST", "SWEEP", "LARGE")


def test_what_was_found_on_the_other_side_is_not_its_own():
    assert order_flags(10 * S, -1, MARKS) == ()
    assert order_flags(30 * S, -1, MARKS) == ("SWEEP",)


def test_a_burst_covers_its_seconds_until_it_is_known():
    assert order_flags(12 * S - 1, 1, MARKS) == ("BURST",)
    assert order_flags(12 * S, 1, MARKS) == ()


def test_a_sweep_covers_the_fifty_milliseconds_until_it_is_known():
    assert order_flags(30 * S - 50 * NS_PER_MS, -1, MARKS) == ("SWEEP",)
    assert order_flags(30 * S - 51 * NS_PER_MS, -1, MARKS) == ()
    assert order_flags(30 * S + 1, -1, MARKS) == ()


def test_a_large_trade_covers_its_own_instant_and_other_findings_have_no_word():
    assert order_flags(10 * S + 1, 1, MARKS[:1]) == ()
    assert order_flags(40 * S, 1, MARKS) == ()
