import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.liquidation_clusters import ClusterRule, cluster_numbers, liquidation_clusters
from core.domain.arrays import LIQUIDATION_DTYPE, Position
from core.domain.marker import MarkerKind
from core.domain.units import NS_PER_MS, NS_PER_S
from tests.support.trades import instrument

LONG, SHORT = Position.LONG, Position.SHORT
COIN = instrument(tick="0.5", step="0.1")
EVENTS = st.lists(
    st.tuples(
        st.sampled_from([0, 1, 2_000, 5_000, 5_001]),
        st.integers(1, 9),
        st.sampled_from([10_000.0, 10_010.0, 10_021.0]),
        st.sampled_from([LONG, SHORT]),
    ),
    max_size=30,
)


def rows_of(*events):
    """Rows of (ms since the last, lots, price, position)."""
    out = np.zeros(len(events), LIQUIDATION_DTYPE)
    at_ns = 0
    for index, (gap_ms, lots, price, position) in enumerate(events):
        at_ns += gap_ms * NS_PER_MS
        out[index] = (at_ns, at_ns, lots, price, position, 0)
    return out


def numbers(*events):
    return cluster_numbers(rows_of(*events), rule=ClusterRule()).tolist()


def markers(rows, until_ns, least=2, **how):
    rule = ClusterRule(least_events=least)
    return liquidation_clusters(rows, COIN, until_ns=until_ns, rule=rule, **how).found


def by_hand(rows):
    """The cluster of each event, one event after the other."""
    last, out = {}, []
    for row in rows:
        side, at_ns, price = int(row["position"]), int(row["ts_event_ns"]), float(row["price"])
        old = last.get(side)
        joins = old and at_ns - old[1] <= 5 * NS_PER_S and abs(price - old[2]) <= old[2] / 1_000
        number = old[0] if joins else max(out, default=-1) + 1
        last[side] = (number, at_ns, price)
        out.append(number)
    return out


@given(EVENTS)
def test_the_clusters_are_what_event_by_event_gives(events):
    assert numbers(*events) == by_hand(rows_of(*events))


def test_an_event_joins_up_to_five_seconds_and_ten_basis_points_away():
    assert numbers((0, 1, 1e4, LONG), (5_000, 1, 10_010.0, LONG)) == [0, 0]
    assert numbers((0, 1, 1e4, LONG), (5_001, 1, 1e4, LONG)) == [0, 1]
    assert numbers((0, 1, 1e4, LONG), (1, 1, 10_010.1, LONG)) == [0, 1]


def test_longs_and_shorts_never_share_one():
    assert numbers((0, 1, 9.0, LONG), (1, 1, 9.0, SHORT), (1, 1, 9.0, LONG)) == [0, 1, 0]


@pytest.mark.parametrize(("position", "word"), [(LONG, "Longs"), (SHORT, "Shorts")])
def test_a_cluster_is_known_once_nothing_more_can_join(position, word):
    rows = rows_of((0, 10, 1e4, position), (500, 40, 10_005.0, position))
    over_ns = 5_500 * NS_PER_MS + 1
    assert markers(rows, over_ns - 1) == ()
    (marker,) = markers(rows, over_ns)
    assert (marker.kind, marker.side) == (MarkerKind.LIQUIDATION_CLUSTER, -position)
    assert (marker.event_ns, marker.known_ns) == (500 * NS_PER_MS, over_ns)
    assert (marker.price_ticks, marker.value, marker.threshold) == (20_010, 2.0, 2.0)
    assert marker.reason == (
        f"{word} of at least 50,020 USDT were liquidated in 2 orders within 0.5 s "
        "between 10,000.0 and 10,005.0."
    )


def test_fewer_events_than_asked_for_are_no_cluster():
    rows = rows_of((0, 1, 9.0, LONG), (1, 1, 9.0, LONG))
    assert markers(rows, 60 * NS_PER_S, least=3) == ()
    assert markers(rows[:0], 60 * NS_PER_S) == ()
    assert len(markers(rows[:1], 60 * NS_PER_S, least=1)) == 1


@pytest.mark.parametrize(("from_ms", "count"), [(-1, 1), (0, 0), (400, 0), (5_500, 0), (5_501, 1)])
def test_no_cluster_and_no_wait_for_its_end_touches_a_gap(from_ms, count):
    rows = rows_of((0, 10, 1e4, LONG), (500, 40, 10_005.0, LONG))
    gap = from_ms * NS_PER_MS, from_ms * NS_PER_MS + 1
    assert len(markers(rows, 60 * NS_PER_S, gaps_ns=[gap])) == count


def test_events_out_of_order_are_refused():
    with pytest.raises(ValueError, match="sorted"):
        markers(rows_of((0, 1, 9.0, LONG), (1, 1, 9.0, LONG))[::-1], 0)


@given(EVENTS, st.integers(0, 30))
def test_what_was_known_never_changes(events, cut):
    rows = rows_of(*events)
    until_ns = int(rows["ts_event_ns"][:cut].max(initial=0))
    later = markers(rows, int(rows["ts_event_ns"].max(initial=0)) + 60 * NS_PER_S)
    now = markers(rows[:cut], until_ns)
    assert now == tuple(each for each in later if each.known_ns <= until_ns)
