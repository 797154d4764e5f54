"""Alerts on a live market: over real sockets from the local exchange."""

import time

import numpy as np

from core.domain.arrays import TRADE_DTYPE
from core.domain.events import TradeBlock
from data.alerts.service import Alerts
from data.setting_values import Outlets
from data.store.store import Store
from data.venues.registry import MARKETS
from tests.exchange.server import Exchange
from tests.support.alerts import receiver, rule
from tests.support.feed import Trader
from tests.support.live import LiveRun
from tests.support.waiting import until

LISTED = MARKETS["binance", "perp"].facts.defaults[0]


def block(price, *, trade_id):
    """One trade of now, as if it had come after all."""
    rows, now_ns = np.zeros(1, TRADE_DTYPE), time.time_ns()
    ticks = round(price / float(LISTED.tick_size))
    rows[0] = (now_ns, now_ns, trade_id, 5, ticks, 1, 0, 1)
    return TradeBlock(LISTED, "aggTrade", rows)


def test_a_live_channel_fires_outside_too_and_one_that_is_lost_does_not(tmp_path):
    made = rule(instrument=str(LISTED.id), threshold=50, outside=True)
    with receiver() as service, Exchange() as exchange, LiveRun(exchange, LISTED) as run:
        run.store = Store(tmp_path / "recordings")
        alerts = Alerts(run, tmp_path, Outlets((service.url,)))
        alerts.start()
        try:
            until(run.engine.ids, what="the instrument")
            trader = Trader(exchange, LISTED)
            until(lambda: trader.trade(1) is not None and run.engine.trades_kept, within_s=20)
            alerts.rules.add(made)
            until(lambda: service.got, within_s=20, what="the service")
            assert service.got[0]["message"].endswith("is above 50 USDT: 100 USDT")
            assert alerts.log.newest(1)[0]["source"] == "live"
            # Back below it, so that it could fire again; then the exchange is gone.
            run.engine.submit(block(40, trade_id=10**9))
            until(lambda: alerts.standings()[made.id].ready)
            exchange.faults.silent = True
            exchange.cut("rst")
            until(lambda: alerts.standings()[made.id].off, within_s=20, what="the loss")
            off = alerts.standings()[made.id].off
            run.engine.submit(block(60, trade_id=10**9 + 1))
            until(lambda: alerts.standings()[made.id].value == 60, within_s=20)
            assert off.state != "live"
            assert alerts.count == 1
        finally:
            alerts.stop()
