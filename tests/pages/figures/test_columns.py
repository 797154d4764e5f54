import numpy as np

from core.domain.units import NS_PER_MINUTE
from pages.figures.columns import columns, half_width


def test_columns_stand_on_zero_as_one_outline():
    x, values = np.array([0.0, 60_000.0, 120_000.0]), np.array([2.0, np.nan, -3.0])
    trace = columns(x, values, values > 0, 10.0, ("Up", "#ffffff"))
    assert trace["x"].tolist() == [-10.0, -10.0, 10.0, 10.0]
    assert trace["y"].tolist() == [0.0, 2.0, 2.0, 0.0]
    assert (trace["name"], trace["fill"]) == ("Up", "tozeroy")


def test_a_column_is_as_wide_as_the_body_of_its_candle():
    assert half_width(NS_PER_MINUTE) == 0.32 * 60_000
