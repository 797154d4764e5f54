import numpy as np
import pytest

from core.calc.bars import time_bars
from core.domain.events import Gap
from core.domain.units import NS_PER_MINUTE, NS_PER_S
from data.feeds.health import State
from data.views.explorer import ExplorerSpec
from data.views.footprint import FootprintSpec
from pages.layers.shown import Shown
from pages.shell.feeds import Feeds
from pages.shell.queries import Queries
from pages.shell.spec import ChartSpec, OpenedSpec
from tests.support.market import StillSource, still_runtime
from tests.support.trades import START_NS, instrument, trades
from tests.support.wire import decode

BTC = instrument("binance.perp.BTCUSDT", tick="0.1", step="0.001")
OTHER = instrument("okx.perp.BTC-USDT-SWAP", tick="0.1", step="0.001")
TAPE = trades((0, 1000, 5, 1), (10, 1020, 7, 1), (20, 990, 4, -1), (61, 1010, 6, 1))
EXPLORER = ExplorerSpec((BTC.id,), "1m", 150)
CHART = ChartSpec(EXPLORER)


@pytest.fixture
def run(tmp_path):
    source = StillSource([BTC, OTHER], now_ns=START_NS + 65 * NS_PER_S)
    run = still_runtime(tmp_path, source, [(BTC, TAPE)])
    yield run
    run.stop()


@pytest.fixture
def feeds(run):
    return Feeds(run)


def opened(**changes):
    return OpenedSpec(FootprintSpec((BTC.id,), "1m", START_NS, ticks_per_row=10), **changes)


def test_a_chart_frame_says_whose_market_it_is_and_how_old(feeds):
    message = decode(feeds(CHART).frame(7))
    assert (message["kind"], message["seq"], message["source"]) == ("chart", 7, "simulated")
    assert message["title"] == "BTCUSDT Binance perp, 1m"
    assert message["step_ns"] == str(NS_PER_MINUTE)
    assert message["recv_ns"] == str(int(TAPE["ts_recv_ns"][-1]))
    assert message["age_ms"] == pytest.approx(65_000 - 61_001)
    assert (message["decimals"], message["unit"], message["refused"]) == (1, "BTC", 0)
    assert any("SIMULATED" in each["text"] for each in message["figure"]["layout"]["annotations"])


def test_a_chart_frame_has_every_bar_in_columns(feeds):
    bars = decode(feeds(CHART).frame(1))["bars"]
    assert bars["time"].tolist() == [START_NS // 10**6, START_NS // 10**6 + 60_000]
    assert np.allclose(bars["high"], [102.0, 101.0])
    assert np.allclose(bars["volume"], [0.016, 0.006])
    assert np.allclose(bars["delta"], [0.008, 0.006])
    assert np.allclose(bars["cvd"], [0.008, 0.014])


def test_the_source_is_asked_for_what_is_shown(feeds, run):
    feeds(CHART).frame(1)
    assert run.source.wanted == [(BTC.id, "1m", 150)]


def test_layers_that_are_off_are_not_sent(feeds):
    spec = ChartSpec(EXPLORER, Shown(("cvd",)))
    names = [trace["name"] for trace in decode(feeds(spec).frame(1))["figure"]["data"]]
    assert names == ["Price", "CVD above zero", "CVD below zero"]


def test_before_the_first_trade_there_is_a_sentence(feeds):
    message = decode(feeds(ChartSpec(ExplorerSpec((OTHER.id,), "1m"))).frame(1))
    assert message["kind"] == "empty"
    assert message["text"] == "Waiting for the first trade of BTC-USDT-SWAP OKX perp."


def test_without_a_market_the_sentence_says_why(tmp_path):
    run = still_runtime(tmp_path, StillSource(notes=["Asking the exchanges."]))
    assert decode(Feeds(run)(CHART).frame(1))["text"] == "Asking the exchanges."
    run.stop()


def test_the_marker_changes_with_every_trade_and_only_then(feeds, run):
    feed = feeds(CHART)
    before = feed.marker()
    assert feed.marker() == before
    more = trades((62, 1011, 1, 1))
    more["trade_id"] += 100
    run.engine.tape(BTC.id).take_trades("trades", more)
    assert feed.marker() != before


def test_views_with_other_layers_share_one_answer_of_a_moment(run):
    queries = Queries(run)
    answer = queries.view(EXPLORER, "marker")
    assert queries.view(EXPLORER, "marker") is answer
    assert queries.view(EXPLORER, "another marker") is not answer


def test_an_opened_candle_has_its_rows_its_numbers_and_its_state(feeds):
    message = decode(feeds(opened()).frame(1))
    assert (message["kind"], message["bar_ns"]) == ("footprint", str(START_NS))
    assert message["rows"] == 4
    assert message["closed"] is True
    assert message["note"] == ""
    assert "(1m, closed, BTC)" in message["title"]
    assert {each["label"]: each["text"] for each in message["headline"]}["Delta"] == "+0.008"


def test_a_closed_candle_is_not_sent_again_until_it_changes(feeds, run):
    feed = feeds(opened())
    assert feed.heartbeat_s is None
    before = feed.marker()
    run.source.now += 10 * NS_PER_MINUTE
    assert feed.marker() == before
    late = trades((30, 1000, 1, 1))
    late["trade_id"] += 100
    run.engine.tape(BTC.id).take_trades("trades", late)
    assert feed.marker() != before


def test_following_moves_on_to_the_newest_candle(feeds, run):
    feed = feeds(opened(follow=True))
    assert decode(feed.frame(1))["bar_ns"] == str(START_NS + NS_PER_MINUTE)
    before = feed.marker()
    run.source.now += NS_PER_MINUTE
    assert feed.marker() != before
    assert decode(feed.frame(2))["bar_ns"] == str(START_NS + 2 * NS_PER_MINUTE)


def test_a_candle_before_the_tape_says_since_when_trades_are_held(feeds):
    spec = OpenedSpec(FootprintSpec((BTC.id,), "1m", START_NS - NS_PER_MINUTE))
    message = decode(feeds(spec).frame(1))
    assert message["rows"] == 0
    assert message["note"].startswith("Trades are held since 2023-11-14 22:13:00 UTC")


def test_many_rows_are_drawn_once_a_second_at_most(feeds, run):
    wide = trades((0, 1000, 1, 1), (1, 3000, 1, 1))
    wide["trade_id"] += 100
    run.engine.tape(BTC.id).take_trades("trades", wide)
    feed = feeds(opened())
    feed.frame(1)
    assert feed.pause_s == 1.0


def more_at(run, after_s, first_id):
    late = trades((after_s, 1000, 1, 1))
    late["trade_id"] += first_id
    run.engine.tape(BTC.id).take_trades("trades", late)


def test_the_seconds_around_a_click_go_on_after_the_candle_has_closed(feeds, run):
    feed = feeds(OpenedSpec(FootprintSpec((BTC.id,), "1m", START_NS, 10, START_NS + 59 * NS_PER_S)))
    before = feed.marker()
    more_at(run, 88, 100)
    after = feed.marker()
    assert after != before
    run.source.now = START_NS + 89 * NS_PER_S
    assert feed.marker() != after
    over = feed.marker()
    more_at(run, 89.5, 200)
    assert feed.marker() == over


def test_the_last_minute_of_a_candle_of_seconds_is_followed_to_its_end(feeds, run):
    feed = feeds(OpenedSpec(FootprintSpec((BTC.id,), "1s", START_NS, 10)))
    before = feed.marker()
    more_at(run, 50, 100)
    assert feed.marker() != before


def test_a_candle_is_said_to_be_closed_when_it_is_though_its_seconds_go_on(feeds, run):
    run.source.now = START_NS + 59 * NS_PER_S
    feed = feeds(OpenedSpec(FootprintSpec((BTC.id,), "1m", START_NS, 10, START_NS + 59 * NS_PER_S)))
    before = feed.marker()
    run.source.now = START_NS + 60 * NS_PER_S
    assert feed.marker() != before


@pytest.mark.parametrize("spec", [CHART, opened()], ids=["chart", "opened"])
def test_a_trade_that_comes_while_a_view_is_made_does_not_make_it_younger(feeds, run, spec):
    tape, now = run.engine.tape(BTC.id), run.source.now
    written_ms = tape.written_ns / 10**6

    def asked():
        tape.written_ns += NS_PER_MINUTE
        return now

    run.source.now_ns = asked
    assert decode(feeds(spec).frame(1))["arrived_ms"] == pytest.approx(written_ms, abs=1)


def test_a_chart_of_the_live_market_says_which_channel_is_not_live(feeds, run):
    run.source.name = "live"
    run.health.set_state(BTC.id, "trades", State.LIVE, now_ns=START_NS)
    message = decode(feeds(CHART).frame(1))
    assert (message["state"], message["state_words"]) == ("ok", "")
    run.health.set_state(BTC.id, "trades", State.HALTED, now_ns=START_NS, reason="it was delisted")
    message = decode(feeds(CHART).frame(2))
    assert message["state"] == "off"
    assert message["state_words"].endswith("it was delisted.")


def test_channels_of_another_source_are_not_the_charts(feeds, run):
    run.health.set_state(BTC.id, "trades", State.REJECTED, now_ns=START_NS)
    assert decode(feeds(CHART).frame(1))["state"] == "ok"


def test_while_nothing_has_come_the_frame_is_not_called_live(feeds, run):
    waiting = ChartSpec(ExplorerSpec((OTHER.id,), "1m"))
    assert decode(feeds(waiting).frame(1))["state"] == "late"
    run.source.name = "live"
    run.health.set_state(OTHER.id, "trades", State.REJECTED, now_ns=START_NS, reason="no")
    assert decode(feeds(waiting).frame(2))["state"] == "off"


def test_a_gap_of_the_tape_is_shaded_on_the_chart(feeds, run):
    gap = Gap(BTC.id, START_NS + 30 * NS_PER_S, START_NS + 31 * NS_PER_S, "the line was cut")
    run.engine.tape(BTC.id).take_gap(gap)
    shapes = decode(feeds(CHART).frame(1))["figure"]["layout"]["shapes"]
    assert [shape["type"] for shape in shapes].count("rect") == 1


def test_every_bar_says_how_much_of_it_is_proven(tmp_path):
    tape = trades(*((20 * n, 1000, 5, 1) for n in range(9)))
    tape["trade_id"][4:] += 1
    source = StillSource([BTC], now_ns=START_NS + 190 * NS_PER_S)
    run = still_runtime(tmp_path, source, [(BTC, tape)])
    bars = decode(Feeds(run)(CHART).frame(1))["bars"]
    run.stop()
    assert [bars["grades"][int(each)] for each in bars["grade"].tolist()] == [
        "not proven yet",
        "75 %: trade numbers are missing",
        "not proven yet",
    ]


def test_an_opened_candle_has_its_grade_and_says_what_is_missing(tmp_path):
    tape = trades(*((20 * n, 1000, 5, 1) for n in range(9)))
    tape["trade_id"][4:] += 1
    source = StillSource([BTC], now_ns=START_NS + 190 * NS_PER_S)
    run = still_runtime(tmp_path, source, [(BTC, tape)])
    spec = OpenedSpec(FootprintSpec((BTC.id,), "1m", START_NS + NS_PER_MINUTE, ticks_per_row=10))
    message = decode(Feeds(run)(spec).frame(1))
    run.stop()
    assert {each["label"]: each["text"] for each in message["headline"]}["Data grade"] == "75 %"
    assert message["note"] == (
        "Some trades of this candle were missed (75 %: trade numbers are missing)."
    )


def test_the_exchanges_candle_changes_what_an_opened_candle_says(feeds, run):
    feed = feeds(opened())
    before = feed.marker()
    run.engine.tape(BTC.id).take_klines("1m", time_bars(TAPE, step_ns=NS_PER_MINUTE)[:1])
    assert feed.marker() != before
