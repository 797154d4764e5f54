import numpy as np
import pytest

from core.domain.arrays import Position
from core.domain.events import Channel, Listed, Rows, TradeBlock
from core.domain.units import NS_PER_S
from data.feeds.health import State
from data.views.explorer import ExplorerSpec
from pages.layers.registry import FIRST_SHOWN, LAYERS
from pages.layers.shown import Shown, shown
from pages.shell.feeds import Feeds
from pages.shell.spec import ChartSpec
from tests.support.derivatives import (
    NAN,
    OKX,
    PERP,
    SPOT,
    at,
    liquidations,
    quotes,
    tickers,
)
from tests.support.market import StillSource, still_runtime
from tests.support.trades import instrument, trades
from tests.support.wire import decode

BYBIT = instrument("bybit.perp.BTCUSDT")
TAPE = trades((0, 1000, 5, 1), (10, 1020, 7, 1), (20, 990, 4, -1), (61, 1010, 6, 1))
CHART = ChartSpec(ExplorerSpec((PERP.id,), "1m", 150))
SPOT_CHART = ChartSpec(ExplorerSpec((SPOT.id,), "1m", 150))


@pytest.fixture
def run(tmp_path):
    source = StillSource([PERP, SPOT, OKX], now_ns=at(65))
    run = still_runtime(tmp_path, source, [(PERP, TAPE), (SPOT, TAPE)])
    yield run
    run.stop()


def give(run, channel, rows, listed=PERP):
    run.engine.submit(Listed(listed))
    run.engine.submit(Rows(listed, channel, "test", rows))
    assert run.engine.settle()


def everything(run):
    give(run, Channel.TICKER, tickers((30, 0.0001, 100.0), (62, 0.0001, 110.0)))
    give(run, Channel.QUOTES, quotes((58, 1009, 1011), (64, 1010, 1012)))
    give(run, Channel.QUOTES, quotes((58, 10_080, 10_082)), SPOT)
    give(run, Channel.LIQUIDATIONS, liquidations((40, 400, 100.0, Position.LONG)))


def frame(run, spec=CHART):
    return decode(Feeds(run)(spec).frame(1))


def names(message):
    return [trace["name"] for trace in message["figure"]["data"]]


def words(message):
    return [each["text"] for each in message["figure"]["layout"]["annotations"]]


def colour_of(message, text):
    annotations = message["figure"]["layout"]["annotations"]
    return next(each["font"]["color"] for each in annotations if each["text"] == text)


def test_a_chart_has_everything_that_is_told_of_its_perpetual(run):
    everything(run)
    message = frame(run)
    assert {"Open interest", "Funding above zero", "Basis", "Long liquidations, Binance"} <= set(
        names(message)
    )
    assert {"A 101.2", "B 101.0"} <= set(words(message))
    cells = {pane["axis"]: pane["cells"] for pane in message["beside"]["panes"]}
    assert cells["yaxis4"][0]["values"].tolist() == pytest.approx([100.0, 110.0])
    rate, yearly, basis = cells["yaxis5"]
    assert rate["values"].tolist() == pytest.approx([0.01, 0.01])
    assert rate["unit"] == "% of 8 h"
    assert yearly["values"].tolist() == pytest.approx([10.95, 10.95])
    assert basis["values"][1] == pytest.approx((101.1 - 100.81) / 100.81 * 1e4, rel=1e-5)


def test_the_spot_market_of_the_same_coins_and_venue_is_asked_for(run):
    frame(run)
    assert run.source.wanted == [(PERP.id, "1m", 150), (SPOT.id, "1m", 150)]


def test_with_the_funding_off_no_other_market_is_asked_for(run):
    without = shown(LAYERS, set(FIRST_SHOWN.layers) - {"funding"}, {})
    frame(run, ChartSpec(CHART.explorer, without))
    assert run.source.wanted == [(PERP.id, "1m", 150)]


def test_a_spot_chart_has_the_funding_and_the_basis_of_its_perpetual_and_no_positions(run):
    everything(run)
    message = frame(run, SPOT_CHART)
    assert {"Funding above zero", "Basis"} <= set(names(message))
    assert [pane["axis"] for pane in message["beside"]["panes"]] == ["yaxis5"]
    assert not any("Liquidations:" in each for each in words(message))
    assert run.source.wanted == [(SPOT.id, "1m", 150), (PERP.id, "1m", 150)]


def test_a_chart_without_a_trade_moves_when_anything_that_it_shows_does(run):
    feed = Feeds(run)(CHART)
    feed.frame(1)
    for channel, rows, listed in (
        (Channel.TICKER, tickers((70, NAN, 120.0)), PERP),
        (Channel.QUOTES, quotes((70, 1009, 1011)), PERP),
        (Channel.QUOTES, quotes((70, 1009, 1011)), SPOT),
        (Channel.LIQUIDATIONS, liquidations((70, 1, 100.0, Position.LONG)), PERP),
    ):
        give(run, channel, rows, listed)
        before = feed.marker()
        more = rows.copy()
        more["ts_event_ns"] += 5 * NS_PER_S
        give(run, channel, more, listed)
        assert feed.marker() != before


def test_what_is_not_shown_does_not_move_it(run):
    everything(run)
    feed = Feeds(run)(ChartSpec(CHART.explorer, Shown(("cvd",))))
    before = feed.marker()
    give(run, Channel.TICKER, tickers((70, NAN, 120.0)))
    assert feed.marker() == before


def test_quotes_that_stopped_are_grey_and_their_age_is_said(run):
    everything(run)
    green = colour_of(frame(run), "B 101.0")
    run.source.now = at(64 + 25)
    message = frame(run)
    assert colour_of(message, "B 101.0") != green
    assert "best bid and ask are 25 s old" in words(message)


def test_on_the_live_market_only_a_live_channel_is_drawn_as_live(run):
    everything(run)
    green = colour_of(frame(run), "B 101.0")
    run.source.name = "live"
    assert colour_of(frame(run), "B 101.0") != green
    for channel, is_live in ((Channel.TRADES, False), (Channel.QUOTES, True)):
        run.health.set_state(PERP.id, channel, State.LIVE, now_ns=at(65))
        assert (colour_of(frame(run), "B 101.0") == green) == is_live
    run.health.set_state(PERP.id, Channel.QUOTES, State.STALE, now_ns=at(65))
    assert colour_of(frame(run), "B 101.0") != green


def test_while_liquidations_are_not_live_their_sums_are_lower_bounds(run):
    give(run, Channel.QUOTES, quotes((-20, 1009, 1011)), BYBIT)
    give(run, Channel.LIQUIDATIONS, liquidations((40, 400, 100.0, Position.LONG)), BYBIT)
    run.engine.submit(TradeBlock(BYBIT, "publicTrade", TAPE))
    assert run.engine.settle()
    chart = ChartSpec(ExplorerSpec((BYBIT.id,), "1m", 150))

    def sums():
        return next(each for each in words(frame(run, chart)) if each.startswith("Liquidations:"))

    assert "\N{GREATER-THAN OR EQUAL TO}" not in sums()
    run.source.name = "live"
    assert "\N{GREATER-THAN OR EQUAL TO}" in sums()
    for state, is_bound in ((State.LIVE, False), (State.STALE, True)):
        run.health.set_state(BYBIT.id, Channel.LIQUIDATIONS, state, now_ns=at(65))
        assert ("\N{GREATER-THAN OR EQUAL TO}" in sums()) == is_bound


def test_venues_are_summed_or_stand_side_by_side(run):
    everything(run)
    give(run, Channel.TICKER, tickers((30, NAN, 50.0), (62, NAN, 45.0)), OKX)
    explorer = ExplorerSpec((PERP.id, OKX.id), "1m", 150)
    by_venue = shown(LAYERS, FIRST_SHOWN.layers, {"open_interest_of": "by venue"})
    assert "<b>155.0</b>" in words(frame(run, ChartSpec(explorer)))
    assert {"Open interest Binance", "Open interest OKX"} <= set(
        names(frame(run, ChartSpec(explorer, by_venue)))
    )


def test_the_words_for_quadrants_are_sent_with_their_places(run):
    everything(run)
    quadrants = shown(LAYERS, FIRST_SHOWN.layers, {"open_interest_of": "quadrants"})
    panes = frame(run, ChartSpec(CHART.explorer, quadrants))["beside"]["panes"]
    coins, word = next(each["cells"] for each in panes if each["axis"] == "yaxis4")
    assert coins["values"].tolist() == pytest.approx([100.0, 110.0])
    assert [word["words"][int(each)] for each in word["values"]] == ["no quadrant"] * 2
    assert word["words"][1:] == ["long build", "short cover", "short build", "long unwind"]


def test_what_the_premium_would_make_of_the_funding_is_read_beside_it(run):
    rows = tickers(*((60 * minute, 0.0001, NAN) for minute in range(-400, 2)))
    rows["mark"], rows["index"] = 100.2, 100.0
    give(run, Channel.TICKER, rows)
    (cells,) = (each["cells"] for each in frame(run)["beside"]["panes"] if len(each["cells"]) > 2)
    made = next(each for each in cells if each["label"] == "from the premium")
    assert made["values"].tolist() == pytest.approx([0.15, 0.15])


def test_of_a_perpetual_of_which_nothing_is_told_the_panes_are_empty_not_zero(run):
    message = frame(run)
    for pane in message["beside"]["panes"]:
        assert all(np.isnan(cell["values"]).all() for cell in pane["cells"])
    assert not any(each.startswith(("A ", "B ")) for each in words(message))
