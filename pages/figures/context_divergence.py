"""Context divergence: price against CVD over 15 minutes, how strong, and how common that is."""

import numpy as np

from core.calc.divergence_state import BY_CHANCE, BY_CHANCE_TOGETHER
from core.calc.regime_values import Part
from core.calc.words import share_text
from data.views.regime import DivergenceNow
from pages.figures import widgets
from pages.figures.node import Node, node
from pages.figures.scale import number_text

_NAMES = {Part.SPOT_CVD: "spot CVD", Part.PERP_CVD: "perp CVD"}
_HOVER = (
    "Slopes of price and CVD over 15 minutes: bullish where the price falls and CVD rises, bearish "
    "the other way round, both steep for their day. Strength: how far the two go against each "
    "other (-1 together, +1 against), times the lesser of their ranks in the day."
)


def draw(divergences: tuple[DivergenceNow, ...]) -> Node:
    """Return a line for each CVD, and what chance gives."""
    chance = (
        f"Random walks diverge so in {share_text(BY_CHANCE, places=1)} of minutes, in "
        f"{share_text(BY_CHANCE_TOGETHER, places=1)} where their steps go together."
    )
    return widgets.card(
        "Price against CVD, 15 minutes",
        *(_line(each) for each in divergences),
        node("div", "ts-ago", chance, style="white-space:normal"),
        hover=_HOVER,
        name="divergence",
    )


def state_text(found: DivergenceNow) -> tuple[str, str]:
    """Return the word for what they do, and its tone."""
    if np.isnan(found.strength):
        return "NOT KNOWN", "quiet"
    if found.side:
        return ("BULLISH", "buy") if found.side > 0 else ("BEARISH", "sell")
    return ("ALIGNED", "aligned") if found.strength < 0 else ("NO DIVERGENCE", "quiet")


def _line(found: DivergenceNow) -> Node:
    name, (word, of) = _NAMES[found.part], state_text(found)
    key = found.part.name.lower()
    strength = number_text(found.strength, 2, signed=True)
    return node(
        "div",
        "",
        "",
        widgets.line(
            widgets.said(f"Price and {name}"),
            widgets.chip(word, of, hover=_HOVER, name=f"{key}-divergence"),
            widgets.said(f"strength {strength}", name=f"{key}-strength"),
        ),
        node("div", "ts-ago", _rate(found), stat=f"{key}-rate", style="margin-bottom:4px"),
    )


def _rate(found: DivergenceNow) -> str:
    rate = found.rate
    if not rate.minutes:
        return "How common it is today is not known yet."
    bullish, bearish = (
        share_text(each, places=1) for each in (rate.bullish_frac, rate.bearish_frac)
    )
    return f"Today: bullish {bullish}, bearish {bearish} of {rate.minutes:,} min"
