from core.domain.instrument import Venue
from data.feeds.gate import PER_S, Gate


def test_connections_beyond_what_a_second_takes_wait_for_the_next():
    gate = Gate(3)
    assert [round(gate.take(at), 3) for at in (0.0, 0.0, 0.1, 0.2, 0.2, 0.2, 0.2)] == [
        0.0,
        0.0,
        0.0,
        0.8,
        0.8,
        0.9,
        1.8,
    ]
    assert gate.take(9.0) == 0.0


def test_a_venue_that_does_not_count_seconds_keeps_nobody_waiting():
    gate = Gate(PER_S.get(Venue.BYBIT))
    assert [gate.take(0.0) for _ in range(50)] == [0.0] * 50
