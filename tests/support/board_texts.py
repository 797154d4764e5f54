"""What a board's elements say, looked up as a test would on the page."""

from pages.figures.node import texts


def every(nodes):
    """All elements, from top to bottom."""
    for each in nodes:
        yield each
        yield from every(each.kids)


def stats(*nodes):
    """Text by ``data-stat``; of an element with kids their texts, apart by spaces."""
    return {
        each.attributes["data-stat"]: " ".join(texts(each))
        for each in every(nodes)
        if "data-stat" in each.attributes
    }


def stat(name, *nodes):
    """The element of a ``data-stat``."""
    (found,) = (each for each in every(nodes) if each.attributes.get("data-stat") == name)
    return found


def said(*nodes):
    """Everything, apart by spaces."""
    return " ".join(text for each in nodes for text in texts(each))
