import numpy as np
import pytest

from core.domain.events import TradeBlock
from data.views.explorer import ExplorerQuery, ExplorerSpec
from pages.layers.delta import DELTA
from pages.layers.layer import Scene
from tests.support.trades import instrument, random_trades

SPEC = ExplorerSpec((instrument().id,), "1m")


def scene(engine, show):
    rows = random_trades(np.random.default_rng(1), 2_000)
    engine.submit(TradeBlock(instrument(), "trade", rows))
    assert engine.settle()
    now_ns = int(rows["ts_event_ns"][-1])
    view = ExplorerQuery(SPEC).view(engine, now_ns=now_ns)
    return Scene(view, None, DELTA.choices({"delta_show": show}), now_ns, "y3")


def test_what_the_chart_draws_anyway_is_not_drawn_again(engine):
    assert DELTA.ask is None
    assert DELTA.draw(scene(engine, "delta")) is None


@pytest.mark.parametrize(("show", "words"), [("delta %", "% of volume"), ("min/max wicks", "min")])
def test_the_other_forms_rest_on_the_bars_of_the_chart(engine, show, words):
    seen = scene(engine, show)
    part = DELTA.draw(seen)
    assert words in part.title
    assert {each["yaxis"] for each in part.traces} == {"y3"}
    assert all(each.values.size == seen.view.bars.size for each in part.cells)
