"""Between which sizes a heat map goes."""

import numpy as np
import pytest

from core.calc.contrast import contrast


def test_empty_and_unknown_cells_do_not_count():
    cells = np.array([[0, 3, np.nan], [1, 0, 2]])
    assert contrast(cells, low_frac=0.0, high_frac=1.0) == (1.0, 3.0)


def test_a_quantile_is_a_size_that_is_there():
    cells = np.arange(1, 101)[::-1].astype(float)
    assert contrast(cells, low_frac=0.15, high_frac=0.96) == (15.0, 96.0)


def test_of_no_cells_there_is_no_contrast():
    assert np.isnan(contrast(np.zeros(4), low_frac=0.15, high_frac=0.96)).all()


@pytest.mark.parametrize("shares", [(0.5, 0.5), (0.9, 0.1), (-0.1, 0.5), (0.5, 1.1)])
def test_shares_that_do_not_ascend_are_refused(shares):
    with pytest.raises(ValueError, match="from a share to a larger one"):
        contrast(np.ones(3), low_frac=shares[0], high_frac=shares[1])
