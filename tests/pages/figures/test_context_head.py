from dataclasses import replace

import pytest

from core.calc.regime import Regime
from pages.figures import context_head
from tests.support.nodes import stat, stats
from tests.support.regime import NAN, after, followed, view


def shown(found=None, **more):
    return stats(context_head.draw(view(**more), found))


@pytest.mark.parametrize(
    ("word", "ways", "text", "tone", "meaning"),
    [
        (Regime.BULLISH_CVD, (1, 1), "▲ BULLISH CVD", "buy",
         "Takers buy, and the price goes with them."),
        (Regime.BEARISH_CVD, (-1, -1), "▼ BEARISH CVD", "sell",
         "Takers sell, and the price goes with them."),
        (Regime.BULLISH_ABSORPTION, (1, -1), "△ BULLISH ABSORPTION", "buy",
         "Takers buy while the price falls."),
        (Regime.BULLISH_ABSORPTION, (-1, 0), "△ BULLISH ABSORPTION", "buy",
         "Takers sell, and passive bids hold the price."),
        (Regime.BEARISH_ABSORPTION, (-1, 1), "▽ BEARISH ABSORPTION", "sell",
         "Takers sell while the price rises."),
        (Regime.BEARISH_ABSORPTION, (1, 0), "▽ BEARISH ABSORPTION", "sell",
         "Takers buy, and passive offers hold the price."),
        (Regime.EQUILIBRIUM, (0, 1), "≡ EQUILIBRIUM", "caution",
         "Neither side of the takers leads."),
        (Regime.NOT_KNOWN, (0, 0), "\N{EN DASH} NOT KNOWN", "quiet",
         "Too little is known of price or flow."),
    ],
)  # fmt: skip
def test_the_word_has_a_sign_a_tone_and_a_meaning(word, ways, text, tone, meaning):
    node = context_head.draw(view(word, ways=ways), None)
    assert stats(node)["regime"] == text
    assert f"ts-tone-{tone}" in stat(node, "regime").classes
    assert stats(node)["meaning"] == meaning


def test_how_long_it_has_held_is_told_and_where_that_is_at_least():
    assert shown()["held"] == "has held for 12 min, since 22:13 UTC"
    assert shown(is_at_least=True)["held"] == "has held for at least 12 min, since 22:13 UTC"
    assert "held" not in shown(word=Regime.NOT_KNOWN)


def test_what_followed_stands_beside_what_followed_any_moment():
    found = shown(followed())
    assert found["followed"] == "+0.3 bps in 15 min (−10.9 to +8.4, n = 19)"
    assert found["followed-any"] == "Any moment: +1.6 bps (−3.1 to +6.2 by chance)"
    assert found["followed-of"] == "From the 23 h that are held; there are no recordings yet."


def test_of_too_few_there_is_no_interval():
    found = shown(followed(bullish_cvd=after(4, -2.0, NAN, NAN)))
    assert found["followed"] == "−2.0 bps in 15 min (too few for an interval, n = 4)"
    nothing = after(1, 1.0, NAN, NAN, random=(NAN, NAN, NAN))
    assert shown(followed(bullish_cvd=nothing))["followed-any"] == "Nothing to compare with."


def test_a_regime_that_never_began_has_nothing_that_followed():
    never = replace(after(0, NAN, NAN, NAN), left_out=0)
    assert shown(followed(bullish_cvd=never))["followed"] == (
        "Nothing is known: it did not begin in the 23 h that are held; there are no recordings yet."
    )
    assert shown(followed(bullish_cvd=after(0, NAN, NAN, NAN)))["followed"].startswith(
        "Nothing is known: none that began is over in the 23 h"
    )


def test_while_it_is_computed_it_says_so():
    assert shown()["followed"] == "What followed it is being looked up."
    assert "followed" not in shown(word=Regime.NOT_KNOWN)
