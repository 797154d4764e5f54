import numpy as np
import pytest

from core.domain.units import NS_PER_MS
from pages.shell.codec import encode
from pages.shell.painted import Painted

WRITTEN_MS = 1_700_000_000_000


def frame(written_ms=WRITTEN_MS):
    return encode({"kind": "chart", "written_ms": float(written_ms), "x": np.arange(3)})


def test_from_the_write_to_the_drawing():
    painted = Painted()
    painted.note(frame(), now_ns=(WRITTEN_MS + 63) * NS_PER_MS)
    assert painted.draw_ms == pytest.approx(63.0)
    assert painted.drawn_ns == (WRITTEN_MS + 63) * NS_PER_MS


def test_a_frame_without_a_newer_event_says_nothing_of_how_fast_it_is():
    painted = Painted()
    painted.note(frame(), now_ns=(WRITTEN_MS + 63) * NS_PER_MS)
    painted.note(frame(), now_ns=(WRITTEN_MS + 1063) * NS_PER_MS)
    assert painted.draw_ms == pytest.approx(63.0)


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"TSF1",
        b"TSF1\xff\xff\xff\xff{",
        b"other",
        encode({"kind": "empty"}),
        encode({"kind": "chart", "written_ms": 0.0}),
    ],
)
def test_a_frame_without_the_stamp_is_none(payload):
    painted = Painted()
    painted.note(payload, now_ns=WRITTEN_MS * NS_PER_MS)
    assert painted.draw_ms is None
