from core.calc.regime import Regime
from pages.figures import context_past
from tests.support.nodes import all_said, stats
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


def test_the_strip_has_every_time_that_one_held_and_a_hole_where_none_is_known():
    strip = context_past.strip(past([U] * 2 + [E] * 5 + [B] * 3 + [A] * 2 + [B] * 1))
    told = {each.classes.removeprefix("ts-tone-"): each.attributes["d"] for each in strip.kids}
    assert told == {
        "caution": "M2 0h5v14h-5z",
        "buy": "M7 0h3v14h-3zM12 0h1v14h-1z",
        "sell": "M10 0h2v14h-2z",
    }
    assert [each.attributes["style"] for each in strip.kids] == [
        "opacity:0.2", "opacity:1", "opacity:0.45",
    ]  # fmt: skip
    assert strip.attributes["title"].startswith("From 22:00 to 22:12 UTC.")


def test_one_that_never_began_has_a_zero_and_no_number():
    found = context_past.draw(DAY, followed(bullish_cvd=after(0, NAN, NAN, NAN)))
    assert "bullish_cvd-after" not in stats(found)
    assert "What followed: from the 23 h that are held; there are no recordings yet." in all_said(
        found
    )


def test_while_what_followed_is_computed_the_shares_are_there():
    found = stats(context_past.draw(DAY, None))
    assert found["bullish_cvd-share"] == "30 %"
    assert "bullish_cvd-n" not in found


def test_without_a_word_it_says_so():
    assert all_said(context_past.draw(past([U] * 9), None)).endswith(
        "No regime is known of the day before yet."
    )
