from data.views.moment import Off
from pages.figures.node import texts
from pages.figures.tape_head import draw
from tests.support.desk import BNC, OKX
from tests.support.order_rows import order, orders_view
from tests.support.trades import START_NS

IDS = BNC.id, OKX.id


def said(view, off=None, **more):
    return texts(draw(IDS, view, off or {}, **{"new": "0 new", "paused_ns": None} | more))


def test_each_market_is_named_and_one_nobody_heard_of_says_so():
    assert said(orders_view(order(0, 5), of=[BNC, None])) == ["BNC perp", "OKX perp: no trade yet"]
    assert said(None) == ["BNC perp: no trade yet", "OKX perp: no trade yet"]


def test_a_market_that_is_not_live_says_since_when_and_why():
    off = {OKX.id: Off("stale", START_NS, "nothing came for 12 s")}
    drawn = draw(IDS, orders_view(order(0, 5), of=[BNC, OKX]), off, new="", paused_ns=None)
    assert texts(drawn)[1] == "OKX perp STALE since 22:13:00 UTC"
    assert drawn.kids[1].attributes["title"] == "nothing came for 12 s"


def test_while_it_stands_still_what_came_since_is_counted():
    words = said(orders_view(order(0, 5), of=[BNC, OKX]), new="137 new", paused_ns=START_NS)
    assert words[2:] == ["PAUSED at 22:13:00", "137 new"]


def test_an_empty_list_says_how_far_it_was_looked_for():
    nothing = orders_view(of=[BNC, OKX])
    assert said(nothing)[-1] == "no such order in what is held"
    looking = orders_view(of=[BNC, OKX], since_ns=START_NS)
    assert said(looking)[-1] == "no such order since 22:13:00 UTC; looking further back"
