import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.calc.tape_orders import tape_orders
from core.calc.whales import CLASSIC, WhaleRule, whales
from core.domain.arrays import empty_trades
from core.domain.marker import MarkerKind
from tests.core.calc.test_spreads import trades
from tests.support.tapes import tapes

H = 3_600_000_000_000
SMALL = WhaleRule(quantile=0.8, volume_frac=0.5, window_ns=2 * H, least_values=5)


def found(*rows, rule=SMALL, **options):
    return whales(tape_orders(trades(*rows)), rule, tick_lot_quote=1.0, **options)


HOUR = [(each, 1, each + 1, 1) for each in range(30)]
"""Notionals 1 to 30, of 465 together."""


def test_a_whale_reaches_the_rare_size_of_the_hours_before():
    rule = WhaleRule(quantile=0.8, volume_frac=0.01, window_ns=2 * H, least_values=5)
    markers = found(*HOUR, (H, 2, 12, -1), (H + 1, 1, 23, 1), (H + 2, 1, 99, 0), rule=rule)
    assert markers.not_ready == ""
    assert len(markers.found) == 1
    only = markers.found[0]
    assert (only.kind, only.side, only.price_ticks) == (MarkerKind.LARGE_TRADE, -1, 2)
    assert (only.event_ns, only.known_ns, only.value, only.threshold) == (H, H, 24, 24)
    assert only.strength == 0
    assert only.reason == (
        "A sell worth 24 (1 fill at 1 price) reached the 24 that make an order large now."
    )


def test_in_a_busy_market_it_must_also_be_a_share_of_the_median_hour():
    later = [(H + at, 1, lots, 1) for at, lots in ((0, 232), (1, 233))]
    assert [each.value for each in found(*HOUR, *later).found] == [233]


def test_the_window_ends_with_the_hour_before_and_reaches_no_farther_than_it_says():
    rows = [*HOUR, (3 * H - 1, 1, 1, 1), (3 * H, 1, 500, 1)]
    assert found(*rows).found == ()
    assert found(*rows).not_ready == "1 of 25 orders were seen before this hour"
    longer = WhaleRule(quantile=0.8, volume_frac=0.5, window_ns=3 * H, least_values=5)
    assert [each.value for each in found(*rows, rule=longer).found] == [500]


def test_no_order_in_a_gap_is_told_and_no_hour_with_one_is_a_measure():
    rows = [*HOUR, (H, 1, 300, 1), (H + 5, 1, 301, 1)]
    gap = (H + 5, H + 6)
    assert [each.value for each in found(*rows, gaps_ns=[gap]).found] == [300]
    # Half of the median hour's 465 is more than the rare size, unless that hour lacks trades.
    small = [*HOUR, (H, 1, 24, 1)]
    assert found(*small).found == ()
    assert [each.threshold for each in found(*small, gaps_ns=[(10, 11)]).found] == [24.0]


def test_until_enough_orders_were_seen_the_rule_cannot_judge():
    assert found(*HOUR).not_ready == "0 of 25 orders were seen before this hour"
    assert whales(tape_orders(empty_trades()), tick_lot_quote=1.0).not_ready == (
        "no order was seen yet"
    )
    assert found(*HOUR, (H, 1, 9_999, 1), rule=WhaleRule()).not_ready == (
        "30 of 5000 orders were seen before this hour"
    )


def test_the_classic_whale_is_half_a_million_from_the_first_order_on():
    orders = tape_orders(trades((0, 10, 4, 1), (1, 10, 5, -1)))
    markers = whales(orders, CLASSIC, tick_lot_quote=10_000.0)
    assert [(each.side, each.threshold) for each in markers.found] == [(-1, 500_000.0)]
    assert whales(tape_orders(empty_trades()), CLASSIC, tick_lot_quote=1.0).not_ready == ""


def test_what_is_before_the_first_instant_only_measures():
    rows = [*HOUR, (H, 1, 300, 1), (H + 5, 1, 301, 1)]
    assert [each.value for each in found(*rows, from_ns=H + 5).found] == [301]


@given(tapes(max_size=60), st.integers(0, 60), st.sampled_from([1, 40, 1_500]))
def test_nothing_that_was_known_changes_with_later_trades(tape, count, faster):
    tape["ts_event_ns"] = tape["ts_event_ns"][:1].sum() + faster * (
        tape["ts_event_ns"] - tape["ts_event_ns"][:1].sum()
    )
    rule = WhaleRule(quantile=0.5, volume_frac=0.01, window_ns=30 * H, least_values=3)
    until_ns = int(tape["ts_event_ns"][:count].max(initial=0))
    early, whole = (
        whales(tape_orders(each), rule, tick_lot_quote=1.0).found
        for each in (tape[tape["ts_event_ns"] <= until_ns], tape)
    )
    assert early == tuple(each for each in whole if each.known_ns <= until_ns)


def test_the_threshold_is_the_same_whatever_came_in_its_hour():
    calm = found(*HOUR, (H, 1, 300, 1)).found[0]
    wild = found(*HOUR, *((H, 1, 300, 1), *((H + at, 1, 9_000, 1) for at in range(1, 9)))).found[0]
    assert calm == wild
    assert np.isclose(calm.strength, 1 - calm.threshold / 300)
