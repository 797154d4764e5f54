import pytest

from core.calc.absorption_outcome import Outcome, absorption_outcome
from core.domain.arrays import empty_trades
from core.domain.marker import Marker, MarkerKind
from core.domain.units import NS_PER_S
from tests.support.trades import START_NS, trades


def outcomes(tape, *sides):
    markers = [
        Marker(
            MarkerKind.ABSORPTION, side, START_NS, START_NS + 10 * NS_PER_S, 50, 9.0, 3.0, 0.5, ""
        )
        for side in sides
    ]
    found = absorption_outcome(tape, markers, within_ns=100 * NS_PER_S)
    return [Outcome(each) for each in found]


@pytest.mark.parametrize(
    ("at_s", "ticks", "below", "above"),
    [
        (20, 49, Outcome.HELD, Outcome.HELD),
        (20, 48, Outcome.FAILED, Outcome.HELD),
        (20, 52, Outcome.HELD, Outcome.FAILED),
        (9, 40, Outcome.HELD, Outcome.HELD),
        (109.9, 40, Outcome.FAILED, Outcome.HELD),
        (110, 40, Outcome.HELD, Outcome.HELD),
    ],
)
def test_it_fails_with_the_first_trade_over_a_tick_beyond(at_s, ticks, below, above):
    tape = trades((at_s, ticks, 1, 1), (120, 50, 1, 1))
    assert outcomes(tape, 1, -1) == [below, above]


def test_until_its_time_is_over_it_is_open_unless_it_failed():
    assert outcomes(trades((20, 50, 1, 1)), 1) == [Outcome.OPEN]
    assert outcomes(trades((20, 40, 1, 1)), 1) == [Outcome.FAILED]
    assert outcomes(empty_trades(), 1) == [Outcome.OPEN]
    assert outcomes(empty_trades()) == []


def test_trades_out_of_order_are_refused():
    with pytest.raises(ValueError, match="sorted"):
        outcomes(trades((20, 50, 1, 1), (10, 50, 1, 1)), 1)
