import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.cvd_agreement import Agreement, agreement

NAN = float("nan")
CHANGES = st.floats(-1e9, 1e9)


@pytest.mark.parametrize(
    ("price", "cvd", "word"),
    [
        (-0.1, 5.0, Agreement.BULLISH),
        (0.1, -5.0, Agreement.BEARISH),
        (0.1, 5.0, Agreement.ALIGNED),
        (-0.1, -5.0, Agreement.ALIGNED),
        (0.0, 5.0, Agreement.FLAT),
        (0.1, 0.0, Agreement.FLAT),
    ],
)
def test_the_two_directions_have_their_word(price, cvd, word):
    assert agreement(price, cvd) is word


def test_what_is_not_known_has_none():
    assert agreement(NAN, 1.0) is None
    assert agreement(1.0, NAN) is None


@given(CHANGES, CHANGES)
def test_in_the_mirror_bullish_is_bearish(price, cvd):
    mirrored = {Agreement.BULLISH: Agreement.BEARISH, Agreement.BEARISH: Agreement.BULLISH}
    found = agreement(price, cvd)
    assert agreement(-price, -cvd) is mirrored.get(found, found)
