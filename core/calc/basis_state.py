"""Basis state: whether a perpetual is dearer than spot, and whether by much."""

from enum import StrEnum
from math import isnan


class BasisState(StrEnum):
    """The word for a basis."""

    CONTANGO = "CONTANGO"
    """The perpetual is dearer."""
    BACKWARDATION = "BACKWARDATION"
    """It is cheaper."""
    STEEP_CONTANGO = "STEEP CONTANGO"
    STEEP_BACKWARDATION = "STEEP BACKWARDATION"
    EVEN = "EVEN"


def basis_state(basis_frac: float, *, steep_frac: float = 0.005) -> BasisState | None:
    """Return the word for a basis; None where it is not known.

    Args:
        basis_frac: (perpetual - spot) / spot; NaN is not known.
        steep_frac: beyond this, either way, it is steep; at it not yet.

    Source:
        DEFINITIONS section 20, basis state.
    """
    if isnan(basis_frac):
        return None
    if not basis_frac:
        return BasisState.EVEN
    is_steep = abs(basis_frac) > steep_frac
    if basis_frac > 0:
        return BasisState.STEEP_CONTANGO if is_steep else BasisState.CONTANGO
    return BasisState.STEEP_BACKWARDATION if is_steep else BasisState.BACKWARDATION
