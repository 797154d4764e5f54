from decimal import Decimal

import pytest

from core.calc.bar_size import bar_size
from core.domain.units import NS_PER_S
from data.exports.table import columns_of
from data.views.explorer import ExplorerSpec
from pages.layers.shown import Shown
from pages.shell.chart_tables import bars_table, markers_table
from pages.shell.feeds import Feeds
from pages.shell.spec import ChartSpec
from tests.support.marker_worlds import marker_world
from tests.support.market import StillSource, still_runtime
from tests.support.trades import START_NS, instrument, trades

BTC = instrument("binance.perp.BTCUSDT", tick="0.1", step="0.001")
TAPE = trades((0, 1000, 5, 1), (10, 1013, 7, -1), (70, 1012, 4, 1), (80, 1020, 2, 1))
SPEC = ChartSpec(ExplorerSpec((BTC.id,), "1m", bars=10))


def asks(run):
    feeds = Feeds(run)
    return lambda question, bars, *, from_ns: feeds.answer(question, bars, from_ns=from_ns)


@pytest.fixture
def run(tmp_path):
    source = StillSource([BTC], now_ns=START_NS + 90 * NS_PER_S)
    run = still_runtime(tmp_path, source, [(BTC, TAPE)])
    yield run
    run.stop()


def test_there_is_a_line_per_bar_shown_with_exact_prices_and_sizes(run):
    table = columns_of(bars_table(run, SPEC), source="simulated")
    assert table["open_ns"] == [START_NS, START_NS + 60 * NS_PER_S]
    assert table["close_USDT"] == [Decimal("101.3"), Decimal("102.0")]
    assert table["high_USDT"] == [Decimal("101.3"), Decimal("102.0")]
    assert table["low_USDT"] == [Decimal("100.0"), Decimal("101.2")]
    assert table["volume_BTC"] == [Decimal("0.012"), Decimal("0.006")]
    assert table["delta_BTC"] == [Decimal("-0.002"), Decimal("0.006")]
    assert table["cvd_close_BTC"] == [Decimal("-0.002"), Decimal("0.004")]
    # 1209.1 USDT for 12 lots, then 1817.9 for 18.
    assert table["vwap_USDT"] == pytest.approx([100.758333333, 100.994444444])
    assert table["trades"] == [2, 2]
    assert table["made_of"] == ["trades", "trades"]
    assert table["instruments"] == ["binance.perp.BTCUSDT"] * 2


def test_bars_by_what_traded_say_when_their_trades_were(run):
    spec = ChartSpec(SPEC.explorer, size=bar_size("tick:2"))
    table = columns_of(bars_table(run, spec), source="simulated")
    assert table["bars"] == ["tick:2"] * 2
    assert table["open_ns"] == [START_NS, START_NS + 70 * NS_PER_S]
    assert table["last_trade_ns"] == [START_NS + 10 * NS_PER_S, START_NS + 80 * NS_PER_S]


def test_a_market_of_which_nothing_has_come_has_no_bars(tmp_path):
    run = still_runtime(tmp_path, StillSource([BTC]))
    try:
        assert bars_table(run, SPEC) == {"instruments": []}
        assert markers_table(run, SPEC, asks(run))["rule"] == []
    finally:
        run.stop()


def test_every_marker_of_the_families_shown_is_there_with_its_reason_and_its_times(tmp_path):
    rows = marker_world()["trades"]
    source = StillSource([BTC], now_ns=int(rows["ts_event_ns"][-1]) + NS_PER_S)
    run = still_runtime(tmp_path, source, [(BTC, rows)])
    spec = ChartSpec(ExplorerSpec((BTC.id,), "1m", bars=300), Shown(("bursts", "vwap")))
    table = columns_of(markers_table(run, spec, asks(run)), source="simulated")
    run.stop()
    assert set(table["rule"]) <= {"burst", "micro-push", "micro-pullback"}
    assert len(table["rule"]) > 10
    assert table["known_ns"] == sorted(table["known_ns"])
    assert all(known >= at for known, at in zip(table["known_ns"], table["event_ns"], strict=True))
    assert all(isinstance(each, Decimal) for each in table["price"])
    assert all(table["reason"])
    assert set(table["thresholds"]) == {"adaptive"}
    assert set(table["past_read_frac"]) == {1.0}


def test_without_a_marker_layer_there_are_columns_and_no_markers(run):
    plain = ChartSpec(SPEC.explorer, Shown(("vwap",)))
    assert markers_table(run, plain, asks(run))["kind"] == []
