import numpy as np
import pytest

from core.domain.units import NS_PER_S
from data.views.price_line import PriceLineView
from pages.figures.node import texts
from pages.figures.tape_bubbles import BUBBLES, draw, largest, size_px
from tests.support.desk import BNC
from tests.support.nodes import every, said
from tests.support.order_rows import order, orders_view
from tests.support.trades import START_NS

NOW_NS = START_NS + 300 * NS_PER_S


def price_line(*points):
    at_ns = np.array([START_NS + second * NS_PER_S for second, _ in points], np.int64)
    return PriceLineView(BNC, at_ns, np.array([price for _, price in points], float))


LINE = price_line((0, 60_000), (300, 60_100))


def picture(*rows, line=LINE):
    return draw(orders_view(*rows, of=[BNC]), line, window_s=300, now_ns=NOW_NS)


def bubbles(drawn):
    box = next(kid for kid in drawn.kids if kid.classes == "ts-bubbles")
    return [kid for kid in box.kids if kid.classes.startswith("ts-bubble ")]


def styles(node):
    pairs = (each.split(":") for each in node.attributes["style"].split(";"))
    return {name: float(value.rstrip("%px")) for name, value in pairs}


def test_a_bubble_lies_at_its_time_and_price_and_says_what_it_is():
    [one] = bubbles(picture(order(150, 90_000, price=60_050.0, fills=3, levels=2)))
    place = styles(one)
    assert place["left"] == pytest.approx(100 * 150 / 315, abs=0.01)
    assert place["top"] == pytest.approx(50, abs=0.01)
    assert one.attributes["title"] == (
        "22:15:30.000 ▲ BNC perp: 90,000 USDT at 60,050.0, 3 fills at 2 prices"
    )


def test_the_area_is_the_worth_and_what_is_small_can_still_be_seen():
    large, small, tiny = bubbles(picture(order(9, 4e6, side=-1), order(8, 1e6), order(7, 100)))
    widths = [styles(each)["width"] for each in (large, small, tiny)]
    assert widths == [46, 23, 5]
    assert [each.text for each in (large, small, tiny)] == ["▼", "▲", ""]
    assert "ts-tape-sell" in large.classes
    assert size_px(1e6, 4e6) ** 2 == pytest.approx(size_px(4e6, 4e6) ** 2 / 4)


def test_only_the_largest_are_drawn_the_smallest_of_them_on_top():
    rows = orders_view(*(order(n, 1_000 + n) for n in range(BUBBLES + 50)), of=[BNC]).rows
    kept = largest(rows)["value_quote"]
    assert kept.tolist() == [1_000.0 + n for n in range(BUBBLES + 49, 49, -1)]
    drawn = picture(*(order(n, 1_000 + n) for n in range(BUBBLES + 50)))
    assert said(drawn, "told") == "100 orders, 1.05K to 1.15K USD"


def test_the_window_is_picked_by_a_click_on_its_length():
    chosen = every(picture(order(0, 5)), "pick")
    assert [(each.text, each.attributes["data-pick"]) for each in chosen] == [
        ("5 min", "300"),
        ("15 min", "900"),
        ("1 h", "3600"),
    ]
    assert "ts-tone-frame" in chosen[0].classes


def test_the_scale_has_round_times_and_prices():
    words = texts(picture(order(150, 5, price=59_900.0)))
    assert said(picture(order(150, 5)), "told") == "1 order, 5 USD"
    assert [each for each in words if "," in each][1:] == [
        "59,900",
        "59,950",
        "60,000",
        "60,050",
        "60,100",
    ]
    assert [each for each in words if each.startswith("22:1")] == [
        "22:13",
        "22:14",
        "22:15",
        "22:16",
        "22:17",
        "22:18",
    ]


def test_a_price_that_does_not_move_can_be_drawn():
    flat = price_line((0, 60_000), (300, 60_000))
    [one] = bubbles(picture(order(1, 5), line=flat))
    assert styles(one)["top"] == pytest.approx(50)


def test_without_orders_the_line_stands_alone_and_without_both_there_are_words():
    assert bubbles(picture()) == []
    nothing = "no order and no price in this window"
    assert nothing in texts(picture(line=price_line()))
    assert nothing in texts(draw(None, None, window_s=300, now_ns=NOW_NS))
