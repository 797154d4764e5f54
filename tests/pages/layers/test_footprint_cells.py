from types import SimpleNamespace

from data.views.cells import CellsSpec, CellsView
from data.views.explorer import ExplorerSpec
from pages.layers.footprint_cells import FOOTPRINT_CELLS as LAYER
from pages.layers.layer import Asked, Scene
from tests.pages.figures.test_cells import GRID, MINUTE_NS, START_NS, candle

CHOSEN = {each.key: each.choices[0] for each in LAYER.options}


def test_the_question_is_of_so_many_candles_of_the_chart():
    explorer = ExplorerSpec((GRID.id,), "1m", ticks_per_row=25)
    asked = LAYER.ask(Asked(explorer, CHOSEN | {"last": "40"}))
    assert asked == CellsSpec((GRID.id,), "1m", ticks_per_row=25, last_n=40)
    assert hash(asked) == hash(LAYER.ask(Asked(explorer, CHOSEN | {"last": "40"})))


def test_the_settings_reach_the_drawing():
    found = CellsView(GRID, 5, (candle(START_NS, 600_000, [1], [2]),))
    view = SimpleNamespace(step_ns=MINUTE_NS)
    made = CHOSEN | {"colour": "delta", "text": "volume"}
    (trace,) = LAYER.draw(Scene(view, found, made, 0)).traces
    assert (trace["meta"]["colour"], trace["meta"]["text"]) == ("delta", "volume")


def test_before_the_first_trade_nothing_is_drawn():
    assert LAYER.draw(Scene(SimpleNamespace(step_ns=MINUTE_NS), None, CHOSEN, 0)).traces == []
