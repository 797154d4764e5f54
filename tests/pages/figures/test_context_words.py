import pytest

from core.calc.regime import Regime
from core.calc.regime_values import Part
from pages.figures.context_words import sentences
from tests.support.regime import NAN, part, view

BOTH = "over 15 minutes spot CVD changes by +2.00 BTC/min and perp CVD changes by −4.50 BTC/min"


def first(word, ways, price=1.25):
    told = {Part.PRICE: part(Part.PRICE, value=price, rank=0.25)}
    return sentences(view(word, ways=ways, parts=told))[0]


@pytest.mark.parametrize(
    ("word", "ways", "price", "said"),
    [
        (
            Regime.BULLISH_CVD, (1, 1), 1.25,
            f"Takers buy more than they sell: {BOTH}. The price rises with it, by +1.25 bps/min.",
        ),
        (
            Regime.BEARISH_CVD, (-1, -1), -1.25,
            f"Takers sell more than they buy: {BOTH}. The price falls with it, by −1.25 bps/min.",
        ),
        (
            Regime.BULLISH_ABSORPTION, (1, -1), -1.25,
            f"Takers buy more than they sell: {BOTH}. Yet the price falls, by −1.25 bps/min: the "
            "flow is being absorbed.",
        ),
        (
            Regime.BEARISH_ABSORPTION, (-1, 1), 1.25,
            f"Takers sell more than they buy: {BOTH}. Yet the price rises, by +1.25 bps/min: the "
            "flow is being absorbed.",
        ),
        (
            Regime.BULLISH_ABSORPTION, (-1, 0), 0.02,
            f"Takers sell more than they buy: {BOTH}. The price stands (+0.0200 bps/min; 75 % of "
            "its day was steeper): passive bids take what is sold.",
        ),
        (
            Regime.BEARISH_ABSORPTION, (1, 0), 0.02,
            f"Takers buy more than they sell: {BOTH}. The price stands (+0.0200 bps/min; 75 % of "
            "its day was steeper): passive offers take what is bought.",
        ),
        (
            Regime.EQUILIBRIUM, (0, 1), 1.25,
            f"Takers of spot and of perpetuals pull against each other: {BOTH}, while the price "
            "moves by +1.25 bps/min.",
        ),
    ],
)  # fmt: skip
def test_the_first_sentence_is_what_flow_and_price_do(word, ways, price, said):
    assert first(word, ways, price) == said


def test_in_equilibrium_without_two_strong_sides_no_side_leads():
    weak = {Part.PERP_CVD: part(Part.PERP_CVD, score=-0.2)}
    said = sentences(view(Regime.EQUILIBRIUM, ways=(0, 1), parts=weak))[0]
    assert said.startswith("Neither side of the takers leads by the measure of the day: over 15")


def test_the_second_is_what_is_done_with_positions_and_who_pays():
    assert sentences(view())[1] == (
        "Open interest changes by +0.120 %: positions are opened, longs pay shorts 0.0300 %/8 h, "
        "perpetuals are 2.5 bps below spot."
    )
    told = {
        Part.OPEN_INTEREST: part(Part.OPEN_INTEREST, value=-0.002),
        Part.FUNDING: part(Part.FUNDING, value=-0.0001),
        Part.BASIS: part(Part.BASIS, value=1.5),
    }
    assert sentences(view(parts=told))[1] == (
        "Open interest changes by −0.200 %: positions are closed, shorts pay longs 0.0100 %/8 h, "
        "perpetuals are 1.5 bps above spot."
    )


def test_the_third_is_how_lively_it_is_and_what_all_say_together():
    assert sentences(view())[2] == (
        "Volatility of 3.65 bps/min is higher than in 83 % of the day. All together lean +0.31 "
        "(rising); what weighs most is CVD slope, spot (+0.80)."
    )


def test_what_is_not_known_is_named_and_no_number_is_made_up():
    unknown = {"value": NAN, "rank": NAN, "score": NAN}
    names = (Part.PERP_CVD, Part.OPEN_INTEREST, Part.FUNDING, Part.BASIS, Part.VOLATILITY)
    told = sentences(view(parts={each: part(each, **unknown) for each in names}))
    assert len(told) == 2
    assert "over 15 minutes spot CVD changes by +2.00 BTC/min." in told[0]
    assert told[1].endswith(
        "Not known, and not counted: CVD slope, perp, open interest, funding, basis, volatility."
    )
    assert "\N{EN DASH}" not in " ".join(told)


def test_without_a_word_it_says_what_is_needed():
    (said,) = sentences(view(Regime.NOT_KNOWN, ways=(0, 0)))
    assert said.startswith("There is no word yet")
