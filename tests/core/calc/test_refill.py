"""How much was filled at a price, and how much of it ever rested there, by hand and by oracle."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.refill import Refill, Zone, refill
from core.domain.arrays import QUOTE_DTYPE
from core.domain.units import NS_PER_S
from tests.support.trades import START_NS, trades

S = NS_PER_S


def quotes(*rows):
    """Rows of (second, bid, its lots, ask, its lots)."""
    out = np.zeros(len(rows), QUOTE_DTYPE)
    for index, (at_s, bid, bid_lots, ask, ask_lots) in enumerate(rows):
        at_ns = START_NS + round(at_s * 1e9)
        out[index] = (at_ns, at_ns, index, bid_lots, ask_lots, bid, ask)
    return out


def zone(side, edge, height=2, from_s=10, to_s=20):
    return Zone(side, edge, height, START_NS + from_s * S, START_NS + to_s * S)


SOLD = trades(
    (9, 100, 99, -1), (11, 101, 30, -1), (12, 100, 40, -1), (13, 100, 20, -1), (14, 100, 9, 1),
    (15, 102, 80, -1), (20, 100, 77, -1),
)  # fmt: skip


def test_the_price_of_the_zone_that_took_up_most_is_held_against_the_most_that_rested_there():
    told = quotes((10, 101, 500, 103, 1), (12, 100, 25, 101, 1), (13, 100, 35, 102, 900))
    assert refill(SOLD, told, zone(1, 100)) == Refill(100, 60, 35)
    assert refill(SOLD, told, zone(1, 100, height=3)) == Refill(102, 80, 0)


def test_offers_are_the_mirror_of_bids():
    bought = SOLD.copy()
    bought["price_ticks"], bought["aggressor"] = 200 - SOLD["price_ticks"], -SOLD["aggressor"]
    told = quotes((12, 98, 700, 100, 25), (13, 99, 700, 100, 35), (14, 98, 1, 99, 800))
    assert refill(bought, told, zone(-1, 100)) == Refill(100, 60, 35)


@pytest.mark.parametrize(
    ("at_s", "gaps", "shown"),
    [(9, [], 50), (-49.9, [], 50), (-50.1, [], 0), (9, [(9.5, 9.6)], 0), (20, [], 0)],
)
def test_the_quote_in_force_when_the_window_began_counts_too(at_s, gaps, shown):
    gaps_ns = [tuple(START_NS + round(each * S) for each in gap) for gap in gaps]
    found = refill(SOLD, quotes((at_s, 100, 50, 101, 1)), zone(1, 100), gaps_ns=gaps_ns)
    assert found == Refill(100, 60, shown)


def test_of_equal_prices_the_outer_one_is_it():
    rows = trades((11, 100, 40, -1), (12, 101, 40, -1))
    assert refill(rows, quotes(), zone(1, 100)).price_ticks == 100
    assert refill(rows, quotes((11, 101, 9, 102, 9)), zone(1, 100)).shown_lots == 0


ROWS = st.lists(
    st.tuples(st.integers(0, 30), st.integers(100, 104), st.integers(1, 9)), max_size=20
)


@given(ROWS, ROWS, st.integers(1, 5))
def test_it_is_what_row_by_row_gives(sold, told, height):
    rows = trades((12, 100, 1, -1), *((at, price, lots, -1) for at, price, lots in sold))
    rows = rows[np.argsort(rows["ts_event_ns"], kind="stable")]
    told = sorted(told)
    filled = {}
    for at, price, lots in [(12, 100, 1), *sold]:
        if 10 <= at < 20 and price < 100 + height:
            filled[price] = filled.get(price, 0) + lots
    price = min(filled, key=lambda each: (-filled[each], each))
    first = max((index for index, each in enumerate(told) if each[0] < 10), default=0)
    shown = [lots for at, bid, lots in told[first:] if bid == price and at < 20]
    found = refill(rows, quotes(*((*each, 200, 1) for each in told)), zone(1, 100, height))
    assert found == Refill(price, filled[price], max(shown, default=0))
