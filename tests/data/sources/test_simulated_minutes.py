import numpy as np

from core.calc.bars import time_bars
from core.domain.arrays import Provenance
from core.domain.units import NS_PER_MINUTE, NS_PER_S
from data.sources.simulated.minutes import AFTER_NS, Minutes
from tests.support.trades import START_NS, random_trades


def test_each_minute_is_told_once_after_it_has_closed_as_its_trades_make_it():
    rows = random_trades(np.random.default_rng(1), 4_000, span_s=600)
    minutes, told, given = Minutes(), [], 0
    for now_ns in range(START_NS, START_NS + 12 * NS_PER_MINUTE, 7 * NS_PER_S):
        count = int(np.searchsorted(rows["ts_event_ns"], now_ns))
        minutes.add(rows[given:count])
        given = count
        bars = minutes.closed(now_ns)
        assert not bars.size or int(bars["open_ns"][-1]) + NS_PER_MINUTE + AFTER_NS <= now_ns
        told.append(bars)
    told = np.concatenate(told)
    assert set(told["provenance"].tolist()) == {Provenance.KLINES}
    whole = time_bars(rows, step_ns=NS_PER_MINUTE)
    first = int(rows["ts_event_ns"][0] > START_NS)
    for name in ("open_ns", "buy_lots", "sell_lots", "high_ticks", "trades"):
        assert told[name].tolist() == whole[name][first:].tolist()


def test_nothing_traded_is_no_candle():
    assert Minutes().closed(START_NS).size == 0
