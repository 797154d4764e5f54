import numpy as np
import pytest

from core.calc.bar_size import bar_size
from core.calc.tick_bars import tick_bars
from core.domain.events import Gap
from core.domain.units import NS_PER_S
from data.views.explorer import ExplorerSpec
from data.views.footprint import CutBar, FootprintSpec
from pages.layers.shown import Shown
from pages.shell.feeds import Feeds
from pages.shell.spec import ChartSpec, OpenedSpec
from tests.support.market import StillSource, still_runtime
from tests.support.trades import START_NS, instrument, random_trades, trades
from tests.support.wire import decode

BTC = instrument("binance.perp.BTCUSDT")
OTHER = instrument("okx.perp.BTC-USDT-SWAP")
TAPE = random_trades(np.random.default_rng(3), 2_000, span_s=300)
NOW_NS = START_NS + 301 * NS_PER_S


@pytest.fixture
def run(tmp_path):
    source = StillSource([BTC, OTHER], now_ns=NOW_NS)
    run = still_runtime(tmp_path, source, [(BTC, TAPE)])
    yield run
    run.stop()


def spec(size="tick:37", *, shown=("vwap", "bands", "profile", "cvd", "delta"), first=BTC):
    explorer = ExplorerSpec((first.id,), "1m", 20)
    return ChartSpec(explorer, Shown(shown), size=bar_size(size))


def frame(run, **changes):
    return decode(Feeds(run)(spec(**changes)).frame(1))


def test_a_frame_has_the_newest_bars_at_their_numbers_and_their_times_beside_them(run):
    message, whole = frame(run), tick_bars(TAPE, size=37).bars
    bars = message["bars"]
    assert message["title"] == "BTCUSDT Binance perp, bars of 37 trades"
    assert message["step_ns"] == str(NS_PER_S)
    assert (bars["time"] / 1000).tolist() == list(range(whole.size - 20, whole.size))
    first_ns = bars["first_ms"].astype(np.int64) * 10**6 + bars["first_rest_ns"].astype(np.int64)
    assert first_ns.tolist() == whole["first_ns"][-20:].tolist()
    last_ns = bars["last_ms"].astype(np.int64) * 10**6 + bars["last_rest_ns"].astype(np.int64)
    assert last_ns.tolist() == whole["last_ns"][-20:].tolist()
    assert bars["trades"].tolist() == [37] * 19 + [2_000 % 37]
    assert np.allclose(bars["close"], whole["close_ticks"][-20:] * 0.1)
    assert message["cut"] == {"by": "tick:37", "open": True}


def test_whose_market_it_is_and_how_old_is_said_as_on_bars_of_time(run):
    message = frame(run)
    assert message["source"] == "simulated"
    assert message["recv_ns"] == str(int(TAPE["ts_recv_ns"].max()))
    assert message["age_ms"] == pytest.approx((NOW_NS - TAPE["ts_recv_ns"].max()) / 10**6)
    assert any("SIMULATED" in each["text"] for each in message["figure"]["layout"]["annotations"])


def test_a_gap_is_said_of_the_bar_that_it_touches(run):
    whole = tick_bars(TAPE, size=37).bars
    at_ns = int(whole["open_ns"][-5]) + 1
    run.engine.submit(Gap(BTC.id, at_ns, at_ns + 1, "lost"))
    assert run.engine.settle()
    bars = frame(run)["bars"]
    said = [bars["grades"][int(each)] for each in bars["grade"]]
    assert [at for at, each in enumerate(said) if "trades missing" in each] == [15]


def test_a_setting_that_needs_no_more_than_the_bars_is_drawn(run):
    wicks = Shown(("delta",), (("delta_show", "min/max wicks"),))
    explorer = ExplorerSpec((BTC.id,), "1m", 20)
    feed = Feeds(run)(ChartSpec(explorer, wicks, size=bar_size("tick:37")))
    message = decode(feed.frame(1))
    names = {each["name"] for each in message["figure"]["data"]}
    assert "Delta, extremes" in names
    (pane,) = message["beside"]["panes"]
    assert [each["label"] for each in pane["cells"]] == ["", "min", "max"]


def test_bars_too_large_are_a_sentence(run):
    message = frame(run, size="dollar:999999999999999")
    assert message["kind"] == "empty"
    assert message["text"].startswith("Such bars cannot be shown: a bar of dollar:")


def test_before_the_first_trade_there_is_a_sentence(run):
    message = frame(run, first=OTHER)
    assert message["text"] == "Waiting for the first trade of BTC-USDT-SWAP OKX perp."


def test_the_marker_changes_with_every_trade_and_only_then(run):
    feed = Feeds(run)(spec())
    before = feed.marker()
    assert feed.marker() == before
    more = trades((301, 600_000, 1, 1))
    more["trade_id"] += 10_000
    run.engine.tape(BTC.id).take_trades("trades", more)
    assert feed.marker() != before


def opened(run, at):
    """The frame of the footprint of a bar as a click on the chart asks for it."""
    message = frame(run)
    bars = message["bars"]
    first_ns, last_ns = (
        int(bars[f"{name}_ms"][at]) * 10**6 + int(bars[f"{name}_rest_ns"][at])
        for name in ("first", "last")
    )
    count = int(bars["trades"][at])
    own = CutBar("tick:37", last_ns + 1, int(bars["skip"][at]), count, is_open=at == -1)
    footprint = FootprintSpec((BTC.id,), "1m", first_ns, 5, cut=own)
    return bars, decode(Feeds(run)(OpenedSpec(footprint)).frame(1))


def test_the_footprint_of_a_bar_adds_up_to_what_the_chart_reads(run):
    for at in range(-20, -1):
        bars, message = opened(run, at)
        total = next(each["text"] for each in message["headline"] if each["label"] == "Total")
        assert float(total) == pytest.approx(bars["volume"][at], abs=0.005)
        assert "(tick:37, closed, BTC)" in message["title"]
        assert message["note"] == ""


def test_of_a_bar_that_was_open_when_it_was_clicked_it_is_said(run):
    _, message = opened(run, -1)
    assert "(tick:37, open, BTC)" in message["title"]
    assert message["note"].startswith("This bar was open when it was clicked")
