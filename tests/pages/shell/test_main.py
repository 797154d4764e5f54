import pytest

from core.domain.units import NS_PER_S
from data.feeds.health import State
from data.runtime import runtime
from data.views.footprint import CutBar
from pages.layers.presets import PRESETS
from pages.layers.registry import FIRST_SHOWN
from pages.shell.mounts import _click
from tests.support.market import Installed, StillSource, still_runtime
from tests.support.script import main_script
from tests.support.trades import START_NS, instrument, trades

LISTED = [
    instrument("binance.perp.BTCUSDT"),
    instrument("okx.perp.BTC-USDT-SWAP"),
    instrument("bybit.spot.BTCUSDT"),
]
TAPE = trades((0, 1000, 5, 1), (10, 1020, 7, 1), (20, 990, 4, -1))


@pytest.fixture
def full(tmp_path):
    source = StillSource(LISTED, now_ns=START_NS + 30 * NS_PER_S, notes=["Seed *7* <b>."])
    with Installed(still_runtime(tmp_path, source, [(LISTED[0], TAPE)])) as run:
        yield run


@pytest.fixture
def empty(tmp_path):
    source = StillSource(name="starting", notes=["Asking the exchanges whether they answer."])
    with Installed(still_runtime(tmp_path, source)) as run:
        yield run


def html(page):
    return " ".join(each.value for each in page.html)


def texts(page):
    return " ".join(each.value for kind in ("caption", "info") for each in page.get(kind))


@pytest.mark.usefixtures("empty")
def test_without_a_market_every_page_says_what_is_being_waited_for():
    page = main_script().run()
    assert not page.exception
    assert "Asking the exchanges" in texts(page)
    page.switch_page("../health.py").run()
    assert not page.exception
    assert "There are no connections yet" in html(page)


@pytest.mark.usefixtures("full")
def test_with_a_market_the_sidebar_offers_it():
    page = main_script().run()
    assert not page.exception
    assert page.selectbox(key="instrument").options == [str(each.id) for each in LISTED]
    assert page.selectbox(key="instrument").value == "binance.perp.BTCUSDT"
    assert page.get("segmented_control")[0].value == "1m"
    on = [toggle.key for toggle in page.toggle if toggle.value]
    assert sorted(on) == sorted(f"layer_{name}" for name in FIRST_SHOWN.layers)


@pytest.mark.usefixtures("full")
def test_only_the_same_kind_of_market_can_be_summed():
    page = main_script().run()
    assert page.multiselect(key="sum_with").options == ["okx"]
    page.selectbox(key="instrument").set_value("bybit.spot.BTCUSDT").run()
    assert not page.exception
    assert not page.multiselect


@pytest.mark.usefixtures("full")
def test_every_choice_runs_without_an_error():
    page = main_script().run()
    page.multiselect(key="sum_with").select("okx").run()
    page.selectbox(key="profile_rows").set_value("50 ticks").run()
    for toggle in range(len(page.toggle)):
        page.toggle[toggle].set_value(not page.toggle[toggle].value).run()
    assert not page.exception
    page.selectbox(key="rows").set_value("10 ticks").run()
    page.button(key="follow").click().run()
    assert not page.exception


@pytest.mark.usefixtures("full")
def test_the_banner_says_simulated_and_outside_text_stays_text():
    page = main_script().run()
    assert any("SIMULATED" in each.value for each in page.markdown)
    assert r"Seed \*7\* \<b\>\." in texts(page)


def test_of_dozens_of_notes_three_lines_are_shown_and_the_rest_counted(tmp_path):
    notes = [f"Exchange {number} could not be reached: {'x' * 100}." for number in range(12)]
    source = StillSource(LISTED, now_ns=START_NS, notes=[*notes, notes[0]])
    with Installed(still_runtime(tmp_path, source, [(LISTED[0], TAPE)])):
        page = main_script().run()
    assert not page.exception
    (words,) = [each.value for each in page.caption if "Exchange 0" in each.value]
    assert "Exchange 2" in words
    assert "Exchange 3" not in words
    assert words.endswith("And 9 more.")


@pytest.mark.usefixtures("full")
def test_an_address_with_nonsense_falls_back_to_the_first_view():
    page = main_script()
    page.query_params["instrument"] = "<script>"
    page.query_params["timeframe"] = "7m"
    page.query_params["bars"] = "100000000"
    page.run()
    assert not page.exception
    assert page.selectbox(key="instrument").value == "binance.perp.BTCUSDT"


def test_health_shows_refused_frames_as_a_number_and_with_their_bytes(full):
    full.health.refused(
        LISTED[0].id.venue,
        LISTED[0].id.kind,
        raw=b'{"<script>": 1}',
        reason="no price",
        now_ns=START_NS,
    )
    page = main_script().run()
    page.switch_page("../health.py").run()
    assert not page.exception
    assert "Refused frames: 1" in texts(page)
    shown = html(page)
    assert "&lt;script&gt;" in shown
    assert "no price" in shown
    assert runtime() is full


@pytest.mark.parametrize("source", ["simulated", "replay"])
def test_without_connections_health_shows_what_is_held_only(tmp_path, source):
    market = StillSource(LISTED, name=source, now_ns=START_NS + 30 * NS_PER_S)
    with Installed(still_runtime(tmp_path, market, [(LISTED[0], TAPE)])) as run:
        run.health.refused(
            LISTED[0].id.venue, LISTED[0].id.kind, raw=b"x", reason="cut", now_ns=START_NS
        )
        page = main_script().run()
        page.switch_page("../health.py").run()
        assert not page.exception
        shown = html(page)
    assert "There are no connections: " in shown
    assert 'data-testid="channels"' not in shown
    assert 'data-testid="buffers"' in shown
    assert 'data-testid="books"' in shown
    assert 'data-testid="refused"' in shown
    assert "var(--ts-buy)" not in shown


def test_the_banner_of_a_live_market_without_a_live_channel_is_not_live(tmp_path):
    market = StillSource(LISTED, name="live", now_ns=START_NS)
    with Installed(still_runtime(tmp_path, market)) as run:
        for each in LISTED:
            run.health.set_state(each.id, "trades", State.STALE, now_ns=START_NS)
        assert any("NOT LIVE" in each.value for each in main_script().run().markdown)
        run.health.set_state(LISTED[0].id, "trades", State.LIVE, now_ns=START_NS)
        assert not any("NOT LIVE" in each.value for each in main_script().run().markdown)


def test_only_what_is_not_live_is_left_by_the_filter(tmp_path):
    market = StillSource(LISTED, name="live", now_ns=START_NS)
    with Installed(still_runtime(tmp_path, market)) as run:
        for each, state in zip(LISTED, (State.LIVE, State.STALE, State.LIVE), strict=True):
            run.health.set_state(each.id, "trades", state, now_ns=START_NS, reason="it is <late>")
        page = main_script().run()
        page.switch_page("../health.py").run()
        assert "1 of 3 channels is not live: OKX perp BTC-USDT-SWAP trades is stale" in html(page)
        assert "● LIVE" in html(page)
        page.get("segmented_control")[0].set_value("Not live").run()
        assert not page.exception
        assert "● LIVE" not in html(page)
        assert "it is &lt;late&gt;" in html(page)


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        "x",
        {"bar_ns": "a", "focus_ns": "1"},
        {"bar_ns": "5", "focus_ns": "4"},
        {"bar_ns": 1},
        {"bar_ns": "-1", "focus_ns": "0"},
        {"bar_ns": str(2**70), "focus_ns": str(2**70)},
    ],
)
def test_a_click_that_is_not_ours_is_none(value):
    assert _click(value) is None


CUT = {"by": "tick:500", "end_ns": str(START_NS + 9), "skip": 2, "trades": 500, "open": False}


def test_a_click_on_a_bar_that_trades_ended_says_which_trades_are_its_own():
    click = _click({"bar_ns": str(START_NS), "focus_ns": str(START_NS), "cut": CUT})
    assert click.cut == CutBar("tick:500", START_NS + 9, 2, 500, is_open=False)


@pytest.mark.parametrize(
    "wrong", [{"by": "7m"}, {"by": None}, {"end_ns": "x"}, {"skip": -1}, {"trades": 2**40}]
)
def test_trades_that_cannot_be_a_bars_are_no_click(wrong):
    assert _click({"bar_ns": "1", "focus_ns": "1", "cut": CUT | wrong}) is None
    assert _click({"bar_ns": "1", "focus_ns": "1", "cut": "x"}) is None


def test_a_click_is_read_exactly():
    click = _click({"bar_ns": str(START_NS), "focus_ns": str(START_NS + 1)})
    assert (click.bar_ns, click.focus_ns) == (START_NS, START_NS + 1)


@pytest.mark.usefixtures("full")
def test_the_opened_candle_anchors_vwap_and_bounds_a_profile():
    page = main_script().run()
    page.button(key="follow").click().run()
    page.button(key="anchor-here").click().run()
    assert not page.exception
    assert page.toggle(key="layer_vwap_anchor").value
    assert page.query_params["anchor"] == "20231114T221300"
    assert "vwap_anchor" in runtime().settings.layers
    page.button(key="range-here").click().run()
    page.button(key="range-here").click().run()
    assert page.selectbox(key="profile_of").value == "range"
    assert page.query_params["range"] == "20231114T221300-20231114T221400"
    page.button(key="forget-places").click().run()
    assert not page.exception
    assert "anchor" not in page.query_params


@pytest.mark.usefixtures("full")
def test_a_preset_puts_every_toggle_and_setting():
    page = main_script().run()
    page.button(key="preset_Auction").click().run()
    assert not page.exception
    on = {toggle.key.removeprefix("layer_") for toggle in page.toggle if toggle.value}
    assert on == {each.partition("(")[0] for each in PRESETS["Auction"].layers}


def test_layers_of_the_settings_that_there_are_not_are_named(tmp_path):
    source = StillSource(LISTED, now_ns=START_NS + 30 * NS_PER_S)
    (tmp_path / "settings.toml").write_text('layers = ["delta", "evil(<b>)"]', encoding="utf-8")
    with Installed(still_runtime(tmp_path, source, [(LISTED[0], TAPE)])):
        page = main_script().run()
        assert not page.exception
        assert [toggle.key for toggle in page.toggle if toggle.value] == ["layer_delta"]
        assert "evil" in page.warning[0].value


def test_a_spot_market_keeps_what_only_perpetuals_have_for_the_next_one(tmp_path):
    source = StillSource(LISTED, now_ns=START_NS + 30 * NS_PER_S)
    with Installed(still_runtime(tmp_path, source, [(LISTED[0], TAPE)])):
        page = main_script().run()
        page.selectbox(key="instrument").set_value("bybit.spot.BTCUSDT").run()
        assert "layer_open_interest" not in [toggle.key for toggle in page.toggle]
        page.selectbox(key="instrument").set_value("binance.perp.BTCUSDT").run()
        assert page.toggle(key="layer_open_interest").value
