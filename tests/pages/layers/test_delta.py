import numpy as np
import pytest

from core.domain.events import TradeBlock
from data.views.explorer import ExplorerQuery, ExplorerSpec
from pages.layers.delta import DELTA
from pages.layers.layer import Asked, Scene
from tests.support.trades import START_NS, instrument, random_trades

SPEC = ExplorerSpec((instrument().id,), "1m")


def chosen(show):
    return DELTA.choices({"delta_show": show})


def test_what_the_chart_draws_anyway_is_not_asked():
    assert DELTA.ask(Asked(SPEC, DELTA.choices({}))) is None


@pytest.mark.parametrize(("show", "words"), [("delta %", "% of volume"), ("min/max wicks", "min")])
def test_the_other_forms_rest_on_the_bars_of_the_chart(engine, show, words):
    rows = random_trades(np.random.default_rng(1), 2_000)
    engine.submit(TradeBlock(instrument(), "trade", rows))
    assert engine.settle()
    now_ns = int(rows["ts_event_ns"][-1])
    query = DELTA.ask(Asked(SPEC, chosen(show))).query()
    assert query.channels() == ()
    found = query.view(engine, from_ns=START_NS, now_ns=now_ns)
    view = ExplorerQuery(SPEC).view(engine, now_ns=now_ns)
    part = DELTA.draw(Scene(view, found, chosen(show), now_ns, "y3"))
    assert words in part.title
    assert {each["yaxis"] for each in part.traces} == {"y3"}
    assert all(each.values.size == view.bars.size for each in part.cells)
