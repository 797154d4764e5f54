from decimal import Decimal

import numpy as np
import pytest

from core.calc.bar_size import BarSize, bar_size
from core.calc.running_bars import By
from core.domain.units import NS_PER_HOUR
from data.views.explorer import ExplorerSpec
from pages.layers.registry import LAYERS
from pages.layers.shown import shown
from pages.shell.bar_controls import left_out, read_size
from pages.shell.spec import ChartSpec
from tests.support.market import Installed, StillSource, still_runtime
from tests.support.script import main_script
from tests.support.trades import START_NS, instrument, random_trades

BTC = instrument("binance.perp.BTCUSDT")
OTHER = instrument("okx.perp.BTC-USDT-SWAP")
TAPE = random_trades(np.random.default_rng(1), 30_000, span_s=3_600)


@pytest.fixture
def page(tmp_path):
    source = StillSource([BTC, OTHER], now_ns=START_NS + NS_PER_HOUR)
    with Installed(still_runtime(tmp_path, source, [(BTC, TAPE)])):
        yield main_script()


def bars_of(page, word):
    page.segmented_control(key="bars_of").set_value(word).run()
    assert not page.exception


def captions(page):
    return " ".join(each.value for each in page.caption).replace("\\", "")


def test_time_ends_bars_at_first_and_no_size_is_asked(page):
    page.run()
    assert page.segmented_control(key="bars_of").value == "time"
    assert not page.text_input
    assert "by" not in page.query_params


def test_each_kind_suggests_a_size_for_this_market_and_is_in_the_address(page):
    page.run()
    found = {}
    for word, by in (("trades", "tick"), ("volume", "volume"), ("range", "range")):
        bars_of(page, word)
        found[word] = page.text_input(key=f"bar_size_{by}").value
        assert page.query_params["by"] == f"{by}:{found[word]}"
        assert not page.error
    # 500 trades a minute of 0.25 coins each; some 90 ticks from the lowest to the highest.
    assert found == {"trades": "500", "volume": "100", "range": "100"}
    bars_of(page, "time")
    assert "by" not in page.query_params


def test_an_address_brings_its_bars(page):
    page.query_params["by"] = "volume:12.5"
    page.run()
    assert page.segmented_control(key="bars_of").value == "volume"
    assert page.text_input(key="bar_size_volume").value == "12.5"
    assert page.query_params["by"] == "volume:12.5"


def test_an_address_with_nonsense_is_ignored(page):
    page.query_params["by"] = "moon:1"
    page.run()
    assert not page.exception
    assert page.segmented_control(key="bars_of").value == "time"


def test_a_size_that_cannot_be_is_one_sentence_by_name(page):
    page.run()
    bars_of(page, "trades")
    page.text_input(key="bar_size_tick").set_value("many").run()
    assert not page.exception
    (error,) = page.error
    assert (
        error.value.replace("\\", "")
        == "Trades in a bar cannot be 'many': write a whole number above zero."
    )


def test_what_such_bars_do_not_show_is_said(page):
    page.run()
    bars_of(page, "money")
    assert "Only on bars of time: Best bid and ask" in captions(page)
    page.multiselect(key="sum_with").select("okx").run()
    assert "Of BTCUSDT Binance perp alone" in captions(page)


@pytest.mark.parametrize(
    ("by", "text", "words"),
    [
        ("tick", "0", "Trades in a bar cannot be '0': write a whole number above zero."),
        ("tick", "1.5", "Trades in a bar cannot be '1.5': write a whole number above zero."),
        ("delta", "-3", "Delta that ends a bar (BTC) cannot be '-3': write a number above zero."),
        (
            "dollar",
            "999999999999999",
            "Money in a bar (USDT) cannot be 999999999999999: no day trades so much, write a "
            "smaller number.",
        ),
        (
            "tick",
            "3",
            "Trades in a bar cannot be 3: more than a bar would end each second, write 8 or more.",
        ),
    ],
)
def test_why_a_size_cannot_be(by, text, words):
    usual = BarSize(By.TICK, Decimal(500)) if by == "tick" else None
    assert read_size(By(by), text, BTC, usual) == (None, words)


def test_a_size_that_can_be_is_read():
    assert read_size(By.TICK, "8", BTC, bar_size("tick:500")) == (bar_size("tick:8"), "")


def spec(*names, **settings):
    return ChartSpec(ExplorerSpec((BTC.id,), "1m"), shown(LAYERS, names, settings))


def test_markers_are_named_as_a_group():
    some = spec("vwap", "cvd", "liquidations", "funding")
    assert left_out(some) == "Only on bars of time: Funding and basis, all of Markers."
    assert left_out(spec("vwap", "profile", "delta", delta_show="delta %")) == ""


def test_a_setting_that_such_bars_do_not_have_is_named():
    some = spec("cvd", "delta", cvd_unit="quote")
    assert left_out(some) == "Only on bars of time: CVD as it is set."
