import msgspec
import pytest

from pages.figures.node import node, texts
from pages.shell.codec import encode
from tests.support.wire import decode

HOSTILE = '<script>alert("x")</script>'


def test_an_element_goes_over_the_wire_as_five_values():
    made = node("div", "ts-card", "", node("b", "", "5"), title="five", pick="x", testid="y")
    said = {"title": "five", "data-pick": "x", "data-testid": "y"}
    wire = ["div", "ts-card", "", [["b", "", "5", [], {}]], said]
    assert msgspec.json.decode(msgspec.json.encode(made)) == wire
    assert decode(encode({"kind": "board", "nodes": [made]}))["nodes"] == [wire]


def test_an_attribute_without_a_value_is_left_out():
    assert node("td", "", "1", title="").attributes == {}


@pytest.mark.parametrize("tag", ["script", "iframe", "a", "img", HOSTILE])
def test_an_element_that_could_do_something_is_refused_by_name(tag):
    with pytest.raises(ValueError, match="a board has no element"):
        node(tag)


def test_what_is_said_is_text_or_kids():
    with pytest.raises(ValueError, match="text or kids"):
        node("div", "", "text", node("b"))


def test_texts_are_told_from_top_to_bottom():
    kids = node("b", "", "1"), node("span", "", "", node("small", "", HOSTILE)), node("b", "", "3")
    assert texts(node("div", "", "", *kids)) == ["1", HOSTILE, "3"]
