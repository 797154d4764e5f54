"""Dashboard: six panels and a matrix for each coin, a column a coin."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.domain.instrument import InstrumentId, MarketKind
from data.thresholds import Thresholds
from data.views.coin_markets import QUOTE, CoinMarkets
from data.views.dash_basis import BasisSpec
from data.views.dash_divergence import DivergenceSpec
from data.views.dash_flow import FlowSpec
from data.views.dash_funding import FundingNowSpec
from data.views.dash_liquidations import ZonesSpec, ZonesView
from data.views.dash_matrix import MatrixSpec
from data.views.dash_whales import WhalesSpec
from data.views.panel import PanelSpec
from pages.boards.board import BoardScene
from pages.figures import (
    dash_basis,
    dash_divergence,
    dash_flow,
    dash_funding,
    dash_matrix,
    dash_whales,
    dash_zones,
)
from pages.figures.dash_parts import price
from pages.figures.node import Node, node
from pages.figures.widgets import said


@dataclass(frozen=True, slots=True)
class Dashboard:
    """What it shows; equal ones share their frames.

    Attributes:
        coins: a column each.
        bitcoin: perpetuals of BTC, by whose price thresholds are scaled.
        kind: markets whose trades make flow, divergence, whales and matrix.
        apart: venues stand one by one.
        as_fills: whales are single fills.
        thresholds: where words begin.
    """

    coins: tuple[CoinMarkets, ...]
    bitcoin: tuple[InstrumentId, ...]
    kind: MarketKind = MarketKind.PERP
    apart: bool = False
    as_fills: bool = False
    thresholds: Thresholds = field(default_factory=Thresholds)

    def questions(self) -> Mapping[str, PanelSpec]:
        """Return what is asked, by panel and coin: ``flow BTC``."""
        return {
            f"{name} {each.coin}": spec
            for each in self.coins
            for name, spec in self._of(each).items()
        }

    def draw(self, scene: BoardScene) -> Sequence[Node]:
        """Return the columns."""
        columns = [self._column(each, scene) for each in self.coins]
        style = f"grid-template-columns:repeat({len(columns)},minmax(0,1fr))"
        return (node("div", "ts-dash", "", *columns, style=style),)

    def _of(self, coin: CoinMarkets) -> dict[str, PanelSpec]:
        level, traded = self.thresholds, coin.of(self.kind)
        spot_of = {each.venue: each for each in coin.spots}
        pairs = tuple((p, spot_of[p.venue]) for p in coin.perps if p.venue in spot_of)
        return {
            "flow": FlowSpec(
                traded, level.flow_window_s, level.strong_share_frac, level.clear_share_frac
            ),
            "basis": BasisSpec(pairs, level.steep_basis_frac),
            "liquidations": ZonesSpec(
                coin.perps,
                self.bitcoin,
                level.liquidation_bucket_btc_quote,
                level.liquidation_memory_s,
                level.danger_quote,
            ),
            "funding": FundingNowSpec(coin.perps, level.extreme_funding_frac),
            "divergence": DivergenceSpec(traded, level.divergence_window_s),
            "whales": WhalesSpec(traded, level.whale_quote, as_fills=self.as_fills),
            "matrix": MatrixSpec(traded),
        }

    def _column(self, coin: CoinMarkets, scene: BoardScene) -> Node:
        def found(name: str) -> Any:
            return scene.found.get(f"{name} {coin.coin}")

        zones = found("liquidations")
        if not coin.perps and not coin.spots:
            text = f"No venue chosen lists {coin.coin} against {QUOTE}. Add another under Coins."
            told = _head(coin, zones), said(text, "caution")
            return node("div", "ts-dash-coin", "", *told, coin=coin.coin)
        drawn = (
            dash_flow.draw(found("flow"), apart=self.apart),
            dash_basis.draw(found("basis")),
            dash_zones.draw(zones, apart=self.apart),
            dash_funding.draw(found("funding")),
            dash_divergence.draw(found("divergence"), apart=self.apart),
            dash_whales.draw(found("whales"), mega_quote=self.thresholds.mega_quote),
            dash_matrix.draw(found("matrix"), coin=coin.coin),
        )
        return node("div", "ts-dash-coin", "", _head(coin, zones), *drawn, coin=coin.coin)


def _head(coin: CoinMarkets, zones: ZonesView | None) -> Node:
    told = price(zones.price) if zones is not None else price(float("nan"))
    name = node("span", "ts-coin", coin.coin)
    return node("div", "ts-dash-head", "", name, said(told, name="price", hover="In USDT."))
