import pytest

from core.calc.basis_state import BasisState, basis_state


@pytest.mark.parametrize(
    ("frac", "word"),
    [
        (0.0051, BasisState.STEEP_CONTANGO),
        (0.005, BasisState.CONTANGO),
        (1e-9, BasisState.CONTANGO),
        (0.0, BasisState.EVEN),
        (-1e-9, BasisState.BACKWARDATION),
        (-0.005, BasisState.BACKWARDATION),
        (-0.0051, BasisState.STEEP_BACKWARDATION),
    ],
)
def test_each_basis_has_its_word_and_half_a_percent_is_not_steep_yet(frac, word):
    assert basis_state(frac) is word


def test_where_it_is_steep_is_a_choice():
    assert basis_state(0.002, steep_frac=0.001) is BasisState.STEEP_CONTANGO


def test_an_unknown_basis_has_no_word():
    assert basis_state(float("nan")) is None
