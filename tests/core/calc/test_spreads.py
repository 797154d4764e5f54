import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.quoted_spread import quoted_spread_bps
from core.calc.spreads import spreads
from core.domain.arrays import QUOTE_DTYPE, TRADE_DTYPE
from tests.support.tapes import NOON_NS, tapes
from tests.support.vectors import vector, whole

S = 1_000_000_000


def quotes(*rows):
    """Rows of (ts_ns, bid_ticks, ask_ticks)."""
    out = np.zeros(len(rows), QUOTE_DTYPE)
    for index, (at_ns, bid, ask) in enumerate(rows):
        out[index] = (at_ns, at_ns, index, bid > 0, ask > 0, bid, ask)
    return out


def trades(*rows):
    """Rows of (ts_ns, price_ticks, lots, aggressor)."""
    out = np.zeros(len(rows), TRADE_DTYPE)
    for index, (at_ns, price, lots, aggressor) in enumerate(rows):
        out[index] = (at_ns, at_ns, index + 1, lots, price, aggressor, 0, 1)
    return out


def test_effective_realised_and_impact_are_those_of_the_vector():
    inputs, expected = vector("spreads")["inputs"], vector("spreads")["expected"]
    told, traded = [], []
    for index, each in enumerate(inputs):
        at_ns = index * 10 * S
        for after_ns, name in ((-1, "mid"), (S, "mid_later")):
            middle = whole(each[name], "0.05")
            told.append((at_ns + after_ns, middle - 1, middle + 1))
        traded.append((at_ns, whole(each["price"], "0.05"), whole(each["qty"]), each["side"]))
    found = spreads(trades(*traded), quotes(*told), horizon_ns=S)
    approx = {"rel": vector("spreads")["rel_tol"]}
    assert found.effective_bps == pytest.approx(expected["effective_bps_per_trade"], **approx)
    assert found.mean_effective_bps == pytest.approx(
        expected["effective_bps_dollar_weighted"], **approx
    )
    assert found.mean_realised_bps == pytest.approx(
        expected["realised_bps_dollar_weighted"], **approx
    )
    assert found.mean_impact_bps == pytest.approx(expected["impact_bps_dollar_weighted"], **approx)
    assert found.known_ns.tolist() == [each[0] + S for each in traded]


def test_the_quote_is_that_strictly_before_the_trade_and_the_last_until_the_horizon():
    told = quotes((5, 98, 102), (10, 198, 202), (19, 90, 110), (20, 98, 104), (21, 1, 3))
    found = spreads(trades((10, 102, 1, 1)), told, horizon_ns=10)
    assert found.effective_bps == pytest.approx([2 * 2 / 100 * 1e4])
    assert found.realised_bps == pytest.approx([2 * (102 - 101) / 100 * 1e4])


def test_a_trade_of_unknown_side_and_one_without_a_quote_have_no_spread():
    told = quotes((5, 98, 102), (30, 0, 102))
    traded = trades((4, 102, 1, 1), (10, 102, 1, 0), (20, 98, 1, -1), (31, 98, 1, -1))
    found = spreads(traded, told, horizon_ns=15)
    assert np.isnan(found.effective_bps).tolist() == [True, True, False, True]
    assert np.isnan(found.realised_bps).all()
    assert math.isnan(found.mean_impact_bps)
    assert found.mean_effective_bps == pytest.approx(400)


def test_a_stale_quote_shows_as_a_negative_spread_and_its_share_is_told():
    told = quotes((5, 98, 102))
    found = spreads(trades((10, 99, 1, 1), (11, 102, 1, 1)), told, horizon_ns=5)
    assert found.effective_bps == pytest.approx([-200, 400])
    assert found.negative_frac == 0.5


def test_a_quote_does_not_hold_across_a_gap_nor_for_ever():
    told, traded = quotes((5, 98, 102)), trades((10, 102, 1, 1), (50, 102, 1, 1))
    gap = spreads(traded, told, horizon_ns=2, gaps_ns=[(20, 30)])
    assert np.isnan(gap.effective_bps).tolist() == [False, True]
    old = spreads(traded, told, horizon_ns=2, hold_ns=20)
    assert np.isnan(old.effective_bps).tolist() == [False, True]


def test_no_trades_have_no_spreads():
    found = spreads(trades(), quotes((5, 98, 102)), horizon_ns=S)
    assert found.effective_bps.size == 0
    assert math.isnan(found.mean_effective_bps)
    assert math.isnan(found.negative_frac)


@given(tapes(sides=(-1, 1)), st.integers(1, 30))
def test_turning_the_sides_turns_the_signs(traded, half):
    told = quotes(*((NOON_NS + at * S, 100 - half, 100 + half) for at in range(-10, 400, 5)))
    found = spreads(traded, told, horizon_ns=S)
    turned = traded.copy()
    turned["aggressor"] *= -1
    assert spreads(turned, told, horizon_ns=S).effective_bps == pytest.approx(
        -found.effective_bps, nan_ok=True
    )


def test_the_quoted_spread_is_weighted_by_how_long_each_quote_stood():
    told = quotes((0, 99, 101), (10, 98, 102), (40, 99, 101))
    assert quoted_spread_bps(told, from_ns=5, to_ns=45) == pytest.approx(
        (5 * 200 + 30 * 400 + 5 * 200) / 40
    )


def test_the_quoted_spread_leaves_out_what_is_not_known():
    told = quotes((0, 99, 101), (10, 0, 102), (20, 98, 102), (100, 99, 101))
    found = quoted_spread_bps(
        told, from_ns=0, to_ns=200, hold_ns=20, gaps_ns=[(25, 60), (110, 300)]
    )
    assert found == pytest.approx((10 * 200 + 5 * 400 + 10 * 200) / 25)
    assert math.isnan(quoted_spread_bps(told[:0], from_ns=0, to_ns=9))
    assert math.isnan(quoted_spread_bps(told[1:2], from_ns=0, to_ns=90))


def test_quotes_and_trades_out_of_order_are_refused():
    backwards = quotes((2, 98, 102), (1, 98, 102))
    with pytest.raises(ValueError, match="sorted by ts_event_ns"):
        spreads(trades(), backwards, horizon_ns=S)
    with pytest.raises(ValueError, match="sorted by ts_event_ns"):
        spreads(trades((2, 1, 1, 1), (1, 1, 1, 1)), backwards[:1], horizon_ns=S)
    with pytest.raises(ValueError, match="sorted by ts_event_ns"):
        quoted_spread_bps(backwards, from_ns=0, to_ns=1)
