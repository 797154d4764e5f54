"""Context chart: the Explorer's chart with the layers that the Context page needs."""

from typing import Final

from data.views.coin_markets import CoinMarkets
from data.views.explorer import ExplorerSpec
from pages.layers.registry import LAYERS
from pages.layers.shown import read
from pages.shell.spec import ChartSpec

TIMEFRAME: Final = "1m"
BARS: Final = 240
_SHOWN: Final = ("best_quote", "walls", "cvd(of: spot and perp)", "open_interest(of: all venues)")


def chart_of(markets: CoinMarkets) -> ChartSpec:
    """Return the chart of a coin: of its first spot market, whose walls are told above it.

    Args:
        markets: of the coin, at least one.
    """
    first = (*markets.spots, *markets.perps)[0]
    return ChartSpec(ExplorerSpec((first,), TIMEFRAME, BARS), read(LAYERS, _SHOWN)[0])
