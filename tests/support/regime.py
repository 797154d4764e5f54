"""Minutes of a coin made by hand, and the regime that a page is shown."""

from dataclasses import replace
from types import MappingProxyType

import numpy as np

from core.calc.divergence_state import DivergenceRate
from core.calc.followed import Followed
from core.calc.regime import Regime
from core.calc.regime_scores import WEIGHTS
from core.calc.regime_values import Minutes, Part
from core.domain.units import NS_PER_HOUR, NS_PER_MINUTE
from data.views.coin_markets import coin_markets
from data.views.coin_minutes import Rests
from data.views.regime import DivergenceNow, PartNow, RegimeSpec, RegimeView
from data.views.regime_followed import RegimeFollowedView
from data.views.regime_past import RegimePast
from tests.support.derivatives import OKX, PERP, SPOT
from tests.support.trades import START_NS

NAN = float("nan")
MARKETS = coin_markets((PERP, SPOT, OKX), "BTC")


def minutes(**series):
    """Minutes from START_NS; what is not named is not known."""
    count = len(next(iter(series.values())))
    names = (
        "price", "spot_delta", "perp_delta", "open_interest",
        "funding_8h_frac", "basis_bps", "spread_bps",
    )  # fmt: skip
    opens = START_NS + np.arange(count) * NS_PER_MINUTE
    return Minutes(opens, *(np.array(series.get(each, [NAN] * count), float) for each in names))


NUMBERS = {
    Part.PRICE: (1.25, 0.5, 0.9, 0.9),
    Part.SPOT_CVD: (2.0, 0.4, 0.8, 0.8),
    Part.PERP_CVD: (-4.5, 1.0, 0.7, -0.7),
    Part.OPEN_INTEREST: (0.0012, 0.001, 0.6, 0.6),
    Part.FUNDING: (0.0003, 0.0001, NAN, -0.5),
    Part.BASIS: (-2.5, -3.0, 0.25, 0.5),
    Part.VOLATILITY: (3.65, 2.8, 0.83, -0.66),
    Part.SPREAD: (0.0125, 0.01, 0.5, 0.0),
}
"""Value, usual, rank and score."""


def part(which, **changes):
    value, usual, rank, score = NUMBERS[which]
    on = (SPOT.id,) if which in {Part.PRICE, Part.VOLATILITY, Part.SPREAD} else (PERP.id, OKX.id)
    made = PartNow(which, value, usual, rank, score, WEIGHTS[which], Rests(on))
    return replace(made, **changes)


def divergence(which=Part.SPOT_CVD, side=0, strength=-0.4, rate=(1_366, 0.012, 0.003)):
    return DivergenceNow(which, side, strength, DivergenceRate(*rate))


def past(words, price=None):
    """Minutes that end where the view begins."""
    opens = START_NS - (len(words) - np.arange(len(words))) * NS_PER_MINUTE
    prices = np.full(len(words), 100.0) if price is None else np.array(price, float)
    return RegimePast(opens, prices, np.array(words, np.int64))


def view(word=Regime.BULLISH_CVD, *, ways=(1, 1), parts=None, **changes):
    """A regime that has held for twelve minutes; ``ways`` of flow and price."""
    named = {each: part(each) for each in Part} | (parts or {})
    made = RegimeView(
        spec=RegimeSpec(MARKETS),
        now_ns=START_NS + 12 * NS_PER_MINUTE,
        word=word,
        lean=0.31,
        known_frac=1.0,
        flow_way=ways[0],
        price_way=ways[1],
        parts=tuple(named[each] for each in Part),
        since_ns=None if word is Regime.NOT_KNOWN else START_NS,
        is_at_least=False,
        divergences=(divergence(), divergence(Part.PERP_CVD)),
        past=past([Regime.EQUILIBRIUM] * 3 + [Regime.BULLISH_CVD] * 1),
        price_of=SPOT,
    )
    return replace(made, **changes)


def after(n=19, median=0.31, low=-10.9, high=8.4, random=(1.6, -3.1, 6.2)):
    return Followed(15 * NS_PER_MINUTE, n, 2, median, low, high, *random)


def followed(*, of="held", hours=23, recorded=0, **changes):
    """What followed, alike for every regime but those in ``changes``, by their names."""
    words = [each for each in Regime if each is not Regime.NOT_KNOWN]
    named = {each: changes.get(each.name.lower(), after()) for each in words}
    span_ns = START_NS - hours * NS_PER_HOUR, START_NS
    return RegimeFollowedView(MappingProxyType(named), span_ns, of, recorded * NS_PER_HOUR)
