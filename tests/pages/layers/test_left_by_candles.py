"""Zones, unfinished auctions and exhaustion prints: what they ask and what comes of it."""

from dataclasses import replace

import numpy as np
import pytest

from core.calc.exhaustion_print import Measure
from core.calc.imbalance_presets import ATAS, EXOCHARTS, QUANTOWER, STRICT
from core.calc.zones import Ends
from core.domain.arrays import empty_bars
from core.domain.events import TradeBlock
from data.views.explorer import ExplorerQuery, ExplorerSpec
from pages.layers.exhaustion_prints import EXHAUSTION_PRINTS
from pages.layers.layer import Asked, Scene
from pages.layers.registry import LAYERS
from pages.layers.unfinished import UNFINISHED
from pages.layers.zones import ZONES
from tests.support.trades import START_NS, instrument, random_trades

PERP = instrument()
SPEC = ExplorerSpec((PERP.id,), "1m", ticks_per_row=2)
OURS = (ZONES, UNFINISHED, EXHAUSTION_PRINTS)


def asked(layer, **settings):
    named = {f"{layer.name}_{key}": each for key, each in settings.items()}
    return layer.ask(Asked(SPEC, layer.choices(named)))


def drawn(layer, view, found=None, **settings):
    named = {f"{layer.name}_{key}": each for key, each in settings.items()}
    return layer.draw(Scene(view, found, layer.choices(named), now_ns=START_NS))


@pytest.fixture
def view(engine):
    rows = random_trades(np.random.default_rng(1), 20_000, span_s=1_800)
    rows["aggressor"][rows["price_ticks"] % 30 < 15] = 1
    engine.submit(TradeBlock(PERP, "trade", rows))
    assert engine.settle()
    return ExplorerQuery(SPEC).view(engine, now_ns=int(rows["ts_event_ns"][-1]))


@pytest.mark.parametrize("layer", OURS, ids=lambda each: each.name)
def test_the_sidebar_offers_it(layer):
    assert LAYERS[layer.name] is layer
    assert not layer.is_on


def test_zones_are_of_the_rows_the_convention_and_the_end_chosen():
    spec = asked(ZONES)
    assert (spec.ticks_per_row, spec.least) == (2, 3)
    assert (spec.preset, spec.ends) == (STRICT, Ends.TRADED_THROUGH)
    assert asked(ZONES, least="5").least == 5
    assert asked(ZONES, until="first touch").ends is Ends.FIRST_TOUCH
    names = ZONES.options[1].choices
    assert [asked(ZONES, by=each).preset for each in names] == [STRICT, ATAS, EXOCHARTS, QUANTOWER]


def test_prints_are_of_the_rows_and_the_volume_chosen():
    spec = asked(EXHAUSTION_PRINTS)
    assert (spec.ticks_per_row, spec.rows, spec.measure) == (2, 3, Measure.AGGRESSOR)
    assert asked(EXHAUSTION_PRINTS, rows="4").rows == 4
    assert asked(EXHAUSTION_PRINTS, of="opposite side").measure is Measure.OPPOSITE
    assert asked(EXHAUSTION_PRINTS, of="total").measure is Measure.TOTAL


@pytest.mark.parametrize("layer", OURS, ids=lambda each: each.name)
def test_a_layer_draws_what_its_query_found(engine, view, layer):
    from_ns, now_ns = int(view.bars["open_ns"][0]), int(view.bars["last_ns"][-1])
    found = asked(layer).query().view(engine, from_ns=from_ns, now_ns=now_ns)
    assert found.read_frac == 1
    last = {each.key: each.choices[-1] for each in layer.options}
    assert drawn(layer, view, found, **last).traces


def test_finished_auctions_are_drawn_on_request(engine, view):
    from_ns, now_ns = int(view.bars["open_ns"][0]), int(view.bars["last_ns"][-1])
    found = asked(UNFINISHED).query().view(engine, from_ns=from_ns, now_ns=now_ns)
    few, more = (
        drawn(UNFINISHED, view, found, show=each) for each in UNFINISHED.options[0].choices
    )
    assert len(more.traces) == len(few.traces) + 1


@pytest.mark.parametrize("layer", OURS, ids=lambda each: each.name)
def test_before_anything_is_known_nothing_is_drawn(view, layer):
    part = drawn(layer, replace(view, bars=empty_bars()))
    assert (part.traces, part.shapes, part.annotations) == ([], [], [])
