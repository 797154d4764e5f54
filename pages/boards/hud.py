"""HUD board: what the floating panel asks, and its lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.domain.instrument import InstrumentId
from data.thresholds import DEFAULTS
from data.views.coin_markets import CoinMarkets
from data.views.hud import HudSpec, HudView
from data.views.moment import Moment, Off
from data.views.nearest_wall import NearestWallSpec
from data.views.panel import PanelSpec
from data.views.regime import RegimeSpec
from pages.boards.board import BoardScene
from pages.figures import hud, hud_walls
from pages.figures.node import Node
from pages.figures.off_words import WORST_FIRST
from pages.figures.venues import VENUE_NAMES, instrument_title

_RANK = {str(state): at for at, state in enumerate(WORST_FIRST)}


@dataclass(frozen=True, slots=True)
class HudBoard:
    """The floating panel.

    Attributes:
        instrument: whose price and CVD.
        markets: of its coin, for what is of more than one market.
        wall_btc_base: a wall of BTC has more than this.
    """

    instrument: InstrumentId
    markets: CoinMarkets
    wall_btc_base: float = DEFAULTS.wall_btc_base

    def questions(self) -> Mapping[str, PanelSpec]:
        """Return what it asks."""
        return {
            "hud": HudSpec(self.instrument, self.markets.perps),
            "walls": NearestWallSpec(self.markets, self.wall_btc_base),
            "regime": RegimeSpec(self.markets),
        }

    def draw(self, scene: BoardScene) -> Sequence[Node]:
        """Return its lines; what could not be answered is not known."""
        view: HudView | None = scene.found.get("hud")
        lines = hud.head(instrument_title(self.instrument), view)
        if view is not None:
            lines += hud.flow(view)
        lines += hud_walls.walls(scene.found.get("walls"))
        lines.append(hud.regime(scene.found.get("regime")))
        lines.append(hud.health(scene.moment.source, amiss(scene.moment)))
        return lines


def amiss(moment: Moment) -> list[tuple[str, Off]]:
    """Return what is not live, in words, the worst first, then what is so for longest."""
    worst = sorted(
        moment.off.items(),
        key=lambda each: (_RANK.get(each[1].state, 0), each[1].since_ns, each[0]),
    )
    return [
        (f"{VENUE_NAMES[each.venue]} {each.symbol} {channel}", off)
        for (each, channel), off in worst
    ]
