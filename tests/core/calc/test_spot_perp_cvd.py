import numpy as np
import pytest
from hypothesis import given

from core.calc.bars import time_bars
from core.calc.session_cvd import session_cvd
from core.calc.spot_perp_cvd import spot_perp_cvd
from core.domain.arrays import BAR_DTYPE, empty_bars
from tests.support.tapes import DAY_NS, tapes

S = 1_000_000_000
NAN = float("nan")


def bars(*rows):
    """Rows of (second, delta)."""
    out = np.zeros(len(rows), BAR_DTYPE)
    for index, (at_s, delta) in enumerate(rows):
        out[index]["open_ns"] = out[index]["first_ns"] = at_s * S
        out[index]["buy_lots"], out[index]["sell_lots"] = max(delta, 0), max(-delta, 0)
    return out


def assert_sums(found, spot, perp):
    np.testing.assert_array_equal(found.spot_lots, spot)
    np.testing.assert_array_equal(found.perp_lots, perp)
    np.testing.assert_array_equal(found.difference_lots, np.array(spot) - np.array(perp))


def test_each_side_holds_until_its_next_bar():
    found = spot_perp_cvd(bars((0, 5), (3, -2)), bars((1, -7), (3, 1)), step_ns=S)
    assert found.open_ns.tolist() == [0, S, 3 * S]
    assert_sums(found, [5, 5, 3], [NAN, -7, -6])


def test_a_new_session_waits_for_each_sides_own_first_trade():
    found = spot_perp_cvd(bars((0, 5), (86_400, 1)), bars((0, 2), (86_401, 3)), step_ns=S)
    assert_sums(found, [5, 1, 1], [2, NAN, 3])


def test_a_side_with_a_gap_drops_out_instead_of_standing_flat():
    found = spot_perp_cvd(
        bars((0, 1), (1, 1), (2, 1), (3, 1), (4, 1)),
        bars((0, 10), (4, 1)),
        step_ns=S,
        gaps_ns=((), ((2 * S - 1, 3 * S + 1),)),
    )
    assert_sums(found, [1, 2, 3, 4, 5], [10, NAN, NAN, NAN, 11])


def test_a_gap_that_ends_as_a_bar_opens_does_not_touch_it():
    found = spot_perp_cvd(
        bars((0, 1), (1, 1), (2, 1)), empty_bars(), step_ns=S, gaps_ns=(((S, 2 * S),), ())
    )
    np.testing.assert_array_equal(found.spot_lots, [1, NAN, 3])


@given(tapes(), tapes())
def test_each_side_is_its_own_cvd_where_it_traded(spot_trades, perp_trades):
    spot, perp = (time_bars(part, step_ns=S) for part in (spot_trades, perp_trades))
    spot["open_ns"] += DAY_NS // 2
    perp["open_ns"] += DAY_NS // 2
    found = spot_perp_cvd(spot, perp, step_ns=S)
    for part, sums in ((spot, found.spot_lots), (perp, found.perp_lots)):
        own = np.isin(found.open_ns, part["open_ns"])
        np.testing.assert_array_equal(sums[own], session_cvd(part).close_lots)
    both = ~np.isnan(found.spot_lots) & ~np.isnan(found.perp_lots)
    assert (np.isnan(found.difference_lots) == ~both).all()


def test_a_side_without_bars_is_not_zero():
    found = spot_perp_cvd(bars((0, 5)), empty_bars(), step_ns=S)
    assert_sums(found, [5], [NAN])
    assert spot_perp_cvd(empty_bars(), empty_bars(), step_ns=S).open_ns.size == 0


def test_bars_out_of_order_are_refused():
    with pytest.raises(ValueError, match="sorted by open_ns"):
        spot_perp_cvd(empty_bars(), bars((1, 1), (0, 1)), step_ns=S)
