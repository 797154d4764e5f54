"""The layers of the tape, the order flow, the book, its spread, its quality and its walls."""

import numpy as np
import pytest

from core.domain.events import TradeBlock
from core.domain.units import NS_PER_S
from data.buffers.book_seconds import LEVELS
from data.views.explorer import ExplorerQuery, ExplorerSpec
from pages.layers.book import BOOK
from pages.layers.flow import FLOW
from pages.layers.layer import Asked, Scene
from pages.layers.quality import QUALITY
from pages.layers.registry import LAYERS
from pages.layers.spread import SPREAD
from pages.layers.tape import TAPE
from pages.layers.walls import WALLS
from tests.support.book_seconds import live_tape, quotes_of, random_seconds
from tests.support.trades import START_NS, instrument, random_trades

PERP = instrument()
SPEC = ExplorerSpec((PERP.id,), "1m", bars=5)
ALL = (TAPE, FLOW, BOOK, SPREAD, QUALITY, WALLS)


def asked(layer, **settings):
    return Asked(SPEC, layer.choices(settings))


def each_choice():
    for layer in ALL:
        for option in layer.options:
            for choice in option.choices:
                yield pytest.param(layer, {layer.full(option): choice}, id=f"{layer.name} {choice}")


def test_they_are_all_in_the_sidebar():
    assert [LAYERS[each.name] for each in ALL] == list(ALL)


def test_each_setting_asks_a_question_of_its_own():
    assert FLOW.ask(asked(FLOW)).levels == 1
    assert FLOW.ask(asked(FLOW, flow_levels="5")).levels == LEVELS
    assert BOOK.ask(asked(BOOK, book_show="microprice")).show == "microprice"
    assert SPREAD.ask(asked(SPREAD, spread_after="30 s")).horizon_ns == 30 * NS_PER_S
    assert QUALITY.ask(asked(QUALITY, quality_show="Roll")).show == "Roll"
    assert TAPE.ask(asked(TAPE, tape_show="aggression")) == TAPE.ask(asked(TAPE))


@pytest.mark.parametrize("layer", ALL, ids=lambda each: each.name)
def test_without_an_answer_nothing_is_drawn(layer):
    scene = Scene(view=None, found=None, chosen=layer.choices({}), now_ns=START_NS)
    assert layer.draw(scene).traces == []


@pytest.mark.parametrize(("layer", "settings"), [*each_choice()])
def test_every_choice_is_drawn_from_what_an_engine_holds(engine, layer, settings):
    rng = np.random.default_rng(1)
    rows = random_trades(rng, 3_000)
    tape = live_tape(engine, PERP)
    engine.submit(TradeBlock(PERP, "trade", rows))
    assert engine.settle()
    told = random_seconds(rng, np.arange(600))
    tape.book.seconds.rows.append(told)
    tape.book.seconds.tops.append(quotes_of(told))
    now_ns = int(rows["ts_event_ns"][-1])
    view = ExplorerQuery(SPEC).view(engine, now_ns=now_ns)
    from_ns = int(view.bars["open_ns"][0])
    found = layer.ask(asked(layer, **settings)).query().view(engine, from_ns=from_ns, now_ns=now_ns)
    part = layer.draw(Scene(view, found, layer.choices(settings), now_ns, "y7"))
    if layer is WALLS:
        assert part.annotations[0]["text"].startswith("Walls: the next change")
        return
    assert {trace["yaxis"] for trace in part.traces} == {"y7"}
    assert part.title
    assert all(cell.values.size == view.bars.size for cell in part.cells)
