import threading

import pytest

from core.domain.errors import SettingsError
from data.remembered import remember
from data.settings import load_settings


def remembered(home):
    return load_settings({"TAPESCOPE_HOME": str(home)}, project=home).layers


def test_what_was_chosen_is_a_setting_of_the_next_start(tmp_path):
    remember(tmp_path / "settings.toml", "layers", ["vwap", "profile(of: window)"])
    assert remembered(tmp_path) == ("vwap", "profile(of: window)")
    remember(tmp_path / "settings.toml", "layers", [])
    assert remembered(tmp_path) == ()


def test_before_the_first_choice_nothing_is_remembered(tmp_path):
    assert remembered(tmp_path) is None


def test_all_else_in_the_file_stays_as_it_was(tmp_path):
    path = tmp_path / "settings.toml"
    before = "# mine\nseed = 9  # lucky\n\n[endpoints]\nBINANCE_SPOT_WS = 'ws://127.0.0.1:9000'\n"
    path.write_text(before, encoding="utf-8")
    remember(path, "layers", ["vwap"])
    after = path.read_text(encoding="utf-8")
    for line in before.splitlines():
        assert line in after
    assert remembered(tmp_path) == ("vwap",)
    assert load_settings({"TAPESCOPE_HOME": str(tmp_path)}, project=tmp_path).seed == 9


def test_a_file_that_cannot_be_read_is_left_alone_and_named(tmp_path):
    path = tmp_path / "settings.toml"
    path.write_text("seed = = 9", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"settings\.toml cannot be written"):
        remember(path, "layers", ["vwap"])
    assert path.read_text(encoding="utf-8") == "seed = = 9"


def test_a_list_of_something_else_is_refused_by_name(tmp_path):
    (tmp_path / "settings.toml").write_text("layers = [1]", encoding="utf-8")
    with pytest.raises(SettingsError, match="layers must be a list such as"):
        remembered(tmp_path)


def test_two_tabs_do_not_spoil_one_anothers_choice(tmp_path):
    path = tmp_path / "settings.toml"
    choices = [[f"layer_{which}"] * 50 for which in "abcd"]
    threads = [threading.Thread(target=remember, args=(path, "layers", each)) for each in choices]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(remembered(tmp_path)) in choices


def test_a_threshold_is_kept_in_its_table_and_leaves_it_as_the_default(tmp_path):
    path = tmp_path / "settings.toml"
    path.write_text("seed = 9\n\n[thresholds]\n# mine\nmega_quote = 6e6\n", encoding="utf-8")
    remember(path, "thresholds.whale_quote", 250_000.0)
    after = load_settings({"TAPESCOPE_HOME": str(tmp_path)}, project=tmp_path)
    assert (after.thresholds.whale_quote, after.thresholds.mega_quote) == (250_000, 6_000_000)
    assert "# mine" in path.read_text(encoding="utf-8")
    remember(path, "thresholds.whale_quote", None)
    remember(path, "thresholds.flow_window_s", None)
    assert "whale_quote" not in path.read_text(encoding="utf-8")
    assert load_settings({"TAPESCOPE_HOME": str(tmp_path)}, project=tmp_path).seed == 9


def test_a_table_is_made_where_there_is_none_and_words_and_switches_are_kept_beside_it(tmp_path):
    path = tmp_path / "new" / "settings.toml"
    remember(path, "thresholds.whale_quote", 1)
    remember(path, "palette", "colour-blind")
    remember(path, "hud", value=True)
    remember(path, "coins", ("SOL", "BTC"))
    after = load_settings({"TAPESCOPE_HOME": str(path.parent)}, project=tmp_path)
    assert after.thresholds.whale_quote == 1
    assert (after.palette, after.hud, after.coins) == ("colour-blind", True, ("SOL", "BTC"))


def test_what_is_no_table_is_left_alone_and_named(tmp_path):
    path = tmp_path / "settings.toml"
    path.write_text("thresholds = 3", encoding="utf-8")
    with pytest.raises(SettingsError, match="thresholds is no table"):
        remember(path, "thresholds.whale_quote", 1.0)
    assert path.read_text(encoding="utf-8") == "thresholds = 3"
