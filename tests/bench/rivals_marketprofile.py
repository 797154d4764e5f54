"""MarketProfile 0.2.0: the profile and value area of a tape, as its readme does it."""

import numpy as np
import pandas as pd
from market_profile import MarketProfile

ROW_TICKS = 50


def prepare(trades):
    frame = pd.DataFrame({"Close": trades["price_ticks"], "Volume": trades["size_lots"]})
    frame["High"] = frame["Low"] = frame["Close"]
    frame.index = pd.to_datetime(trades["ts_event_ns"])
    return frame


def profile(frame):
    found = MarketProfile(frame, tick_size=1, prices_per_row=ROW_TICKS)[frame.index[0] :]
    assert found.value_area[0] <= found.poc_price <= found.value_area[1]
    return (np.array([found.total_volume]),)


TASKS = {"profile": profile}
