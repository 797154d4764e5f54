"""Liquidation buckets: at which prices positions were closed by force."""

from typing import Final

from core.domain.instrument import MarketKind
from core.domain.units import NS_PER_HOUR, NS_PER_MINUTE
from data.views.liquidation_buckets import LiquidationBucketsSpec
from pages.figures import liquidation_buckets
from pages.figures.part import Part
from pages.layers.layer import Asked, Group, Layer, Option, Scene

_OVER: Final = {"5 min": 5 * NS_PER_MINUTE, "1 h": NS_PER_HOUR, "session": 0}


def _ask(asked: Asked) -> LiquidationBucketsSpec | None:
    explorer = asked.explorer
    if explorer.instruments[0].kind is not MarketKind.PERP:
        return None
    over_ns = _OVER[asked.chosen["over"]]
    return LiquidationBucketsSpec(explorer.instruments, over_ns, explorer.session_start_ns)


def _draw(scene: Scene) -> Part:
    bars, grid = scene.view.bars, scene.view.instrument
    if scene.found is None or not bars.size:
        return Part()
    low, high, price = (
        float(ticks) * float(grid.tick_size)
        for ticks in (bars["low_ticks"].min(), bars["high_ticks"].max(), bars["close_ticks"][-1])
    )
    return liquidation_buckets.draw(scene.found, grid.quote, price=price, shown=(low, high))


LIQUIDATION_BUCKETS: Final = Layer(
    name="liquidation_buckets",
    title="Liquidation levels",
    group=Group.PRICE,
    help="What was closed by force at each price, in steps of a tenth of a percent: bars from the "
    "right edge behind the candles, red where longs were closed and green where shorts were. Not "
    "where positions are going to be closed: that nobody tells.",
    ask=_ask,
    draw=_draw,
    options=(Option("over", "Over", tuple(_OVER)),),
    only_perp=True,
)
