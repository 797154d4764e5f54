import numpy as np
import pytest

from core.calc.level_flow import integrated, level_shares, loadings


def test_the_component_of_two_levels_is_the_eigenvector_found_by_hand():
    # Covariance [[2, 1], [1, 2]] up to a factor: the first eigenvector is (1, 1).
    shares = np.array([[3.0, 3.0], [-3.0, -3.0], [1.0, -1.0], [-1.0, 1.0]])
    assert loadings(shares) == pytest.approx([0.5, 0.5])
    assert integrated(shares, loadings(shares)) == pytest.approx([3.0, -3.0, 0.0, 0.0])


def test_a_level_that_never_moves_has_no_weight():
    assert loadings(np.array([[1.0, 5.0], [2.0, 5.0], [7.0, 5.0]])) == pytest.approx([1.0, 0.0])


def test_weights_add_up_to_one_and_more_flow_is_more_of_it():
    rng = np.random.default_rng(5)
    common = rng.normal(size=(500, 1))
    weights = loadings(-common + 0.1 * rng.normal(size=(500, 4)))
    assert np.abs(weights).sum() == pytest.approx(1.0)
    assert (weights > 0).all()


def test_flow_is_measured_by_the_depth_of_all_levels():
    found = level_shares(np.array([[4, -6], [1, 1]]), np.array([[1.0, 3.0], [0.0, 0.0]]))
    assert found[0].tolist() == [2.0, -3.0]
    assert np.isnan(found[1]).all()


@pytest.mark.parametrize("rows", [np.zeros((0, 3)), np.ones((1, 3)), np.ones((9, 3))])
def test_without_variation_there_is_no_component(rows):
    assert np.isnan(loadings(rows)).all()


def test_rows_that_are_not_known_do_not_count():
    rows = np.array([[1.0, 1.0], [np.nan, 50.0], [2.0, 2.0]])
    assert loadings(rows) == pytest.approx([0.5, 0.5])
    assert np.isnan(integrated(rows, loadings(rows))).tolist() == [False, True, False]
