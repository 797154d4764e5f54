import pytest

from core.domain.marker import Marker, MarkerKind
from core.domain.units import NS_PER_S
from data.views.moment import Off
from pages.figures.node import texts
from pages.figures.tape_rows import ROWS, RowLook, draw, shade
from tests.support.desk import BNC, BNC_SPOT, OKX
from tests.support.order_rows import order, orders_view
from tests.support.trades import START_NS

LOOK = RowLook({}, {}, 500_000.0)
BURST = Marker(
    MarkerKind.BURST, 1, START_NS, START_NS + NS_PER_S, 120_000, 5.0, 3.0, 0.4, "A burst."
)


def body(view, look=LOOK):
    return draw(view, look).kids[1].kids


def said(row):
    return [" ".join(texts(cell)) for cell in row.kids]


def test_a_row_says_when_which_side_where_at_what_price_how_much_and_of_how_many_fills():
    row = order(0.25, 123_456.7, price=60_000.5, last=60_003.0, fills=7, levels=3)
    [drawn] = body(orders_view(row, of=[BNC]))
    assert said(drawn) == [
        "22:13:00.250",
        "▲ BUY",
        "BNC  P",
        "60,000.5",
        "2.06",
        "123,457",
        "7",
        "3",
        "",
    ]
    assert drawn.kids[3].attributes["title"] == "average; from 60,000.5 to 60,003.0"


def test_the_newest_is_on_top_and_there_are_no_more_than_the_list_holds():
    rows = [order(second, 1_000.0 + second) for second in range(ROWS + 20)]
    values = [said(each)[5] for each in body(orders_view(*rows, of=[BNC]))]
    assert len(values) == ROWS
    assert values[:2] == [f"{1_000 + ROWS + 19:,}", f"{1_000 + ROWS + 18:,}"]


def test_each_side_has_its_own_sign_and_colour_and_so_has_each_market_its_code():
    rows = [order(0, 5, side=-1), order(1, 5, side=0, of=1), order(2, 5, of=2)]
    drawn = body(orders_view(*rows, of=[BNC, OKX, BNC_SPOT]))
    told = [(said(each)[1], said(each)[2], each.classes.split()[1]) for each in drawn]
    assert told == [
        ("▲ BUY", "BNC  S", "ts-tape-buy"),
        ("– ?", "OKX  P", "ts-tape-quiet"),
        ("▼ SELL", "BNC  P", "ts-tape-sell"),
    ]


@pytest.mark.parametrize(
    ("value", "step"),
    [(0, 0), (999, 0), (1_000, 1), (21_000, 2), (23_000, 3), (499_999, 4), (5e5, 5), (9e9, 5)],
)
def test_the_shade_goes_by_the_digits_of_the_worth_up_to_a_whale(value, step):
    assert shade(value, 500_000.0) == step


def test_a_worth_from_a_whale_on_stands_out():
    drawn = body(orders_view(order(0, 499_999.0), order(1, 500_000.0), of=[BNC]))
    assert [each.kids[5].classes for each in drawn] == ["ts-num ts-tone-whale", "ts-num"]


def test_flags_are_of_the_markers_of_the_same_market_and_side():
    rows = [order(0.5, 10), order(0.5, 10, side=-1), order(0.5, 10, of=1), order(2, 10)]
    look = RowLook({BNC.id: (BURST,)}, {}, 5e5)
    flags = [said(each)[8] for each in body(orders_view(*rows, of=[BNC, OKX]), look)]
    assert flags == ["", "", "", "BURST"]


def test_rows_of_a_market_that_is_not_live_are_greyed_and_say_since_when():
    look = RowLook({}, {OKX.id: Off("stale", START_NS + 3 * NS_PER_S)}, 5e5)
    drawn = body(orders_view(order(0, 10), order(1, 10, of=1), of=[BNC, OKX]), look)
    assert [("ts-tape-off" in each.classes) for each in drawn] == [True, False]
    assert drawn[0].kids[0].attributes["title"] == "STALE since 22:13:03 UTC"


def test_what_is_finer_than_six_places_is_told_by_the_mouse():
    [drawn] = body(orders_view(order(0, 0.6, price=60_000.0), of=[BNC]))
    assert said(drawn)[4] == "0.00"
    assert drawn.kids[4].attributes["title"] == "1e-05 BTC"


def test_without_an_order_there_is_a_head_alone():
    assert body(orders_view(of=[BNC])) == ()
