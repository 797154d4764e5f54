import numpy as np
import pytest

from core.calc.bars import time_bars
from core.calc.timeframe_signs import timeframe_signs
from core.domain.arrays import Provenance
from core.domain.units import NS_PER_MINUTE
from tests.support.trades import trades


def bars(*rows):
    """One-minute bars of (close in ticks, lots bought, lots sold, lots of unknown side)."""
    told = []
    for minute, (close, buy, sell, unknown) in enumerate(rows):
        sides = ((1, buy), (-1, sell), (0, unknown))
        told += [
            (60 * minute + place, close, lots, side)
            for place, (side, lots) in enumerate(sides)
            if lots
        ]
    return time_bars(trades(*told), step_ns=NS_PER_MINUTE)


RISING = bars((100, 3, 1, 0), (101, 1, 1, 0), (102, 2, 1, 0), (104, 6, 2, 0))


def signs(*parts, is_whole=()):
    return timeframe_signs(parts, lot_base=0.5, is_whole=is_whole)


def test_a_rising_market_has_a_trend_upward_a_delta_a_cvd_and_its_place_above_the_vwap():
    found = signs(RISING)
    assert found.trend == 1
    assert found.delta_frac == pytest.approx((6 - 2) / 8)
    assert found.cvd_base == pytest.approx((12 - 5) * 0.5)
    vwap = (100 * 4 + 101 * 2 + 102 * 3 + 104 * 8) / 17
    assert found.from_vwap_bps == pytest.approx((104 - vwap) / vwap * 1e4)


def test_the_vwap_of_days_of_large_bars_on_a_fine_grid_is_not_beyond_64_bits():
    # Bars of 10,000 BTC, in lots of 0.00000001 and ticks of 0.01 at 90,000.
    big = bars(*((9_000_000 + 100 * minute, 1, 1, 0) for minute in range(20)))
    big["buy_lots"] = big["sell_lots"] = 10**12 // 2
    last, mean = 9_001_900, 9_000_950
    assert signs(big).from_vwap_bps == pytest.approx((last - mean) / mean * 1e4, rel=1e-9)


def test_a_falling_market_has_one_downward_and_a_market_to_and_fro_none():
    assert signs(bars((104, 1, 1, 0), (102, 1, 1, 0), (101, 1, 1, 0))).trend == -1
    assert signs(bars((100, 1, 1, 0), (103, 1, 1, 0), (100, 1, 1, 0))).trend == 0
    assert signs(bars((100, 1, 1, 0), (100, 1, 1, 0), (100, 1, 1, 0))).trend == 0


def test_two_bars_are_no_trend():
    assert np.isnan(signs(bars((100, 1, 1, 0), (101, 1, 1, 0))).trend)


def test_volumes_of_venues_are_summed_and_prices_are_the_first_ones():
    other = bars((200, 0, 4, 0), (201, 0, 1, 0), (202, 0, 1, 0), (190, 0, 6, 0))
    found = signs(RISING, other)
    assert found.trend == 1
    assert found.delta_frac == pytest.approx((6 - 2 - 6) / 14)
    assert found.cvd_base == pytest.approx((12 - 5 - 12) * 0.5)
    assert found.counted == (True, True)


def test_a_venue_that_does_not_tell_all_sides_or_lost_a_trade_is_in_neither_delta_nor_cvd():
    candles = bars((100, 0, 0, 9), (101, 0, 0, 9), (102, 0, 0, 9), (103, 5, 0, 0))
    for found in (signs(RISING, candles), signs(RISING, RISING, is_whole=(True, False))):
        assert found.delta_frac == signs(RISING).delta_frac
        assert found.cvd_base == signs(RISING).cvd_base
        assert found.counted == (True, False)


def test_where_no_venue_tells_delta_and_cvd_are_missing_and_not_zero():
    found = signs(bars((100, 0, 0, 9), (101, 0, 0, 9), (102, 0, 0, 9)))
    assert np.isnan(found.delta_frac)
    assert np.isnan(found.cvd_base)
    assert found.trend == 1
    nothing = signs(bars())
    assert np.isnan([nothing.trend, nothing.from_vwap_bps, nothing.cvd_base]).all()
    assert np.isnan(signs().trend)


def test_a_block_among_trades_has_no_side_and_a_candle_of_unknown_sides_counts_nowhere():
    blocks = bars((100, 3, 1, 5), (101, 1, 1, 0), (102, 2, 1, 0), (104, 6, 2, 0))
    assert signs(blocks).cvd_base == signs(RISING).cvd_base
    blocks["provenance"][0] = Provenance.KLINES
    assert signs(blocks).counted == (False,)
