import pytest

from core.domain.errors import SettingsError
from data.alerts.rules import MOST_RULES, Rules
from data.thresholds import Thresholds
from tests.support.alerts import rule


@pytest.fixture
def path(tmp_path):
    return tmp_path / "alerts.toml"


def test_rules_are_there_again_at_the_next_start(path):
    first, second = rule(name="<b>one</b>"), rule("burst", "new marker", side="buy")
    rules = Rules(path)
    assert rules.all() == ()
    rules.add(first)
    rules.add(second)
    assert Rules(path).all() == (first, second)


def test_what_a_wall_is_belongs_to_the_settings_and_is_not_kept_with_a_rule(path):
    rules = Rules(path, lambda: Thresholds(wall_btc_base=12.0))
    rules.add(rules.meant(rule("wall_distance")))
    assert rules.all()[0].spec.wall_btc_base == 12.0
    assert "wall_btc_base" not in path.read_text()
    assert Rules(path).all()[0].spec.wall_btc_base == 15.0
    path.write_text(path.read_text() + "wall_btc_base = 3.0\n")
    assert "there is no 'wall_btc_base'" in Rules(path).problems[0]


def test_a_rule_is_armed_replaced_and_deleted(path):
    rules, made = Rules(path), rule(armed=False)
    rules.add(made)
    rules.arm(made.id, on=True)
    assert [each.armed for each in Rules(path).all()] == [True]
    rules.add(rule(id=made.id, name="other"))
    assert [each.name for each in Rules(path).all()] == ["other"]
    rules.delete(made.id)
    assert Rules(path).all() == ()


def test_a_rule_that_cannot_be_is_named_and_the_others_are_kept(path):
    rules = Rules(path)
    rules.add(rule(name="good"))
    path.write_text(path.read_text() + '\n[[rule]]\nname = "bad"\nfigure = "<b>"\n')
    again = Rules(path)
    assert [each.name for each in again.all()] == ["good"]
    assert "rule 2" in again.problems[0]
    again.add(rule(name="new"))
    assert 'figure = "<b>"' in path.read_text()


@pytest.mark.parametrize("text", ["rule = [", "rule = 3", "\x00"])
def test_a_file_that_cannot_be_read_is_said_and_never_written_over(path, text):
    path.write_text(text)
    rules = Rules(path)
    assert rules.all() == ()
    assert "alerts.toml" in rules.problems[0]
    with pytest.raises(SettingsError, match="mend or remove"):
        rules.add(rule())
    assert path.read_text() == text


def test_there_is_a_bound(path):
    rules = Rules(path)
    for _ in range(MOST_RULES):
        rules.add(rule())
    with pytest.raises(SettingsError, match="delete one"):
        rules.add(rule())


def test_a_folder_that_cannot_be_written_changes_nothing(tmp_path):
    (tmp_path / "taken").write_text("")
    rules = Rules(tmp_path / "taken" / "alerts.toml")
    with pytest.raises(SettingsError, match=r"alerts\.toml"):
        rules.add(rule())
    assert rules.all() == ()
