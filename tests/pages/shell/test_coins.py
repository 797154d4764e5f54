import tomllib
from dataclasses import replace

import pytest

from core.domain.units import NS_PER_S
from data.runtime import runtime
from pages.boards.dashboard import Dashboard
from pages.shell.running import publisher
from tests.support.desk import BNC, BNC_SPOT, OKX, OKX_SPOT
from tests.support.market import Installed, StillSource, still_runtime
from tests.support.script import main_script
from tests.support.trades import START_NS, instrument, trades

ETH = replace(instrument("binance.perp.ETHUSDT"), base="ETH")
DOGE = replace(instrument("okx.spot.DOGE-USDT"), base="DOGE")
PEPE = replace(instrument("bybit.perp.PEPEUSDT"), base="PEPE")
TAPE = trades((0, 124_000, 5, 1), (10, 124_020, 7, 1), (20, 123_990, 4, -1))


@pytest.fixture
def run(tmp_path):
    listed = [BNC, BNC_SPOT, OKX, OKX_SPOT, ETH, DOGE]
    source = StillSource(listed, now_ns=START_NS + 30 * NS_PER_S)
    with Installed(still_runtime(tmp_path, source, [(BNC, TAPE)])) as run:
        yield run


@pytest.fixture
def page(run):
    assert run
    page = main_script().run()
    page.switch_page("../dashboard.py").run()
    assert not page.exception
    return page


def kept(run):
    path = run.settings.home / "settings.toml"
    return tomllib.loads(path.read_text()).get("coins") if path.exists() else None


def test_at_first_the_coins_of_the_settings_are_shown_of_all_venues_summed(page, run):
    assert page.multiselect(key="coins").value == ["BTC", "ETH", "SOL"]
    assert page.multiselect(key="venues").value == ["Binance", "OKX", "Bybit"]
    assert page.segmented_control(key="show_venues").value == "summed"
    assert kept(run) is None


def test_every_coin_that_has_a_market_against_usdt_is_on_offer(page):
    assert page.multiselect(key="coins").options == ["BTC", "ETH", "SOL", "DOGE"]


def test_coins_that_are_chosen_are_remembered(page, run):
    page.multiselect(key="coins").set_value(["BTC", "DOGE"]).run()
    assert not page.exception
    assert kept(run) == ["BTC", "DOGE"]
    assert run.settings.coins == ("BTC", "DOGE")


def test_no_coin_at_all_is_the_first_one_and_is_not_remembered(page, run):
    page.multiselect(key="coins").set_value([]).run()
    assert not page.exception
    assert kept(run) is None


def replayed(page, *listed):
    """Play these instruments, and look at the page again."""
    runtime().source = StillSource(listed, name="replay", now_ns=START_NS + 30 * NS_PER_S)
    return page.switch_page("../dashboard.py").run()


def coins_shown():
    """The coins of the dashboard that was asked for last."""
    asked = (getattr(view.spec, "board", None) for view in publisher()._views.values())
    *_, newest = (each for each in asked if isinstance(each, Dashboard))
    return [each.coin for each in newest.coins]


def test_a_replay_begins_with_the_coins_that_it_has_and_none_of_it_is_remembered(page, run):
    replayed(page, DOGE, PEPE)
    assert not page.exception
    assert page.multiselect(key="replay_coins").options == ["DOGE", "PEPE"]
    assert page.multiselect(key="replay_coins").value == ["DOGE", "PEPE"]
    assert coins_shown() == ["DOGE", "PEPE"]
    page.multiselect(key="replay_coins").set_value(["PEPE"]).run()
    assert coins_shown() == ["PEPE"]
    assert kept(run) is None
    assert run.settings.coins == ("BTC", "ETH", "SOL")


def test_of_the_coins_of_the_settings_a_replay_begins_with_those_that_it_has(page):
    replayed(page, DOGE, ETH)
    assert page.multiselect(key="replay_coins").value == ["ETH"]


def test_coins_of_the_address_are_those_that_a_replay_begins_with(page):
    page.query_params["coins"] = ["PEPE", "BTC"]
    replayed(page, DOGE, PEPE)
    assert page.multiselect(key="replay_coins").value == ["PEPE"]


def test_another_replay_begins_with_its_own_coins_and_the_market_with_the_remembered_ones(
    page, run
):
    page.multiselect(key="coins").set_value(["BTC", "SOL"]).run()
    replayed(page, DOGE)
    replayed(page, PEPE)
    assert page.multiselect(key="replay_coins").value == ["PEPE"]
    assert kept(run) == ["BTC", "SOL"]
    run.source = StillSource([BNC, DOGE], now_ns=START_NS + 30 * NS_PER_S)
    page.run()
    assert page.multiselect(key="coins").value == ["BTC", "SOL"]
    assert not page.exception


def test_a_replay_without_a_market_against_usdt_has_no_coin_to_choose(page):
    replayed(page, replace(BNC, quote="USDC"))
    assert not page.exception
    assert page.multiselect(key="replay_coins").options == []


def test_the_tape_of_a_replay_opens_on_a_coin_that_it_has(page):
    replayed(page, DOGE)
    page.switch_page("../tape.py").run()
    assert not page.exception
    assert page.session_state["tape_coin"] == "DOGE"


def test_a_page_that_opens_without_a_market_says_what_it_waits_for(tmp_path):
    source = StillSource(name="starting", notes=["Asking the exchanges whether they answer."])
    with Installed(still_runtime(tmp_path, source)):
        page = main_script().run()
        page.switch_page("../dashboard.py").run()
        assert not page.exception
        assert "Asking the exchanges" in " ".join(each.value for each in page.info)


def test_the_whales_that_are_held_are_in_a_table_below(page):
    said = " ".join(each.value for each in page.caption)
    assert "all orders of at least 500K" in said
    page.segmented_control(key="whales_are").set_value("fills").run()
    assert not page.exception
    assert "all single fills of at least 500K" in " ".join(each.value for each in page.caption)


def test_where_nothing_is_against_usdt_the_context_page_says_what_it_waits_for(tmp_path):
    usdc = replace(instrument("binance.perp.BTCUSDC"), quote="USDC")
    source = StillSource([usdc], now_ns=START_NS)
    with Installed(still_runtime(tmp_path, source, [])):
        page = main_script().run()
        page.switch_page("../context.py").run()
        assert not page.exception
        assert "Waiting for a market against USDT." in [each.value for each in page.info]
