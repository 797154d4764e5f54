"""Developing levels, candles' POCs, naked POCs and nodes: what they ask and what comes of it."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from core.calc.value_area_rule import SINGLE_ROW, TWO_ROW, TWO_ROW_68
from core.domain.arrays import empty_bars
from core.domain.events import TradeBlock
from core.domain.units import NS_PER_HOUR
from data.views.explorer import ExplorerQuery, ExplorerSpec
from pages.layers.candle_poc import CANDLE_POC
from pages.layers.developing import DEVELOPING
from pages.layers.layer import Asked, Scene
from pages.layers.naked_poc import NAKED_POC
from pages.layers.nodes import NODES
from tests.support.trades import START_NS, instrument, random_trades

PERP = instrument()
SPEC = ExplorerSpec((PERP.id,), "1m", ticks_per_row=5, session_start_ns=8 * NS_PER_HOUR)
LAYERS = (DEVELOPING, CANDLE_POC, NAKED_POC, NODES)


def asked(layer, **settings):
    return Asked(
        SPEC, layer.choices({f"{layer.name}_{key}": each for key, each in settings.items()})
    )


@pytest.fixture
def view(engine):
    rows = random_trades(np.random.default_rng(1), 4_000)
    engine.submit(TradeBlock(PERP, "trade", rows))
    assert engine.settle()
    return ExplorerQuery(SPEC).view(engine, now_ns=int(rows["ts_event_ns"][-1]))


def scene(layer, view, found=None):
    return Scene(view, found, layer.choices({}), now_ns=START_NS)


@pytest.mark.parametrize(
    ("area", "grows", "rule"),
    [
        ("70 %", "two rows", TWO_ROW),
        ("68 %", "two rows", TWO_ROW_68),
        ("70 %", "one row", SINGLE_ROW),
        ("68 %", "one row", replace(SINGLE_ROW, frac=Fraction(17, 25))),
    ],
)
def test_the_developing_value_area_grows_by_the_rule_chosen(area, grows, rule):
    spec = DEVELOPING.ask(asked(DEVELOPING, area=area, grows=grows))
    assert spec.rule == rule
    assert (spec.session_start_ns, spec.ticks_per_row) == (8 * NS_PER_HOUR, 5)


def test_rows_of_a_candle_are_chosen_apart_from_those_of_the_profile():
    assert CANDLE_POC.ask(asked(CANDLE_POC)).ticks_per_row == 0
    assert CANDLE_POC.ask(asked(CANDLE_POC, rows="10 ticks")).ticks_per_row == 10


def test_naked_levels_are_of_the_sessions_of_the_chart():
    spec = NAKED_POC.ask(asked(NAKED_POC))
    assert (spec.session_start_ns, spec.ticks_per_row) == (8 * NS_PER_HOUR, 5)


@pytest.mark.parametrize("layer", [DEVELOPING, CANDLE_POC], ids=lambda each: each.name)
def test_a_layer_draws_what_its_query_found(engine, view, layer):
    from_ns, now_ns = int(view.bars["open_ns"][0]), int(view.bars["last_ns"][-1])
    found = layer.ask(asked(layer)).query().view(engine, from_ns=from_ns, now_ns=now_ns)
    assert layer.draw(scene(layer, view, found)).traces


def test_nodes_are_those_of_the_profile_shown(view):
    assert NODES.ask is None
    assert NODES.draw(scene(NODES, view)).shapes


@pytest.mark.parametrize("layer", LAYERS, ids=lambda each: each.name)
def test_before_anything_is_known_nothing_is_drawn(view, layer):
    part = layer.draw(scene(layer, replace(view, bars=empty_bars())))
    assert (part.traces, part.shapes, part.annotations) == ([], [], [])
