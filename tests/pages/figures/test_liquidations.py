import numpy as np
import pytest

from core.calc.liquidations import liquidated
from core.domain.arrays import LiquidationPrice, Position
from core.domain.units import NS_PER_MS
from data.venues.streams import Coverage
from pages.figures import liquidations, palette
from tests.support.derivatives import at, view
from tests.support.derivatives import liquidations as rows


def drawn(**changes):
    return liquidations.draw(view(**changes), "BTC", "USDT")


def words(**changes):
    (annotation,) = drawn(**changes).annotations
    return annotation["text"]


def test_a_long_closed_by_force_is_a_red_circle_at_its_price_and_a_short_a_green_one():
    long, short = drawn().traces
    assert long["marker"]["line"]["color"] == palette.faded(palette.SELL, 0.8)
    assert short["marker"]["line"]["color"] == palette.faded(palette.BUY, 0.8)
    assert (long["y"].tolist(), short["y"].tolist()) == ([100.0], [101.0])
    assert long["customdata"].tolist() == [pytest.approx(0.4)]
    assert long["meta"]["title"] == "Long liquidated (forced selling), Binance"
    assert long["meta"]["note"] == "The venue tells the largest of each second."


def test_a_circle_stands_in_its_candle_whose_left_edge_is_its_open():
    long, _ = drawn().traces
    assert long["x"].tolist() == [at(10 - 30) // NS_PER_MS]


def test_the_area_of_a_circle_is_its_share_of_the_largest_within_what_can_be_seen():
    closed = rows(*((n, size, 100.0, Position.LONG) for n, size in enumerate((1, 2500, 10_000))))
    (trace,) = drawn(closed=((closed, 0.001),)).traces
    sizes = trace["marker"]["size"]
    assert sizes.tolist() == [3.0, pytest.approx(11.0), pytest.approx(22.0)]


def test_sums_of_a_venue_that_does_not_tell_all_are_lower_bounds_and_say_why():
    assert words() == (
        "Liquidations: longs ≥ 40.00, shorts ≥ 10.10 USDT"
        "<br>Binance tells the largest of each second"
    )


def test_only_complete_sums_are_without_a_bound():
    assert words(coverage=(Coverage.ALL,), complete=True) == (
        "Liquidations: longs 40.00, shorts 10.10 USDT"
    )
    assert "≥" in words(coverage=(Coverage.ALL,), complete=False)


def test_how_many_are_not_drawn_is_said_those_that_were_never_asked_for_among_them():
    many = rows(*((n, 1, 100.0, Position.SHORT) for n in range(14)))
    assert "; 8 smaller ones are not drawn" in words(closed=((many, 0.001),))


def test_of_many_in_one_candle_the_largest_of_each_side_are_drawn_and_the_rest_counted():
    sizes = (3, 9, 1, 8, 2, 7, 6, 5)
    closed = rows(
        *((n, size, 100.0, Position.LONG) for n, size in enumerate(sizes)),
        (1, 1, 100.0, Position.SHORT),
    )
    long, short = drawn(closed=((closed, 1.0),)).traces
    assert long["customdata"].tolist() == [3.0, 9.0, 8.0, 7.0, 6.0, 5.0]
    assert short["customdata"].tolist() == [1.0]
    assert "; 2 smaller ones are not drawn" in words(closed=((closed, 1.0),))


def test_without_one_there_are_no_circles():
    part = drawn(closed=((rows(), 0.001),))
    assert part.traces == []
    assert np.isfinite(liquidated([], most=1).long_quote)


def test_a_price_that_nobody_traded_at_is_named_for_what_it_is():
    closed = rows((10, 400, 100.0, Position.LONG))
    assert drawn(closed=((closed, 0.001),)).traces[0]["meta"]["at"] == "at"
    closed["price_kind"] = LiquidationPrice.BANKRUPTCY
    (trace,) = drawn(closed=((closed, 0.001),)).traces
    assert trace["meta"]["at"] == "with the bankruptcy price"
