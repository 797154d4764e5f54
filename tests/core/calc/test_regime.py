import numpy as np
import pytest

from core.calc.regime import Regime, RegimeRule, regimes, run_start
from core.calc.regime_scores import Scores
from core.calc.regime_values import Part
from tests.support.regime import NAN


def scores(*rows):
    """Rows of (price, spot CVD, perp CVD)."""
    table = np.full((len(rows), len(Part)), NAN)
    table[:, [Part.PRICE, Part.SPOT_CVD, Part.PERP_CVD]] = rows
    return Scores(table, table, table[:, 0], table[:, 0])


def words(*rows, **more):
    return [Regime(each) for each in regimes(scores(*rows), **more).words]


@pytest.mark.parametrize(
    ("row", "word"),
    [
        ((0.8, 0.9, 0.7), "BULLISH CVD"),
        ((-0.8, -0.9, -0.7), "BEARISH CVD"),
        ((-0.8, 0.9, 0.7), "BULLISH ABSORPTION"),
        ((0.8, -0.9, -0.7), "BEARISH ABSORPTION"),
        ((0.1, -0.9, -0.7), "BULLISH ABSORPTION"),
        ((-0.1, 0.9, 0.7), "BEARISH ABSORPTION"),
        ((0.9, 0.2, -0.3), "EQUILIBRIUM"),
        ((0.9, 0.9, -0.9), "EQUILIBRIUM"),
        ((NAN, 0.9, 0.9), "NOT KNOWN"),
        ((0.9, NAN, NAN), "NOT KNOWN"),
    ],
)
def test_the_word_is_what_flow_and_price_do_to_each_other(row, word):
    (found,) = words(row)
    assert found.word == word


def test_the_flow_is_both_cvds_by_weight_and_of_one_alone_where_the_other_is_not_known():
    found = regimes(scores((0.8, 0.9, 0.0), (0.8, NAN, 0.6), (0.8, -0.4, NAN)))
    assert found.flow == pytest.approx([0.5, 0.6, -0.4])  # 0.25 * 0.9 / 0.45
    assert found.flow_way.tolist() == [1, 1, 0]


def test_a_word_that_holds_does_not_flicker_at_the_threshold():
    rows = [(0.8, each, each) for each in (0.45, 0.55, 0.4, 0.36, 0.34, 0.45)]
    assert regimes(scores(*rows)).flow_way.tolist() == [0, 1, 1, 1, 0, 0]
    rows = [(each, 0.9, 0.9) for each in (0.25, 0.31, 0.21, 0.19, -0.31)]
    assert regimes(scores(*rows)).price_way.tolist() == [0, 1, 1, 0, -1]


def test_a_flow_that_turns_round_does_not_keep_its_way():
    rows = [(0.8, each, each) for each in (0.9, -0.4, -0.6)]
    assert regimes(scores(*rows)).flow_way.tolist() == [1, 0, -1]


def test_minutes_go_on_from_those_before():
    rows = [(0.8, each, each) for each in (0.55, 0.4, NAN, 0.4)]
    whole = regimes(scores(*rows))
    first = regimes(scores(*rows[:1]))
    rest = regimes(scores(*rows[1:]), before=first)
    assert [*first.words, *rest.words] == whole.words.tolist()
    assert whole.flow_way.tolist() == [1, 1, 0, 0], "nothing is carried across what is not known"


def test_the_thresholds_can_be_others():
    rule = RegimeRule(flow_begins=0.95, flow_ends=0.9)
    assert words((0.8, 0.9, 0.9), rule=rule) == [Regime.EQUILIBRIUM]


@pytest.mark.parametrize(
    ("words", "start"), [([1], 0), ([1, 1], 0), ([2, 1, 1], 1), ([1, 2, 1], 2)]
)
def test_the_newest_word_holds_since_the_last_other_one(words, start):
    assert run_start(np.array(words)) == start
