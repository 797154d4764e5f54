from core.domain.units import NS_PER_MINUTE, NS_PER_S
from data.sources.chores import Chore, Chores
from data.sources.proof import Proof
from tests.support.trades import START_NS, instrument

BTC, ETH = instrument("bybit.perp.BTCUSDT"), instrument("bybit.perp.ETHUSDT")


class Waits(Chores):
    """Remembers how long each chore was to wait, and lets none of them."""

    def __init__(self):
        super().__init__()
        self.waits = []

    def put(self, chore, *, after_s=0.0):
        self.waits.append((chore.name, after_s))
        super().put(chore)


class Asked:
    def __init__(self):
        self.calls = []

    def klines(self, listed, timeframe, bars):
        self.calls.append((listed, timeframe, bars))


def test_each_minute_two_seconds_after_its_close_the_newest_candles_are_asked_for():
    chores, history, now = Waits(), Asked(), [START_NS + 45 * NS_PER_S]
    followed = [BTC, ETH]
    Proof(history, chores, followed=lambda: followed, now_ns=lambda: now[0], priority=3)
    assert chores.waits == [("proof", 17.0)]
    now[0] = START_NS + NS_PER_MINUTE + 2 * NS_PER_S
    chores.take().run()
    assert chores.waits[1] == ("proof", 60.0)
    again = chores.take()
    chores.take().run()
    chores.take().run()
    assert history.calls == [(BTC, "1m", 3), (ETH, "1m", 3)]
    followed.remove(BTC)
    again.run()
    chores.put(Chore(lambda: None, 9, name="end"))
    chores.take()
    chores.take().run()
    assert history.calls[2:] == [(ETH, "1m", 3)]
