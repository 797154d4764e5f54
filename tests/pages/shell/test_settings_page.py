import tomllib

import pytest
from streamlit.testing.v1 import AppTest

from data.settings import load_settings
from data.thresholds import BOUNDS
from tests.support.app import ROOT
from tests.support.market import Installed, StillSource, still_runtime


@pytest.fixture
def run(tmp_path):
    with Installed(still_runtime(tmp_path, StillSource(name="starting"))) as run:
        yield run


@pytest.fixture
def page(run):
    assert run.settings.home.exists()
    script = ROOT / "pages" / "settings.py"
    return AppTest.from_file(str(script), default_timeout=20).run()


def field(page, name):
    (found,) = [each for each in page.text_input if each.key.startswith(f"threshold_{name}_")]
    return found


def kept(run):
    file = run.settings.home / "settings.toml"
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def test_every_threshold_has_an_input_with_its_unit_and_meaning(page):
    assert not page.exception
    for name, bounds in BOUNDS.items():
        assert bounds.unit in field(page, name).label
        assert bounds.help in field(page, name).help


def test_what_is_chosen_is_in_force_at_once_and_at_the_next_start(run, page):
    field(page, "whale_quote").set_value("250,000").run()
    assert run.settings.thresholds.whale_quote == 250_000
    environ = {"TAPESCOPE_HOME": str(run.settings.home)}
    assert load_settings(environ, project=ROOT).thresholds.whale_quote == 250_000


def test_one_that_is_not_as_at_the_start_can_be_put_back(run, page):
    field(page, "whale_quote").set_value("250,000").run()
    page.button(key="reset_whale_quote").click().run()
    assert field(page, "whale_quote").value == "500,000"
    assert "whale_quote" not in kept(run)["thresholds"]
    assert "reset_whale_quote" not in {each.key for each in page.button}


def test_an_input_that_is_put_back_is_another_so_that_a_late_browser_undoes_nothing(page):
    keys = [field(page, "whale_quote").key]
    field(page, "whale_quote").set_value("250,000").run()
    keys.append(field(page, "whale_quote").key)
    page.button(key="thresholds_reset").click().run()
    keys.append(field(page, "whale_quote").key)
    field(page, "whale_quote").set_value("<b>").run()
    page.button(key="reset_whale_quote").click().run()
    keys.append(field(page, "whale_quote").key)
    assert len(set(keys)) == 4


def test_all_can_be_put_back_even_where_one_alone_would_be_on_the_wrong_side(run, page):
    field(page, "whale_quote").set_value("1").run()
    field(page, "mega_quote").set_value("2").run()
    page.button(key="thresholds_reset").click().run()
    assert (field(page, "whale_quote").value, field(page, "mega_quote").value) == (
        "500,000",
        "5,000,000",
    )
    assert "thresholds" not in kept(run)


@pytest.mark.parametrize("text", ["-5", "<b>", "1e99", ""])
def test_what_cannot_be_is_refused_by_name_and_what_holds_is_said(run, page, text):
    field(page, "flow_window_s").set_value(text).run()
    (said,) = [each.value.replace("\\", "") for each in page.error]
    assert "Order flow: window" in said
    assert "In force: 60 s" in said
    assert run.settings.thresholds.flow_window_s == 60
    assert kept(run) == {}
    field(page, "flow_window_s").set_value("30").run()
    assert not page.error


def test_a_file_that_cannot_be_written_is_told(run, page):
    (run.settings.home / "settings.toml").write_text("seed = = 1", encoding="utf-8")
    field(page, "flow_window_s").set_value("30").run()
    assert "cannot be written" in page.error[0].value


def test_the_palette_is_kept(run, page):
    page.segmented_control(key="palette_classic").set_value("colour-blind").run()
    assert (run.settings.palette, kept(run)["palette"]) == ("colour-blind", "colour-blind")


def test_what_the_file_says_of_the_source_is_shown(page):
    shown = " ".join(each.value for each in page.html)
    for each in ("retain_days", "30 days", "retain_gb", "20 GB", "binance.perp.BTCUSDT"):
        assert each in shown
