from core.calc.regime import Regime
from pages.figures import context_past
from tests.support.board_texts import every, said, stats
from tests.support.regime import NAN, after, followed, past

E, B, A, U = (
    Regime.EQUILIBRIUM,
    Regime.BULLISH_CVD,
    Regime.BEARISH_ABSORPTION,
    Regime.NOT_KNOWN,
)
DAY = past([U] * 2 + [E] * 5 + [B] * 3 + [A] * 2)


def test_each_regime_has_its_share_of_the_day_and_what_followed_it():
    found = stats(context_past.draw(DAY, followed(bullish_cvd=after(4, -2.0, NAN, NAN))))
    assert found["equilibrium-share"] == "50 %"
    assert found["bullish_cvd-share"] == "30 %"
    assert found["bearish_absorption-share"] == "20 %"
    assert found["bearish_cvd-share"] == "0 %"
    assert (found["bullish_cvd-n"], found["bullish_cvd-after"]) == ("4", "−2.0 bps")
    assert (found["equilibrium-n"], found["equilibrium-after"]) == ("19", "+0.3 bps")


def test_the_strip_has_a_piece_for_each_time_that_one_held_and_a_hole_where_none_is_known():
    pieces = [each for each in every([context_past.strip(DAY)]) if each.tag == "rect"]
    told = [
        (each.attributes["x"], each.attributes["width"], each.classes.removeprefix("ts-tone-"))
        for each in pieces
    ]
    assert told == [("2", "5", "caution"), ("7", "3", "buy"), ("10", "2", "sell")]
    assert pieces[1].attributes["title"] == "BULLISH CVD, 22:08 to 22:10 UTC"
    assert {each.attributes["style"] for each in pieces} == {
        "opacity:0.2", "opacity:1", "opacity:0.45",
    }  # fmt: skip


def test_one_that_never_began_has_a_zero_and_no_number():
    found = context_past.draw(DAY, followed(bullish_cvd=after(0, NAN, NAN, NAN)))
    assert "bullish_cvd-after" not in stats(found)
    assert "What followed: from the 23 h that are held; there are no recordings yet." in said(found)


def test_while_what_followed_is_computed_the_shares_are_there():
    found = stats(context_past.draw(DAY, None))
    assert found["bullish_cvd-share"] == "30 %"
    assert "bullish_cvd-n" not in found


def test_without_a_word_it_says_so():
    assert said(context_past.draw(past([U] * 9), None)).endswith(
        "No regime is known of the day before yet."
    )
