import pytest

from core.domain.errors import SettingsError
from data.setting_values import Outlets
from data.settings import load_settings


def settings(folder, text):
    (folder / "settings.toml").write_text(text)
    return load_settings({"TAPESCOPE_HOME": str(folder)}, project=folder)


def test_alerts_go_nowhere_until_an_address_is_set_up(tmp_path):
    assert settings(tmp_path, "").alerts == Outlets()
    found = settings(tmp_path, '[alerts]\nurls = ["ntfy://topic"]\ntests = true\n').alerts
    assert found == Outlets(("ntfy://topic",), tests=True)


@pytest.mark.parametrize(
    "text",
    ["alerts = 1", "[alerts]\nurl = []", "[alerts]\nurls = [1]", '[alerts]\ntests = "perhaps"'],
)
def test_what_cannot_be_is_named(tmp_path, text):
    with pytest.raises(SettingsError, match="alerts"):
        settings(tmp_path, text)


def test_a_key_is_never_repeated_in_what_is_said(tmp_path):
    with pytest.raises(SettingsError) as refused:
        settings(tmp_path, '[alerts]\nurls = ["slack://secret", 1]')
    assert "secret" not in str(refused.value)
