import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.layers.layer import Group, Layer, Option
from pages.layers.presets import PRESETS
from pages.layers.registry import FIRST_SHOWN, LAYERS
from pages.layers.shown import Shown, default, read, shown, split, texts


def layer(name, *options, is_on=False):
    return Layer(name, name, Group.PRICE, "", options=options, is_on=is_on)


REGISTRY = {
    "line": layer("line", is_on=True),
    "map": layer("map", Option("of", "Of", ("day", "week")), Option("rows", "Rows", ("a", "b c"))),
    "pane": layer("pane"),
}


def test_a_setting_stands_behind_its_layer_unless_it_is_the_default():
    what = shown(REGISTRY, {"map", "line"}, {"map_of": "day", "map_rows": "b c", "pane_x": "y"})
    assert what == Shown(("line", "map"), (("map_rows", "b c"),))
    assert texts(REGISTRY, what) == ["line", "map(rows: b c)"]


def test_a_setting_that_is_not_on_offer_is_left_out():
    assert shown(REGISTRY, {"map"}, {"map_of": "year"}).settings == ()


def test_the_first_start_shows_what_is_on_by_default():
    assert default(REGISTRY) == Shown(("line",))


def test_what_is_written_is_read_again():
    what = Shown(("line", "map"), (("map_of", "week"), ("map_rows", "b c")))
    text = ",".join(texts(REGISTRY, what))
    assert text == "line,map(of: week, rows: b c)"
    assert read(REGISTRY, split(text)) == (what, [])


@given(
    st.sets(st.sampled_from(sorted(LAYERS))),
    st.randoms(use_true_random=False),
)
def test_every_choice_of_ours_is_read_again(on, chance):
    settings = {
        each.full(option): chance.choice(option.choices)
        for each in LAYERS.values()
        for option in each.options
    }
    what = shown(LAYERS, on, settings)
    assert read(LAYERS, split(",".join(texts(LAYERS, what)))) == (what, [])


@pytest.mark.parametrize(
    ("text", "strange"),
    [
        ("<script>", ["<script>"]),
        ("line,nothing", ["nothing"]),
        ("line,map(of: year)", ["map(of: year)"]),
        ("line,map(of)", ["map(of)"]),
        ("line(of: week)", ["line(of: week)"]),
        ("map((", ["map(("]),
    ],
)
def test_what_means_nothing_is_named_and_left_out(text, strange):
    what, found = read(REGISTRY, split(text))
    assert found == strange
    assert what.settings == ()
    assert set(what.layers) <= {"line", "map"}


def test_nothing_is_a_choice_too():
    assert read(REGISTRY, split("")) == (Shown(()), [])


def test_every_choice_can_stand_in_a_text():
    for each in LAYERS.values():
        for option in each.options:
            assert len(set(option.choices)) == len(option.choices) > 1
            assert not any(set(choice) & set(",()") for choice in option.choices)
            assert len(each.options) <= 3, "one line of settings"


def test_presets_name_layers_that_there_are():
    for preset in PRESETS.values():
        what, strange = read(LAYERS, preset.layers)
        assert strange == []
        assert texts(LAYERS, what) != texts(LAYERS, FIRST_SHOWN)
