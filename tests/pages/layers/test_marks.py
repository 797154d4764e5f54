from dataclasses import dataclass, replace
from types import SimpleNamespace

import pytest

from core.calc.marker_rules import MARKER_RULES
from core.domain.marker import MarkerKind, Preset
from data.views.explorer import ExplorerSpec
from pages.figures.markers import GLYPHS, MOST
from pages.layers.layer import Asked, Scene
from pages.layers.marks import MARKS
from pages.layers.marks_table import FAMILIES
from tests.pages.figures.test_markers import FOUND, GRID, MINUTE_NS
from tests.support.trades import instrument

LAYERS = {each.name: each for each in MARKS}
EXPLORER = ExplorerSpec((GRID.id,), "1m")


@dataclass
class Told:
    found: dict
    not_ready: dict
    instrument: object = None


def chosen(layer, **changes):
    return {each.key: each.choices[0] for each in layer.options} | changes


def drawn(name, told, **changes):
    layer = LAYERS[name]
    view = SimpleNamespace(instrument=GRID, step_ns=MINUTE_NS)
    traces = layer.draw(Scene(view, told, chosen(layer, **changes), 0)).traces
    return traces[0] if traces else None


def test_every_rule_is_shown_by_one_layer():
    rules = [rule for family in FAMILIES for rule in family.rules.values()]
    assert sorted(rules) == sorted(MARKER_RULES)


def test_all_layers_ask_the_same_so_that_the_tape_is_read_once():
    asked = {layer.ask(Asked(EXPLORER, chosen(layer))) for layer in MARKS}
    assert [each.rules for each in asked] == [tuple(MARKER_RULES)]


def test_a_layer_has_at_most_three_settings_and_the_sign_of_its_first_kind():
    assert all(len(layer.options) <= 3 for layer in MARKS)
    signs = {each.sign for each in GLYPHS.values()}
    assert all(layer.title.split()[0] in signs for layer in MARKS)


def test_thresholds_and_rows_go_into_the_question():
    layer = LAYERS["stacked"]
    asked = Asked(replace(EXPLORER, ticks_per_row=10), chosen(layer, by="classic"))
    assert layer.ask(asked).preset is Preset.CLASSIC
    assert layer.ask(asked).ticks_per_row == 10
    assert layer.ask(asked).instrument_id == GRID.id


def test_only_where_a_rule_has_classic_thresholds_they_can_be_chosen():
    offered = {layer.name for layer in MARKS if any(each.key == "by" for each in layer.options)}
    assert "bursts" in offered
    assert "sweeps" in offered
    assert "divergences" not in offered
    layer = LAYERS["divergences"]
    assert layer.ask(Asked(EXPLORER, chosen(layer))).preset is Preset.ADAPTIVE


def test_another_kind_asks_the_same_question():
    layer = LAYERS["bursts"]
    one, other = (
        layer.ask(Asked(EXPLORER, chosen(layer, kind=kind))) for kind in ("all", "pushes")
    )
    assert one == other


@pytest.fixture
def told():
    push = replace(FOUND, kind=MarkerKind.MICRO_PUSH, known_ns=FOUND.known_ns - 1, strength=0.9)
    return Told(
        {"burst": (FOUND,), "micro-push": (push,), "micro-pullback": ()},
        {"burst": "3 seconds of 1,000", "micro-push": "3 seconds of 1,000"},
    )


def test_what_several_rules_found_is_in_the_order_in_which_it_was_known(told):
    trace = drawn("bursts", told)
    titles = [trace["meta"]["kinds"][at]["title"] for at in trace["kind"].tolist()]
    assert titles == ["Micro push", "Burst"]


def test_only_the_kind_and_the_strength_chosen_are_drawn(told):
    assert drawn("bursts", told, kind="bursts")["strength"].tolist() == [38]
    assert drawn("bursts", told, least="50 %")["strength"].tolist() == [90]


def test_rules_that_wait_for_the_same_are_told_once_and_by_name_where_others_do_not_wait(told):
    assert drawn("bursts", told)["meta"]["waits"] == ["Bursts (bursts, pushes): 3 seconds of 1,000"]
    told.not_ready["micro-pullback"] = "3 seconds of 1,000"
    assert drawn("bursts", told)["meta"]["waits"] == ["Bursts: 3 seconds of 1,000"]


def test_where_nothing_was_found_and_nothing_waits_nothing_is_drawn():
    assert drawn("sweeps", Told({"book-sweep": ()}, {})) is None


def test_prices_are_on_the_grid_of_the_tape_that_was_read(told):
    told.instrument = instrument(tick="0.5")
    price = drawn("bursts", told, kind="bursts")["y"].tolist()
    assert price == [pytest.approx(0.5 * FOUND.price_ticks)]


def test_how_many_older_ones_are_not_drawn_is_said():
    many = tuple(replace(FOUND, known_ns=FOUND.known_ns + at) for at in range(MOST + 1_234))
    trace = drawn("sweeps", Told({"book-sweep": many}, {}))
    assert trace["x"].size == MOST
    assert trace["meta"]["waits"] == ["Sweeps: 1,234 older ones are not drawn"]


def test_of_many_large_trades_the_largest_are_drawn_and_the_rest_counted():
    large = replace(FOUND, kind=MarkerKind.LARGE_TRADE)
    found = tuple(replace(large, value=float(value)) for value in (*range(50, 97), *range(50)))
    trace = drawn("large_trades", Told({"large-trade": found}, {}))
    assert sorted(trace["value"]) == [float(value) for value in range(37, 97)]
    assert trace["meta"]["waits"] == ["Large trades: 37 smaller ones are not drawn"]
