import pytest

from core.calc.regime_values import Part
from pages.figures import context_divergence
from tests.support.nodes import all_said, stat, stats
from tests.support.regime import NAN, divergence


def test_price_against_each_cvd_has_a_word_a_strength_and_how_common_it_is_today():
    node = context_divergence.draw(
        (divergence(side=1, strength=0.83), divergence(Part.PERP_CVD, strength=-0.4))
    )
    found = stats(node)
    assert (found["spot_cvd-divergence"], found["spot_cvd-strength"]) == (
        "BULLISH", "strength +0.83",
    )  # fmt: skip
    assert (found["perp_cvd-divergence"], found["perp_cvd-strength"]) == (
        "ALIGNED", "strength −0.40",
    )  # fmt: skip
    assert found["spot_cvd-rate"] == "Today: bullish 1.2 %, bearish 0.3 % of 1,366 min"
    assert "Random walks diverge so in 4.0 % of minutes, in 0.2 % where" in all_said(node)


@pytest.mark.parametrize(
    ("side", "strength", "word", "tone"),
    [
        (1, 0.8, "BULLISH", "buy"),
        (-1, 0.8, "BEARISH", "sell"),
        (0, 0.3, "NO DIVERGENCE", "quiet"),
        (0, -0.3, "ALIGNED", "aligned"),
        (0, NAN, "NOT KNOWN", "quiet"),
    ],
)
def test_the_word_has_its_tone(side, strength, word, tone):
    node = context_divergence.draw((divergence(side=side, strength=strength),))
    chip = stat(node, "spot_cvd-divergence")
    assert (chip.text, f"ts-tone-{tone}" in chip.classes) == (word, True)


def test_before_a_minute_was_judged_it_is_not_known_how_common_it_is():
    node = context_divergence.draw((divergence(strength=NAN, rate=(0, NAN, NAN)),))
    assert stats(node)["spot_cvd-rate"] == "How common it is today is not known yet."
    assert stats(node)["spot_cvd-strength"] == "strength \N{EN DASH}"
