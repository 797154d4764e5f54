"""freqtrade 2026.9: what its converter puts beside each one-minute candle, with its own settings.

It keeps every trade of a candle as a dict and looks for imbalances and stacks of them, besides the
volume by side and price row.
"""

import logging

import numpy as np
import pandas as pd
from freqtrade.data.converter.orderflow import populate_dataframe_with_trades

ROW_TICKS = 50
CONFIG = {
    "timeframe": "1m",
    "orderflow": {
        "max_candles": 100_000,
        "cache_size": 1_000,
        "scale": ROW_TICKS,
        "imbalance_ratio": 3,
        "imbalance_volume": 0,
        "stacked_imbalance_range": 3,
    },
}
SIDES = np.array(["sell", "unknown", "buy"], object)


def prepare(trades):
    logging.disable()
    frame = pd.DataFrame(
        {
            "timestamp": trades["ts_event_ns"] // 10**6,
            "date": pd.to_datetime(trades["ts_event_ns"] // 10**6, unit="ms", utc=True),
            "side": SIDES[trades["aggressor"] + 1],
            "price": trades["price_ticks"].astype("float64"),
            "amount": trades["size_lots"].astype("float64"),
        }
    )
    opens = frame["date"].dt.floor("1min").drop_duplicates()
    return frame, pd.DataFrame({"date": opens.to_numpy()}).assign(
        date=lambda each: pd.to_datetime(each["date"], utc=True)
    )


def footprint(prepared):
    trades, candles = prepared
    found, _ = populate_dataframe_with_trades(None, CONFIG, candles.copy(), trades.copy())
    return found["bid"].to_numpy(float), found["ask"].to_numpy(float)


TASKS = {"footprint": footprint}
