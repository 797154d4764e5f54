import numpy as np
import pytest

from pages.figures import gauges


def test_a_share_bar_has_sells_left_and_buys_right():
    sell, buy = gauges.share_bar(0.625).kids
    assert (sell.attributes, buy.attributes) == (
        {"style": "width:37.5%"},
        {"style": "width:62.5%"},
    )


def test_a_share_that_is_not_known_has_no_bar():
    assert gauges.share_bar(float("nan")).kids == ()


@pytest.mark.parametrize(
    ("frac", "width"), [(0.25, "25.0%"), (2, "100.0%"), (-1, "0.0%"), (np.nan, "0.0%")]
)
def test_a_meter_is_filled_to_its_share(frac, width):
    assert gauges.meter(frac, "sell").kids[0].attributes == {"style": f"width:{width}"}


def test_a_spark_breaks_where_a_value_is_not_known():
    lines = gauges.spark(np.array([0.0, 1.0, np.nan, 1.0, 0.0])).kids
    points = [line.attributes["points"] for line in lines]
    assert points == ["0.0,23.0 25.0,1.0", "75.0,1.0 100.0,23.0"]


@pytest.mark.parametrize("values", [[], [np.nan, np.nan]])
def test_a_spark_of_nothing_is_empty(values):
    assert gauges.spark(np.array(values, float)).kids == ()
