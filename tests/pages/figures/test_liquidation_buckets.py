import numpy as np
import pytest

from core.calc.liquidation_buckets import LiquidationBuckets
from core.domain.units import NS_PER_HOUR, NS_PER_MINUTE
from data.venues.streams import Coverage
from data.views.liquidation_buckets import LiquidationBucketsSpec, LiquidationBucketsView
from pages.figures import liquidation_buckets, palette
from tests.support.derivatives import PERP

LEAST = "\N{GREATER-THAN OR EQUAL TO}"


def view(*rows, over_ns=5 * NS_PER_MINUTE, coverage=Coverage.LARGEST, complete=False):
    """Rows of (low, high, long_quote, short_quote)."""
    columns = np.array(rows, float).reshape(-1, 4).T
    return LiquidationBucketsView(
        spec=LiquidationBucketsSpec((PERP.id,), over_ns),
        buckets=LiquidationBuckets(*columns),
        since_ns=0,
        coverage=(coverage,),
        complete=complete,
    )


def draw(found, *, price=100.0, shown=(95.0, 105.0)):
    return liquidation_buckets.draw(found, "USDT", price=price, shown=shown)


def words(part):
    (note,) = part.annotations
    return note["text"].split("<br>")


ROWS = ((98.0, 98.1, 30_000.0, 10_000.0), (101.0, 101.1, 0.0, 20_000.0))


def test_bars_grow_from_the_right_edge_behind_the_candles_longs_red_and_shorts_green():
    long, short, other = draw(view(*ROWS)).shapes
    assert (long["x1"], short["x1"], other["x1"]) == (1.0, long["x0"], 1.0)
    assert 1 - long["x0"] == pytest.approx(3 * (short["x1"] - short["x0"]))
    assert 1 - other["x0"] == pytest.approx((1 - short["x0"]) / 2)
    assert [each["fillcolor"] for each in (long, short, other)] == [
        palette.faded(colour, 0.22) for colour in (palette.SELL, palette.BUY, palette.BUY)
    ]
    assert {each["layer"] for each in (long, short, other)} == {"below"}
    assert (long["y0"], long["y1"]) == (98.0, 98.1)
    assert min(each["x0"] for each in (long, short, other)) > 0.8


def test_the_words_have_the_sums_as_lower_bounds_and_the_nearest_large_level():
    assert words(draw(view(*ROWS))) == [
        f"Liquidation levels: longs {LEAST} 30.00K, shorts {LEAST} 30.00K USDT; last 5 min",
        f"nearest large: 101 to 101.1 (+1.05 %), mostly shorts, {LEAST} 20.00K",
        "Binance tells the largest of each second",
    ]


def test_where_all_is_told_the_sums_are_sums():
    found = view(*ROWS, over_ns=0, coverage=Coverage.ALL, complete=True)
    first, nearest = words(draw(found, price=98.0))
    assert first == "Liquidation levels: longs 30.00K, shorts 30.00K USDT; this session"
    assert nearest == "nearest large: 98 to 98.1 (+0.05 %), mostly longs, 40.00K"


def test_where_nothing_was_liquidated_nothing_is_drawn_and_that_is_said():
    part = draw(view(over_ns=NS_PER_HOUR))
    assert part.shapes == []
    zero = f"{LEAST} 0.000"
    assert words(part)[0] == f"Liquidation levels: longs {zero}, shorts {zero} USDT; last 1 h"


def test_far_buckets_are_summed_and_not_drawn_and_of_many_the_largest_are():
    far = draw(view((50.0, 50.1, 9.0, 0.0), (100.0, 100.1, 3.0, 0.0)))
    assert [each["y0"] for each in far.shapes] == [100.0]
    assert "longs \N{GREATER-THAN OR EQUAL TO} 12.00" in words(far)[0]
    many = draw(view(*((96 + n / 10, 96 + (n + 1) / 10, float(n), 0.0) for n in range(60))))
    assert len(many.shapes) == 40
    assert min(each["y0"] for each in many.shapes) == pytest.approx(98.0)
