"""What the dashboard's tests have in common: two perpetuals and their spots, and moments."""

from core.domain.events import Channel, Klines, Listed, Rows, TradeBlock
from data.views.moment import Moment, Off
from tests.support.derivatives import at
from tests.support.trades import instrument

BNC = instrument("binance.perp.BTCUSDT", tick="0.5", step="0.01")
OKX = instrument("okx.perp.BTC-USDT-SWAP", tick="0.5", step="1", value="0.01")
BBT = instrument("bybit.perp.BTCUSDT", tick="0.5", step="0.01")
BNC_SPOT = instrument("binance.spot.BTCUSDT", tick="0.5", step="0.01")
OKX_SPOT = instrument("okx.spot.BTC-USDT", tick="0.5", step="0.01")
IDS = BNC.id, OKX.id


def tell(engine, listed, trades):
    engine.submit(Listed(listed))
    engine.submit(TradeBlock(listed, "trades", trades))
    assert engine.settle()


def tell_rows(engine, listed, channel, rows):
    engine.submit(Listed(listed))
    engine.submit(Rows(listed, channel, "test", rows))
    assert engine.settle()


def tell_candles(engine, listed, bars, timeframe="1m"):
    engine.submit(Listed(listed))
    engine.submit(Klines(listed, timeframe, bars))
    assert engine.settle()


def moment(now_s, *gone, state="stale", since_s=0, source="live"):
    """A moment at which every channel of some instruments is off."""
    off = {
        (each.id, channel): Off(state, at(since_s), "lost") for each in gone for channel in Channel
    }
    return Moment(at(now_s), source, off)
