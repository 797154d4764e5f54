import numpy as np
import pytest

from core.calc.sessions import Period
from core.domain.events import TradeBlock
from data.views.explorer import ExplorerQuery, ExplorerSpec
from pages.layers.layer import Asked, Scene
from pages.layers.vwap_lines import VWAP_LINES
from tests.support.trades import START_NS, instrument, random_trades

PERP = instrument()
SPEC = ExplorerSpec((PERP.id,), "1m")
WEEK, MONTH, ANCHOR = VWAP_LINES


def asked(layer, anchor_ns=None, **settings):
    return Asked(SPEC, layer.choices(settings), anchor_ns)


def test_each_layer_asks_for_its_own_line():
    assert WEEK.ask(asked(WEEK)).period is Period.WEEK
    assert MONTH.ask(asked(MONTH)).period is Period.MONTH
    assert ANCHOR.ask(asked(ANCHOR, START_NS)).anchor_ns == START_NS


def test_without_an_anchor_there_is_nothing_to_ask_and_nothing_to_draw():
    assert ANCHOR.ask(asked(ANCHOR)) is None
    scene = Scene(view=None, found=None, chosen=ANCHOR.choices({}), now_ns=START_NS)
    assert ANCHOR.draw(scene).traces == []


@pytest.mark.parametrize(("chosen", "traces"), [("none", 1), ("±1 σ", 2), ("±1 ±2 ±3 σ", 2)])
def test_the_bands_chosen_are_drawn(engine, chosen, traces):
    rows = random_trades(np.random.default_rng(1), 2_000)
    engine.submit(TradeBlock(PERP, "trade", rows))
    assert engine.settle()
    now_ns = int(rows["ts_event_ns"][-1])
    found = WEEK.ask(asked(WEEK)).query().view(engine, from_ns=START_NS, now_ns=now_ns)
    view = ExplorerQuery(SPEC).view(engine, now_ns=now_ns)
    part = WEEK.draw(Scene(view, found, WEEK.choices({"vwap_week_bands": chosen}), now_ns))
    assert len(part.traces) == traces
