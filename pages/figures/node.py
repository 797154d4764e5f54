"""Node: one element of a board, as the browser patches it into the page."""

from typing import Any, Final

import msgspec

# fmt: off
_TAGS: Final = frozenset({
    "div", "span", "b", "small", "p", "ul", "li",
    "table", "thead", "tbody", "tr", "th", "td",
    "svg", "polyline", "line", "rect", "circle", "path",
})
_ATTRIBUTES: Final = frozenset({
    "title", "style", "colspan", "viewBox", "preserveAspectRatio", "points", "d",
    "x", "x1", "x2", "y", "y1", "y2", "r", "cx", "cy", "width", "height", "fill", "stroke",
})
# fmt: on


class Node(msgspec.Struct, frozen=True, array_like=True):
    """An element. Text is shown as text, whatever is in it.

    Attributes:
        tag: its name.
        classes: of the style sheets, apart by spaces.
        text: what it says; empty where it has kids.
        kids: what is in it, Nodes.
        attributes: by name; ``data-*`` and those that elements of a board may have. ``data-pick``
            is what a click sends back to the page.
    """

    tag: str
    classes: str = ""
    text: str = ""
    kids: tuple[Any, ...] = ()
    attributes: dict[str, str] = {}  # msgspec copies it


def node(tag: str, classes: str = "", text: str = "", *kids: Node, **attributes: str) -> Node:
    """Return an element.

    Args:
        attributes: ``title``, ``style`` and the like; of a name of ours (``pick``, ``testid``,
            ``value``) ``data-`` is written before it.

    Raises:
        ValueError: no board has such an element, or it has both text and kids.
    """
    if tag not in _TAGS:
        msg = f"a board has no element {tag!r}"
        raise ValueError(msg)
    if text and kids:
        msg = f"an element has text or kids, not both; was {text!r}"
        raise ValueError(msg)
    named = {
        name if name in _ATTRIBUTES else f"data-{name.replace('_', '-')}": value
        for name, value in attributes.items()
        if value
    }
    return Node(tag, classes, text, kids, named)


def texts(root: Node) -> list[str]:
    """Return all that a node and what is in it say, from top to bottom."""
    own = [root.text] if root.text else []
    return own + [text for kid in root.kids for text in texts(kid)]
