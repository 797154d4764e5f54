"""Context words: the regime in two or three plain sentences, with the numbers they rest on."""

from typing import Final

import numpy as np

from core.calc.regime import Regime
from core.calc.regime_values import Part
from core.calc.words import share_text
from data.views.regime import PartNow, RegimeView
from pages.figures.regime_words import TITLES, score_text, value_text
from pages.figures.scale import number_text

_FLOW: Final = {1: "Takers buy more than they sell", -1: "Takers sell more than they buy"}
_POSITIONS: Final = {1: "opened", -1: "closed", 0: "neither opened nor closed"}
_PAYS: Final = {1: "longs pay shorts", -1: "shorts pay longs", 0: "nobody pays:"}
_STRONG: Final = 0.5
_NO_WORD: Final = (
    "There is no word yet: fifteen minutes of price and CVD are needed, and an hour before them.",
)


def sentences(view: RegimeView) -> tuple[str, ...]:
    """Return what flow and price do, what is done with positions, and what to make of it all."""
    if view.word is Regime.NOT_KNOWN:
        return _NO_WORD
    said = [_flow(view), _positions(view), _together(view)]
    return tuple(each for each in said if each)


def _flow(view: RegimeView) -> str:
    price = _value(view, Part.PRICE)
    lines = _both(view)
    if view.word is Regime.EQUILIBRIUM:
        return f"{_balance(view)}: over 15 minutes {lines}, while the price moves by {price}."
    told = f"{_FLOW[view.flow_way]}: over 15 minutes {lines}."
    if view.word in {Regime.BULLISH_CVD, Regime.BEARISH_CVD}:
        way = "rises" if view.price_way > 0 else "falls"
        return f"{told} The price {way} with it, by {price}."
    if view.price_way:
        way = "falls" if view.price_way < 0 else "rises"
        return f"{told} Yet the price {way}, by {price}: the flow is being absorbed."
    held = "offers take what is bought" if view.flow_way > 0 else "bids take what is sold"
    flat = share_text(1 - view.part(Part.PRICE).rank)
    return f"{told} The price stands ({price}; {flat} of its day was steeper): passive {held}."


def _balance(view: RegimeView) -> str:
    """Return why no side leads: none is strong, or two strong ones go against each other."""
    spot, perp = (view.part(each).score for each in (Part.SPOT_CVD, Part.PERP_CVD))
    if spot * perp < 0 and min(abs(spot), abs(perp)) >= _STRONG:
        return "Takers of spot and of perpetuals pull against each other"
    return "Neither side of the takers leads by the measure of the day"


def _both(view: RegimeView) -> str:
    known = [
        (name, view.part(part))
        for name, part in (("spot", Part.SPOT_CVD), ("perp", Part.PERP_CVD))
        if not np.isnan(view.part(part).value)
    ]
    return " and ".join(f"{name} CVD changes by {_text(view, part)}" for name, part in known)


def _positions(view: RegimeView) -> str:
    """Return what is opened or closed, and who pays whom."""
    said = []
    interest, funding, basis = (
        view.part(each).value for each in (Part.OPEN_INTEREST, Part.FUNDING, Part.BASIS)
    )
    if not np.isnan(interest):
        done, change = _POSITIONS[_sign(interest)], _value(view, Part.OPEN_INTEREST)
        said.append(f"open interest changes by {change}: positions are {done}")
    if not np.isnan(funding):
        rate = value_text(Part.FUNDING, abs(funding), "", signed=False)
        said.append(f"{_PAYS[_sign(funding)]} {rate}")
    if not np.isnan(basis):
        way = "below" if basis < 0 else "above"
        said.append(f"perpetuals are {number_text(abs(basis), 1)} bps {way} spot")
    text = ", ".join(said)
    return f"{text[0].upper()}{text[1:]}." if text else ""


def _sign(value: float) -> int:
    return int(np.sign(value))


def _together(view: RegimeView) -> str:
    """Return how lively it is, what all contributions say, and what is not known."""
    said = []
    rank = view.part(Part.VOLATILITY).rank
    if not np.isnan(rank):
        value = _value(view, Part.VOLATILITY)
        said.append(f"Volatility of {value} is higher than in {share_text(rank)} of the day.")
    side = "rising" if view.lean > 0 else "falling" if view.lean < 0 else "neither way"
    strongest = max(view.parts, key=_weighs)
    said.append(
        f"All together lean {score_text(view.lean)} ({side}); what weighs most is "
        f"{_named(strongest)} ({score_text(strongest.score)})."
    )
    unknown = [_named(each) for each in view.parts if np.isnan(each.score)]
    if unknown:
        said.append(f"Not known, and not counted: {', '.join(unknown)}.")
    return " ".join(said)


def _weighs(part: PartNow) -> float:
    return 0.0 if np.isnan(part.score) else abs(part.score) * part.weight


def _named(part: PartNow) -> str:
    title = TITLES[part.part]
    return title if title.startswith("CVD") else title[0].lower() + title[1:]


def _value(view: RegimeView, part: Part) -> str:
    return _text(view, view.part(part))


def _text(view: RegimeView, part: PartNow) -> str:
    return value_text(part.part, part.value, view.spec.markets.coin)
