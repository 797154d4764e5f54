from core.domain.units import NS_PER_S
from pages.figures import best_quote, palette
from tests.support.derivatives import view


def drawn(best=(1009, 1011), *, is_live=True):
    found = view(best=best)
    return best_quote.draw(found.best, is_live=is_live, now_ns=found.best.recv_ns + 12 * NS_PER_S)


def test_bid_is_green_and_ask_is_red_each_with_its_label_and_a_thin_line():
    part = drawn()
    assert [each["text"] for each in part.annotations] == ["B 100.9", "A 101.1"]
    assert [each["font"]["color"] for each in part.annotations] == [palette.BUY, palette.SELL]
    assert [round(each["y0"], 6) for each in part.shapes] == [100.9, 101.1]
    assert all(each["line"]["width"] < 1 for each in part.shapes)


def test_what_is_not_live_is_grey_and_says_how_old_it_is():
    *labels, age = drawn(is_live=False).annotations
    assert {each["font"]["color"] for each in labels} == {palette.QUIET}
    assert age["text"] == "best bid and ask are 12 s old"


def test_a_side_without_anybody_has_neither_line_nor_label():
    part = drawn((None, 1011))
    assert [each["text"] for each in part.annotations] == ["A 101.1"]
    assert len(part.shapes) == 1
    assert drawn((None, None), is_live=False).annotations == []


def test_the_label_of_the_ask_stands_above_that_of_the_last_price_and_the_bids_below():
    bid, ask = drawn().annotations
    assert bid["yshift"] < 0 < ask["yshift"]
