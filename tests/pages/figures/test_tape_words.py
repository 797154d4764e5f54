from pages.figures.tape_words import market_text, stamp_text
from tests.support.desk import BBT, BNC_SPOT
from tests.support.trades import START_NS


def test_an_instant_is_cut_to_the_millisecond_never_rounded_up():
    assert stamp_text(START_NS + 1_234_999_999) == "22:13:01.234"


def test_a_market_is_told_by_its_code_and_kind():
    assert [market_text(each.id) for each in (BBT, BNC_SPOT)] == ["BBT perp", "BNC spot"]
