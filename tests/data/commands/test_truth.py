"""`python -m data truth`: how good each marker has to be, and how the table tells it."""

import pytest

from core.calc.scores import Score
from data.__main__ import main
from data.commands.judging import JUDGED, Verdict, judge

SEEDS = (1, 2, 3)
pytestmark = pytest.mark.timeout(300)  # six markets are played and judged before the first test

# Least recall and precision, most false alarms in a quiet hour. All were measured on seeds 1 to 9,
# three at a time, and lie a little beyond the worst of these. What marks the top of what is usual
# (bursts, large trades) goes off in a quiet hour by its definition.
BOUNDS = {
    "burst": (0.9, 0.5, 12.0),
    "micro-push": (0.8, 0.8, 4.0),
    "micro-pullback": (0.8, 0.8, 3.0),
    "diminishing-bursts": (0.8, 0.7, 1.0),
    "book-sweep": (0.95, 0.85, 1.0),
    "large-trade": (0.95, 0.55, 6.0),
    "absorption": (0.9, 0.95, 0.3),
    "effort-no-result": (0.9, 0.95, 0.3),
    "bar-absorption": (0.85, 0.75, 0.3),
    "delta-fade": (0.85, 0.85, 4.0),
    "volume-collapse": (0.8, 0.85, 3.0),
    "stop-grab": (0.85, 0.85, 0.4),
    "stacked-imbalance": (0.95, 0.75, 2.0),
    "cvd-divergence-slope": (0.85, 0.95, 0.3),
    "cvd-divergence-swing": (0.75, 0.55, 1.5),
    "liquidation-cluster": (0.95, 0.95, 0.2),
    "liquidation-cascade": (0.95, 0.95, 0.0),
    "wall": (0.95, 0.85, 2.5),
    "wall-pulled-near": (0.95, 0.85, 1.5),
    "wall-pulled-far": (0.95, 0.7, 2.5),
    "wall-eaten": (0.95, 0.95, 0.4),
    "wall-mixed": (0.95, 0.95, 0.4),
    "fleeting-wall": (0.95, 0.9, 1.0),
    "iceberg": (0.85, 0.85, 0.4),
}
WITHOUT_TWINS = {"liquidation-cluster", "wall"}


@pytest.fixture(scope="module")
def verdicts():
    first, *others = map(judge, SEEDS)
    for each in others:
        first = {name: first[name] + each[name] for name in first}
    return first


def test_every_judged_marker_has_bounds():
    assert list(BOUNDS) == list(JUDGED)


@pytest.mark.parametrize("name", BOUNDS)
def test_a_marker_finds_what_was_planted(verdicts, name):
    score = verdicts[name].score
    assert score.true >= 12
    assert score.recall >= BOUNDS[name][0], score


@pytest.mark.parametrize("name", BOUNDS)
def test_what_a_marker_marks_at_plants_and_twins_was_planted(verdicts, name):
    score = verdicts[name].score
    assert score.precision >= BOUNDS[name][1], score


@pytest.mark.parametrize("name", [name for name in BOUNDS if name not in WITHOUT_TWINS])
def test_a_marker_is_not_taken_in_by_a_twin(verdicts, name):
    verdict = verdicts[name]
    assert verdict.twins >= 12
    assert verdict.twins_marked == 0


@pytest.mark.parametrize("name", BOUNDS)
def test_a_marker_is_still_while_nothing_happens(verdicts, name):
    verdict = verdicts[name]
    assert verdict.quiet_h >= 3
    assert verdict.alarms_per_h <= BOUNDS[name][2]


def test_verdicts_of_two_markets_add_up():
    one = Verdict(Score(2, 2, 1), 3, 1, alarms=4, quiet_h=2.0, elsewhere=5)
    both = one + Verdict(Score(2, 1, 1), 3, 0, alarms=1, quiet_h=0.5, elsewhere=6)
    assert both == Verdict(Score(4, 3, 2), 6, 1, alarms=5, quiet_h=2.5, elsewhere=11)
    assert both.alarms_per_h == 2.0


def test_the_table_has_a_line_for_every_marker(capsys):
    assert main(["truth", "--markets", "1", "--count", "1", "--seed", "2"]) == 0
    head, *lines = capsys.readouterr().out.splitlines()
    assert head.split() == [
        "marker", "planted", "found", "recall", "precision", "twins", "alarms/h"
    ]  # fmt: skip
    rows = [line.split() for line in lines[: len(JUDGED)]]
    assert [row[0] for row in rows] == list(JUDGED)
    assert {len(row) for row in rows} == {7}
    told = dict(zip(head.split(), rows[list(JUDGED).index("liquidation-cluster")], strict=True))
    assert told == {
        "marker": "liquidation-cluster",
        "planted": "2",
        "found": "2",
        "recall": "1.00",
        "precision": "1.00",
        "twins": "-",
        "alarms/h": "0.0",
    }


@pytest.mark.parametrize("option", [("--seed", "0"), ("--markets", "x"), ("--count", "101")])
def test_an_option_that_is_no_such_number_is_one_sentence(option, capsys):
    with pytest.raises(SystemExit) as left:
        main(["truth", *option])
    assert left.value.code == 2
    assert "a whole number from 1 to" in capsys.readouterr().err
