import numpy as np

from core.calc.bars import merge_bars, time_bars
from core.calc.sum_bars import sum_bars
from core.calc.vwap import vwap_bars
from core.domain.arrays import empty_bars
from core.domain.units import NS_PER_MINUTE, NS_PER_S
from tests.support.trades import START_NS, random_trades, trades

VOLUMES = ("buy_lots", "sell_lots", "unknown_lots", "trades")


def parts(count=3, trades_each=800):
    rng = np.random.default_rng(1)
    return [random_trades(rng, trades_each) for _ in range(count)]


def seconds(rows):
    return time_bars(rows, step_ns=NS_PER_S)


def test_volumes_and_delta_of_the_sum_are_those_of_all_trades():
    every = np.concatenate(parts())
    every = every[np.argsort(every["ts_event_ns"], kind="stable")]
    whole = time_bars(every, step_ns=NS_PER_MINUTE)
    total = merge_bars(sum_bars([seconds(rows) for rows in parts()]), step_ns=NS_PER_MINUTE)
    for name in (*VOLUMES, "first_ns", "last_ns", "open_ns"):
        assert total[name].tolist() == whole[name].tolist()


def test_vwap_and_sigma_of_the_sum_are_those_of_all_trades():
    every = np.concatenate(parts())
    every = every[np.argsort(every["ts_event_ns"], kind="stable")]
    expected = vwap_bars(time_bars(every, step_ns=NS_PER_S))
    found = vwap_bars(sum_bars([seconds(rows) for rows in parts()]))
    np.testing.assert_allclose(found.vwap_ticks, expected.vwap_ticks, rtol=1e-12)
    np.testing.assert_allclose(found.sigma_ticks, expected.sigma_ticks, rtol=1e-7)


def test_prices_are_those_of_the_first_part():
    first, *others = (seconds(rows) for rows in parts())
    total = sum_bars([first, *others])
    own = total[np.isin(total["open_ns"], first["open_ns"])]
    for name in ("open_ticks", "high_ticks", "low_ticks", "close_ticks"):
        assert own[name].tolist() == first[name].tolist()


def test_where_the_first_part_did_not_trade_its_last_close_stands():
    first = seconds(trades((0, 100, 1, 1), (0.5, 105, 1, 1)))
    other = seconds(trades((0, 900, 1, 1), (1, 910, 2, -1)))
    total = sum_bars([first, other])
    assert total["close_ticks"].tolist() == [105, 105]
    assert total["high_ticks"].tolist() == [105, 105]
    assert total["sell_lots"].tolist() == [0, 2]


def test_before_the_first_part_trades_the_others_own_open_stands():
    first = seconds(trades((1, 100, 1, 1)))
    other = seconds(trades((0, 900, 1, 1), (0.2, 905, 1, 1)))
    total = sum_bars([first, other])
    assert total["open_ns"].tolist() == [START_NS, START_NS + NS_PER_S]
    assert total["open_ticks"].tolist() == [900, 100]


def test_one_part_is_itself_and_nothing_is_nothing():
    (only,) = (seconds(rows) for rows in parts(1))
    assert sum_bars([only]) is only
    assert sum_bars([empty_bars(), empty_bars()]).size == 0
