from math import inf

import pytest

from core.domain.errors import SettingsError
from core.domain.instrument import InstrumentId, MarketKind, Venue
from data.settings import DEFAULT_INSTRUMENTS, Settings, chosen, load_settings


def write(tmp_path, text):
    (tmp_path / "settings.toml").write_text(text)
    return {"TAPESCOPE_HOME": str(tmp_path)}


def test_without_a_file_every_default_holds(tmp_path):
    settings = load_settings({}, project=tmp_path)
    assert settings.home == tmp_path / "workspace"
    assert settings.source == "auto"
    assert len(settings.instruments) == 18
    assert settings.instruments == DEFAULT_INSTRUMENTS


def test_the_environment_wins_over_the_file(tmp_path):
    environ = write(tmp_path, 'source = "live"\nseed = 3\nspeed = 2\n')
    environ |= {"TAPESCOPE_SOURCE": "replay", "TAPESCOPE_REPLAY": "a.gz", "TAPESCOPE_SPEED": "inf"}
    settings = load_settings(environ, project=tmp_path)
    assert (settings.source, settings.seed, settings.speed) == ("replay", 3, inf)
    assert [path.name for path in settings.replay] == ["a.gz"]


def test_books_and_raw_frames_are_recorded_as_the_trader_says(tmp_path):
    settings = load_settings({}, project=tmp_path)
    assert (settings.record_books, settings.record_raw) == (True, False)
    environ = write(tmp_path, "record_books = false\nrecord_raw = true\n")
    settings = load_settings(environ, project=tmp_path)
    assert (settings.record_books, settings.record_raw) == (False, True)
    environ |= {"TAPESCOPE_RECORD_BOOKS": "on", "TAPESCOPE_RECORD_RAW": "off"}
    settings = load_settings(environ, project=tmp_path)
    assert (settings.record_books, settings.record_raw) == (True, False)


def test_naming_a_recording_in_the_environment_plays_it(tmp_path):
    assert load_settings({"TAPESCOPE_REPLAY": "a.gz"}, project=tmp_path).source == "replay"


def test_instruments_are_read(tmp_path):
    environ = write(tmp_path, 'instruments = ["okx.perp.XRP-USDT-SWAP"]\n')
    settings = load_settings(environ, project=tmp_path)
    assert settings.instruments == (InstrumentId.parse("okx.perp.XRP-USDT-SWAP"),)


def test_endpoints_come_from_file_and_environment(tmp_path):
    environ = write(tmp_path, '[endpoints]\nOKX_PERP_REST = "http://127.0.0.1:1"\n')
    environ["TAPESCOPE_ENDPOINT_BINANCE_SPOT_WS"] = "ws://127.0.0.1:2/"
    assert load_settings(environ, project=tmp_path).endpoints == {
        (Venue.OKX, MarketKind.PERP, "REST"): "http://127.0.0.1:1",
        (Venue.BINANCE, MarketKind.SPOT, "WS"): "ws://127.0.0.1:2",
    }


def test_what_is_recorded_and_kept_is_read(tmp_path):
    settings = load_settings({}, project=tmp_path)
    assert (settings.record, settings.retain_days, settings.retain_gb) == (True, 30, 20)
    environ = write(tmp_path, "record = false\nretain_days = 2\nretain_gb = 0.5\n")
    settings = load_settings(environ, project=tmp_path)
    assert (settings.record, settings.retain_days, settings.retain_gb) == (False, 2, 0.5)
    environ = write(tmp_path, 'retain_days = "off"\nretain_gb = "off"\n')
    settings = load_settings({**environ, "TAPESCOPE_RECORD": "off"}, project=tmp_path)
    assert (settings.record, settings.retain_days, settings.retain_gb) == (False, None, None)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("colour = 1", "colour"),
        ('source = "paper"', "source"),
        ("seed = -1", "seed"),
        ('seed = "x"', "seed"),
        ("speed = 0", "speed"),
        ("speed = nan", "speed"),
        ("instruments = []", "instruments"),
        ('instruments = ["binance.perp.<b>"]', "instruments"),
        ('instruments = ["kraken.spot.XBT"]', "kraken"),
        ("replay = [1]", "replay"),
        ("endpoints = 3", "endpoints"),
        ('[endpoints]\nKRAKEN_SPOT_WS = "ws://x:1"', "KRAKEN"),
        ('[endpoints]\nOKX_SPOT_WS = "http://x:1"', "OKX_SPOT_WS"),
        ("source = ", "settings.toml"),
        ('record = "maybe"', "record"),
        ("record = 2", "record"),
        ("retain_days = -1", "retain_days"),
        ("retain_days = 1.5", "retain_days"),
        ("retain_days = true", "retain_days"),
        ("retain_gb = 0", "retain_gb"),
        ("retain_gb = inf", "retain_gb"),
        ("retain_gb = nan", "retain_gb"),
        ('retain_gb = "20"', "retain_gb"),
        ("thresholds = 3", "thresholds must be a table"),
        ("[thresholds]\nwhale = 1", "whale is not a threshold"),
        ("[thresholds]\nwhale_quote = 0", "whale_quote"),
        ("[thresholds]\nwhale_quote = true", "whale_quote must be a number"),
        ('palette = "grey"', "palette must be one of classic, colour-blind"),
        ("palette = 1", "palette"),
        ("coins = []", "coins"),
        ('coins = ["<b>"]', "coins"),
        ('coins = "BTC"', "coins"),
        ("hud = 3", "hud"),
    ],
)
def test_a_bad_setting_is_refused_by_name(tmp_path, text, names):
    with pytest.raises(SettingsError, match=names):
        load_settings(write(tmp_path, text), project=tmp_path)


def test_a_file_that_is_no_text_is_refused(tmp_path):
    (tmp_path / "settings.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings({"TAPESCOPE_HOME": str(tmp_path)}, project=tmp_path)


@pytest.mark.parametrize(
    "address",
    [
        "ws://[abc",
        "ws://x:99999",
        "ws://x:y",
        "ws://x:1/?a=1",
        "ws://x:1/path",
        "ws://me:secret@x:1",
        "ws://",
        "ws://x:1#a",
    ],
)
def test_an_endpoint_that_is_more_or_less_than_an_address_is_refused(tmp_path, address):
    environ = {"TAPESCOPE_ENDPOINT_OKX_SPOT_WS": address}
    with pytest.raises(SettingsError, match="OKX_SPOT_WS"):
        load_settings(environ, project=tmp_path)


@pytest.mark.parametrize("address", ["ws://127.0.0.1:1", "wss://[::1]:65535", "ws://host.example"])
def test_an_endpoint_is_kept_as_it_is(tmp_path, address):
    settings = load_settings({"TAPESCOPE_ENDPOINT_OKX_SPOT_WS": address}, project=tmp_path)
    assert list(settings.endpoints.values()) == [address]


def test_a_recording_whose_name_has_a_colon_is_one_recording(tmp_path):
    name = tmp_path / "2026-11-21T08:00.gz"
    name.touch()
    assert load_settings({"TAPESCOPE_REPLAY": str(name)}, project=tmp_path).replay == (name,)
    both = load_settings({"TAPESCOPE_REPLAY": "a.gz:b.gz"}, project=tmp_path).replay
    assert [path.name for path in both] == ["a.gz", "b.gz"]


def test_thresholds_are_a_table_of_their_own(tmp_path):
    environ = write(tmp_path, "seed = 3\n[thresholds]\nwhale_quote = 250_000\nflow_window_s = 30\n")
    settings = load_settings(environ, project=tmp_path)
    assert (settings.thresholds.whale_quote, settings.thresholds.flow_window_s) == (250_000, 30)
    assert (settings.thresholds.danger_quote, settings.seed) == (1_000_000, 3)


def test_what_is_chosen_on_a_page_is_read_as_the_file_is(tmp_path):
    settings = Settings(home=tmp_path)
    assert chosen(settings, "coins", ["SOL", "SOL", "BTC"]).coins == ("SOL", "BTC")
    assert chosen(settings, "thresholds.whale_quote", 9.0).thresholds.whale_quote == 9
    other = chosen(settings, "palette", "colour-blind")
    assert (settings.palette, other.palette) == ("classic", "colour-blind")
    assert chosen(other, "palette", None) == settings


@pytest.mark.parametrize(
    ("key", "value", "names"),
    [
        ("colour", "red", "colour is not a setting"),
        ("colour", None, "colour is not a setting"),
        ("thresholds.colour", 1.0, "colour is not a threshold"),
        ("thresholds.whale_quote", 1e13, "whale_quote"),
        ("palette.x", "y", "palette.x is not a setting"),
        ("coins", ["a b"], "coins must be a list"),
    ],
)
def test_what_cannot_be_chosen_is_refused_by_name(tmp_path, key, value, names):
    with pytest.raises(SettingsError, match=names):
        chosen(Settings(home=tmp_path), key, value)
