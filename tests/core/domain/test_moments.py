"""Moments: text and back, exactly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.moments import moment_ns, utc_text

SECOND = 1_795_248_062


@pytest.mark.parametrize(
    ("text", "ns"),
    [
        ("2026-11-21T08:01:02Z", SECOND * 10**9),
        ("2026-11-21T08:01:02.5Z", SECOND * 10**9 + 5 * 10**8),
        ("2026-11-21 08:01:02.000000001", SECOND * 10**9 + 1),
        ("2026-11-21T10:01:02+02:00", SECOND * 10**9),
        ("2026-11-21T08:01", (SECOND - 2) * 10**9),
        ("2026-11-21", 1_795_219_200 * 10**9),
        ("1795248062000000001", SECOND * 10**9 + 1),
    ],
)
def test_a_time_is_read_in_either_form(text, ns):
    assert moment_ns(text) == ns


@given(st.integers(1_230_768_000 * 10**9, 4_102_444_800 * 10**9))
def test_what_was_written_is_read_back(ns):
    assert moment_ns(utc_text(ns)) == ns


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "2026-13-01",
        "2026-11-21T25:00Z",
        "1795248062",
        "-1",
        "\uff12026-11-21",
        "2026-11-21Z1",
    ],
)
def test_anything_else_is_refused_with_advice(text):
    with pytest.raises(ValueError, match="write 2026-11-21T08:01:02"):
        moment_ns(text)
