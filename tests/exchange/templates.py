"""Frames as bytes with blanks in them: many are made at once by writing digits into an array.

Every number that changes has a fixed width, so a frame never changes its length, and a cycle of
frames is one row of bytes.
"""

import re
from typing import NamedTuple

import numpy as np

from tests.exchange.wire import frame

_BLANK = re.compile(rb"<(\w+)(?::(\d+))?>")
_DIGITS = np.frombuffer(b"0123456789abcdef", np.uint8)


class Shape(NamedTuple):
    """How a kind of blank is written: a sample text, where its digits are, and their base."""

    sample: bytes
    places: list
    base: int = 10


def whole(width, base=10):
    """A number of exactly so many digits."""
    return Shape(b"0" * width, list(range(width)), base)


def sized(write):
    """Sizes of three digits, as ``write(lots)`` writes them, wherever the point is."""
    sample = write(123)
    return Shape(sample.encode(), [sample.index(digit) for digit in "123"])


class Cycle:
    """A row of frames of one topic.

    Attributes:
        count: frames in it.
    """

    def __init__(self, payloads, shapes):
        """Make one of payloads with blanks such as ``<id>`` or ``<size:7>``.

        Args:
            shapes: kind of blank -> Shape.
        """
        self.count = len(payloads)
        self._row = b""
        self._groups = {}
        for at, payload in enumerate(payloads):
            self._add(at, payload, shapes)
        self._bytes = np.frombuffer(self._row, np.uint8)
        self._writes = [
            (fields, np.array(places), base) for (_, base), (fields, places) in self._groups.items()
        ]

    def __len__(self):
        return len(self._row)

    def fill(self, cycles, value):
        """The bytes of so many cycles, one after the other.

        Args:
            value: (kind, frame in the cycle, number after the colon) -> int or int64[cycles].
        """
        rows = np.tile(self._bytes, (cycles, 1))
        for fields, places, base in self._writes:
            values = np.stack(
                [np.broadcast_to(value(*field), (cycles,)) for field in fields], axis=1
            )
            powers = base ** np.arange(places.shape[1] - 1, -1, -1, dtype=np.int64)
            digits = values[:, :, None] // powers % base
            rows[:, places.ravel()] = _DIGITS[digits].reshape(cycles, -1)
        return rows.tobytes()

    def _add(self, at, payload, shapes):
        text, blanks, end = b"", [], 0
        for blank in _BLANK.finditer(payload):
            kind, number = blank[1].decode(), int(blank[2] or 0)
            shape = shapes[kind]
            text += payload[end : blank.start()]
            blanks.append((kind, number, len(text)))
            text += shape.sample
            end = blank.end()
        text += payload[end:]
        framed = frame(text)
        start = len(self._row) + len(framed) - len(text)
        self._row += framed
        for kind, number, offset in blanks:
            shape = shapes[kind]
            fields, places = self._groups.setdefault((len(shape.places), shape.base), ([], []))
            fields.append((kind, at, number))
            places.append([start + offset + place for place in shape.places])
