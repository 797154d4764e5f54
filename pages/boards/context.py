"""The context boards: the regime banner with the nearest walls, and the column that explains it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from data.thresholds import DEFAULTS
from data.views.coin_markets import CoinMarkets
from data.views.nearest_wall import NearestWallSpec
from data.views.panel import PanelSpec
from data.views.regime import RegimeSpec, RegimeView
from data.views.regime_followed import RegimeFollowedSpec
from pages.boards.board import BoardScene
from pages.figures import (
    context_divergence,
    context_head,
    context_parts,
    context_past,
    context_walls,
    context_words,
    widgets,
)
from pages.figures.node import Node, node

_COLUMNS = "grid-template-columns:minmax(220px,1fr) minmax(430px,2fr) minmax(220px,1fr)"
_AWAITED = "The first minutes of the coin's markets are awaited."


@dataclass(frozen=True, slots=True)
class ContextBoard:
    """The banner.

    Attributes:
        markets: of the coin.
        btc_base: a wall of BTC has more than this.
        recordings: folder of what was recorded; None = none is looked at.
    """

    markets: CoinMarkets
    btc_base: float = DEFAULTS.wall_btc_base
    recordings: Path | None = None

    def questions(self) -> Mapping[str, PanelSpec]:
        """Return the regime, what followed it, and the walls."""
        return {
            "regime": RegimeSpec(self.markets),
            "followed": RegimeFollowedSpec(self.markets, self.recordings),
            "walls": NearestWallSpec(self.markets, self.btc_base),
        }

    def draw(self, scene: BoardScene) -> Sequence[Node]:
        """Return three cards side by side."""
        view: RegimeView | None = scene.found.get("regime")
        coin = self.markets.coin
        lacks = f"No spot market of {coin} is listed by the venues chosen."
        why = lacks if not self.markets.spots else f"The book of {coin} is awaited."
        walls = context_walls.draw(scene.found.get("walls"), why_not=why)
        if view is None:
            parts = widgets.missing(_AWAITED)
            head = widgets.card(f"Regime of {coin}", widgets.said(_AWAITED), name="regime")
        else:
            parts = context_parts.draw(view)
            head = context_head.draw(view, scene.found.get("followed"))
        rests = widgets.card("What it rests on", parts, hover=context_parts.HOVER, name="parts")
        cards = [head, rests, walls]
        return [node("div", "ts-grid", "", *cards, style=_COLUMNS)]


@dataclass(frozen=True, slots=True)
class ContextColumn:
    """What to make of it, in words, the divergence of 15 minutes, and the day before.

    Attributes:
        recordings: as the banner has them.
    """

    markets: CoinMarkets
    recordings: Path | None = None

    def questions(self) -> Mapping[str, PanelSpec]:
        """Return the regime and what followed it, which the banner asks too."""
        return {
            "regime": RegimeSpec(self.markets),
            "followed": RegimeFollowedSpec(self.markets, self.recordings),
        }

    def draw(self, scene: BoardScene) -> Sequence[Node]:
        """Return the sentences, the divergence, and the day."""
        view: RegimeView | None = scene.found.get("regime")
        if view is None:
            return [widgets.card("In words", widgets.said(_AWAITED), name="words")]
        told = [
            node("div", "ts-context-said", each, style="margin-bottom:6px", stat=f"said-{place}")
            for place, each in enumerate(context_words.sentences(view))
        ]
        words = widgets.card("In words", *told, name="words")
        divergence = context_divergence.draw(view.divergences)
        past = context_past.draw(view.past, scene.found.get("followed"))
        cards = words, divergence, past
        return [node("div", "ts-grid", "", *cards, style="grid-template-columns:minmax(0,1fr)")]
