import pandas as pd

from data.views.dash_whales import WhalesSpec
from pages.shell.whale_table import whale_table
from tests.support.desk import BNC, OKX, moment, tell
from tests.support.trades import trades


def views(engine, *listed):
    out = []
    for each in listed:
        query = WhalesSpec((each.id,)).orders.query()
        out.append([query.view(engine, moment(400)) for _ in range(20)][-1])
    return out


def test_whales_of_all_coins_stand_in_one_table_newest_first(engine):
    tell(engine, BNC, trades((100, 120_000, 1_000, 1), (300, 120_000, 10_000, -1)))
    tell(engine, OKX, trades((200, 120_000, 1_500, 0)))
    found = whale_table(views(engine, BNC, OKX), 5e6)
    assert found["value_usdt"].tolist() == [6e6, 9e5, 6e5]
    assert found["side"].tolist() == ["▼ SELL", "?", "▲ BUY"]
    assert found["venue"].tolist() == ["BNC", "OKX", "BNC"]
    assert found["symbol"].tolist() == ["BTCUSDT", "BTC-USDT-SWAP", "BTCUSDT"]
    assert found["market"].tolist() == ["perp"] * 3
    assert found["mega"].tolist() == ["⚠", "", ""]
    assert found["price_usdt"].tolist() == [60_000.0] * 3
    assert found["time_utc"][0] == pd.Timestamp("2023-11-14 22:18:00", tz="UTC")


def test_without_a_whale_the_table_is_empty(engine):
    tell(engine, BNC, trades((100, 120_000, 1, 1)))
    assert whale_table(views(engine, BNC), 5e6).empty
    assert whale_table((), 5e6).empty
