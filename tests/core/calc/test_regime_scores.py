import numpy as np
import pytest

from core.calc.regime_scores import WEIGHTS, ScoreRule, regime_scores, weighted_mean
from core.calc.regime_values import Part
from tests.support.regime import NAN

RULE = ScoreRule(day=10, least=4)
BEFORE = {
    Part.PRICE: [-1, 2, -3, 4],
    Part.SPOT_CVD: [1, -2, 3, -4],
    Part.PERP_CVD: [10, 20, -30, 40],
    Part.OPEN_INTEREST: [0.01, -0.02, 0.03, 0.04],
    Part.FUNDING: [0, 0, 0, 0],
    Part.BASIS: [-2, -1, 1, 2],
    Part.VOLATILITY: [1, 2, 3, 4],
    Part.SPREAD: [0.1, 0.2, 0.3, 0.4],
}
CALM = {
    Part.PRICE: 2.5,
    Part.SPOT_CVD: 3.5,
    Part.PERP_CVD: 5.0,
    Part.OPEN_INTEREST: 0.05,
    Part.FUNDING: 0.0002,
    Part.BASIS: 0.0,
    Part.VOLATILITY: 1.5,
    Part.SPREAD: 0.45,
}


def table(now, before=BEFORE):
    return np.array([[*before[each], {**CALM, **now}[each]] for each in Part], float).T


def score(part, **now):
    told = {Part[name]: value for name, value in now.items()}
    return regime_scores(table(told), last=1, rule=RULE).scores[0, part]


def test_a_slope_speaks_for_its_side_by_the_rank_of_its_size():
    assert score(Part.PRICE) == 0.5  # 1 and 2 of 1, 2, 3, 4
    assert score(Part.PRICE, PRICE=-3.5) == -0.75
    assert score(Part.PRICE, PRICE=3.0) == 0.625, "a tie counts half"
    assert score(Part.SPOT_CVD, SPOT_CVD=9.0) == 1.0
    assert score(Part.PERP_CVD, PERP_CVD=-25.0) == -0.5
    assert score(Part.PERP_CVD, PERP_CVD=0.0) == 0.0


def test_more_open_interest_speaks_for_the_side_of_the_price_and_less_against_it():
    assert score(Part.OPEN_INTEREST, PRICE=1.0, OPEN_INTEREST=0.025) == 0.5
    assert score(Part.OPEN_INTEREST, PRICE=-1.0, OPEN_INTEREST=0.025) == -0.5
    assert score(Part.OPEN_INTEREST, PRICE=1.0, OPEN_INTEREST=-0.025) == -0.5
    assert score(Part.OPEN_INTEREST, PRICE=-1.0, OPEN_INTEREST=-0.025) == 0.5
    assert np.isnan(score(Part.OPEN_INTEREST, PRICE=NAN))


def test_funding_speaks_against_the_side_that_pays_more_than_is_neutral():
    assert score(Part.FUNDING, FUNDING=0.0001) == 0.0
    assert score(Part.FUNDING, FUNDING=0.0003) == pytest.approx(-0.5)
    assert score(Part.FUNDING, FUNDING=-0.0001) == pytest.approx(0.5)
    assert score(Part.FUNDING, FUNDING=0.01) == -1.0
    assert score(Part.FUNDING, FUNDING=-0.01) == 1.0


def test_a_perpetual_that_is_dear_for_its_day_speaks_for_falling():
    assert score(Part.BASIS, BASIS=9.0) == -1.0
    assert score(Part.BASIS, BASIS=-9.0) == 1.0
    assert score(Part.BASIS, BASIS=0.0) == 0.0
    assert score(Part.BASIS, BASIS=1.5) == -0.5


def test_calm_speaks_for_the_side_of_the_others_and_a_wild_or_wide_market_against_it():
    rising = {"PRICE": 5.0, "SPOT_CVD": 5.0}
    falling = {"PRICE": -5.0, "SPOT_CVD": -5.0, "OPEN_INTEREST": 0.05}
    assert score(Part.VOLATILITY, VOLATILITY=1.5, **rising) == 0.5
    assert score(Part.VOLATILITY, VOLATILITY=9.0, **rising) == -1.0
    assert score(Part.VOLATILITY, VOLATILITY=0.5, **falling) == -1.0
    assert score(Part.SPREAD, SPREAD=0.45, **rising) == -1.0
    assert score(Part.SPREAD, SPREAD=0.45, **falling) == 1.0


def test_the_lean_is_the_mean_of_the_scores_by_weight():
    found = regime_scores(table({}), last=1, rule=RULE)
    # 0.5, 0.75, 0, 1, -0.25, 0, 0.5, -1 by 0.20, 0.25, 0.20, 0.15, 0.05, 0.05, 0.05, 0.05.
    assert found.scores[0] == pytest.approx([0.5, 0.75, 0, 1, -0.25, 0, 0.5, -1])
    assert found.lean[0] == pytest.approx(0.4)
    assert found.known_frac[0] == pytest.approx(1.0)


def test_what_is_not_known_has_no_score_and_does_not_count_as_zero():
    found = regime_scores(table({Part.SPOT_CVD: NAN, Part.BASIS: NAN}), last=1, rule=RULE)
    assert np.isnan(found.scores[0, [Part.SPOT_CVD, Part.BASIS]]).all()
    assert found.known_frac[0] == pytest.approx(0.7)
    # 0.10 + 0 + 0.15 - 0.0125 + 0.025 - 0.05 = 0.2125, over 0.70.
    assert found.lean[0] == pytest.approx(0.2125 / 0.7)


def test_nothing_known_is_no_lean():
    found = regime_scores(np.full((6, 8), NAN), rule=RULE)
    assert np.isnan(found.lean).all()
    assert found.known_frac.tolist() == [0.0] * 6
    assert np.isnan(weighted_mean(np.zeros((0, 8)), WEIGHTS)).tolist() == []


def test_a_rank_needs_enough_values_before_and_never_counts_its_own():
    values = table({})
    assert np.isnan(regime_scores(values[1:], last=1, rule=RULE).ranks).all()
    assert regime_scores(values, last=1, rule=RULE).ranks[0, Part.OPEN_INTEREST] == 1.0


def test_what_is_older_than_a_day_does_not_count():
    values = np.concatenate([np.full((50, 8), 1e9), table({})])
    rule = ScoreRule(day=4, least=4)
    assert regime_scores(values, last=1, rule=rule).scores[0, Part.PRICE] == 0.5


def test_the_scores_of_the_past_do_not_change_with_what_comes():
    values = np.random.default_rng(3).normal(size=(80, 8))
    whole = regime_scores(values, rule=RULE)
    assert np.array_equal(
        whole.scores[:50], regime_scores(values[:50], rule=RULE).scores, equal_nan=True
    )
    assert np.array_equal(
        whole.scores[-7:], regime_scores(values, last=7, rule=RULE).scores, equal_nan=True
    )


def test_weights_add_up_to_one():
    assert sum(WEIGHTS) == pytest.approx(1.0)
    assert len(WEIGHTS) == len(Part)


def test_as_a_table_each_part_has_its_columns():
    columns = regime_scores(table({}), last=1, rule=RULE).columns()
    assert columns["score_price_frac"].tolist() == [0.5]
    assert columns["rank_open_interest_frac"].tolist() == [1.0]
    assert len(columns) == 18
