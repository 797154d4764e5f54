import pytest

from core.domain.arrays import Position
from core.domain.events import Channel, Rows, TradeBlock
from core.domain.instrument import InstrumentId
from core.domain.units import NS_PER_HOUR, NS_PER_MINUTE
from data.views.explorer import ExplorerQuery, ExplorerSpec
from pages.layers.layer import Asked, Scene
from pages.layers.liquidation_buckets import LIQUIDATION_BUCKETS
from pages.layers.registry import LAYERS
from tests.support.derivatives import PERP, at, liquidations
from tests.support.trades import trades

SPEC = ExplorerSpec((PERP.id,), "1m", 5)


def asked(over, spec=SPEC):
    return LIQUIDATION_BUCKETS.ask(Asked(spec, {"over": over}))


def test_it_is_in_the_sidebar_of_a_perpetual_only():
    assert LAYERS["liquidation_buckets"].title == "Liquidation levels"
    assert LIQUIDATION_BUCKETS.only_perp
    assert asked("1 h", ExplorerSpec((InstrumentId.parse("okx.spot.BTC-USDT"),), "1m")) is None


def test_each_choice_asks_how_far_back():
    found = [asked(each).over_ns for each in ("5 min", "1 h", "session")]
    assert found == [5 * NS_PER_MINUTE, NS_PER_HOUR, 0]


@pytest.mark.parametrize("over", LIQUIDATION_BUCKETS.options[0].choices)
def test_every_choice_is_drawn_from_what_an_engine_holds(engine, over):
    engine.submit(TradeBlock(PERP, "trade", trades((1, 1000, 1, 1), (61, 1001, 1, 1))))
    rows = liquidations((30, 400, 100.0, Position.LONG))
    engine.submit(Rows(PERP, Channel.LIQUIDATIONS, "test", rows))
    assert engine.settle()
    now_ns = at(65)
    view = ExplorerQuery(SPEC).view(engine, now_ns=now_ns)
    found = asked(over).query().view(engine, from_ns=int(view.bars["open_ns"][0]), now_ns=now_ns)
    part = LIQUIDATION_BUCKETS.draw(Scene(view, found, {"over": over}, now_ns))
    (bar,) = part.shapes
    assert bar["y0"] <= 100.0 < bar["y1"]
    assert "(−0.10 %)" in part.annotations[0]["text"]
