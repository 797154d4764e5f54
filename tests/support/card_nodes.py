"""What a board says, found by the names that its elements bear."""

from pages.figures.node import texts


def every(root, name, value=None):
    """All elements with ``data-<name>`` (of that value), from top to bottom."""
    key = f"data-{name}"
    own = [root] if key in root.attributes and value in (None, root.attributes[key]) else []
    return own + [each for kid in root.kids for each in every(kid, name, value)]


def stat(root, name):
    """The one element that a figure stands in."""
    [found] = every(root, "stat", name)
    return found


def said(root, name):
    """What a figure says."""
    return " ".join(texts(stat(root, name)))


def hovers(root):
    """All that the mouse can read."""
    own = [root.attributes["title"]] if "title" in root.attributes else []
    return own + [each for kid in root.kids for each in hovers(kid)]


def lines(root, of="ts-row"):
    """What each row says."""
    own = [" ".join(texts(root)).strip()] if of in root.classes.split() else []
    return own or [each for kid in root.kids for each in lines(kid, of)]
