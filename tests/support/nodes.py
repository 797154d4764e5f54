"""What a board says, found by the names that its elements bear."""

from pages.figures.node import texts


def walked(*nodes):
    """All elements, from top to bottom."""
    for each in nodes:
        yield each
        yield from walked(*each.kids)


def every(root, name, value=None):
    """All elements with ``data-<name>`` (of that value), from top to bottom."""
    key = f"data-{name}"
    named = (each for each in walked(root) if key in each.attributes)
    return [each for each in named if value in (None, each.attributes[key])]


def stat(root, name):
    """The one element that a figure stands in."""
    [found] = every(root, "stat", name)
    return found


def said(root, name):
    """What a figure says."""
    return " ".join(texts(stat(root, name)))


def stats(*nodes):
    """What every figure says, by its name."""
    return {
        each.attributes["data-stat"]: " ".join(texts(each))
        for node in nodes
        for each in every(node, "stat")
    }


def all_said(*nodes):
    """Everything, apart by spaces."""
    return " ".join(text for each in nodes for text in texts(each))


def hovers(*nodes):
    """All that the mouse can read."""
    return [each.attributes["title"] for each in walked(*nodes) if "title" in each.attributes]


def lines(root, of="ts-row"):
    """What each row says."""
    own = [" ".join(texts(root)).strip()] if of in root.classes.split() else []
    return own or [each for kid in root.kids for each in lines(kid, of)]
