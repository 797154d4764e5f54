"""mlfinpy 0.1.2: one-second bars by its loop; it does not emit the last one."""

import pandas as pd
from mlfinpy.data_structure.time_bars import get_time_bars


def prepare(trades):
    return pd.DataFrame(
        {
            "date_time": pd.to_datetime(trades["ts_event_ns"]),
            "price": trades["price_ticks"].astype("float64"),
            "volume": trades["size_lots"].astype("float64"),
        }
    )


def bars(frame):
    found = get_time_bars(frame, resolution="S", num_units=1, verbose=False)
    return tuple(found[name].to_numpy() for name in ("open", "high", "low", "close", "volume"))


TASKS = {"bars": bars}
