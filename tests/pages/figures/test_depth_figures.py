"""What the cards of the page Depth say, out of results of literal numbers."""

from dataclasses import replace

import numpy as np
import pytest

from core.calc.book_walk import BookWalk
from core.calc.ladder import Ladder
from core.calc.price_impact import PriceImpact
from core.calc.wall_events import WallEvent, WallEventKind
from core.domain.arrays import BookSide
from core.domain.units import NS_PER_S
from data.exports.table import csv_bytes
from data.views.book_ladder import LadderView, LastTrade
from data.views.book_now import BookNowView
from data.views.depth import COLUMNS, ROWS, DepthView
from data.views.largest_orders import ORDER_DTYPE
from data.views.moment import Off
from data.views.order_cost import OrderCostView
from data.views.wall_ledger import WallLedgerView
from data.views.walls import WallsView
from pages.figures import depth_cost, depth_ladder, depth_map, depth_state, depth_walls
from pages.figures.node import texts
from pages.figures.off_words import off_text
from tests.support.trades import instrument

GRID = instrument("okx.perp.BTC-USDT-SWAP", tick="0.1", step="0.01")
START_NS = 1_795_248_000_000_000_000
OFF = Off("stale", START_NS, "it says nothing")


def ints(*values):
    return np.array(values, np.int64)


def rows_of(node, name):
    """The texts of each row of a table's body."""
    found = [node]
    while found:
        each = found.pop()
        if each.attributes.get("data-table") == name:
            return [texts(row) for row in each.kids[1].kids]
        found += each.kids
    raise AssertionError(name)


LADDER = LadderView(
    instrument=GRID,
    ticks_per_row=1,
    bids=Ladder(ints(961_150, 961_140), ints(150, 50), ints(150, 200)),
    asks=Ladder(ints(961_151, 961_153), ints(25, 375), ints(25, 400)),
    bid_ticks=961_150,
    ask_ticks=961_151,
    last=LastTrade(START_NS, 961_151, 20, 1),
    at_ns=START_NS,
    off=None,
)


def test_the_ladder_has_asks_over_bids_and_the_spread_between():
    assert rows_of(depth_ladder.draw(LADDER), "ladder") == [
        [" ", " ", "96,115.3", "3.75", "4.00"],
        [" ", " ", "▸ 96,115.1", "0.25", "0.25"],
        ["spread 0.1 USDT, 0.010 bps · last ▲ bought 0.20 at 96,115.1"],
        ["1.50", "1.50", "96,115.0", " ", " "],
        ["2.00", "0.50", "96,114.0", " ", " "],
    ]


def test_a_row_that_holds_the_touch_has_both_sides():
    both = replace(
        LADDER,
        ticks_per_row=100,
        bids=Ladder(ints(961_100, 961_000), ints(150, 50), ints(150, 200)),
        asks=Ladder(ints(961_100), ints(25), ints(25)),
        last=None,
    )
    assert rows_of(depth_ladder.draw(both), "ladder") == [
        ["1.50", "1.50", "96,110.0", "0.25", "0.25"],
        ["spread 0.1 USDT, 0.010 bps"],
        ["2.00", "0.50", "96,100.0", " ", " "],
    ]


def test_a_book_that_is_not_live_is_greyed_and_says_since_when():
    said = texts(depth_ladder.draw(replace(LADDER, off=OFF)))
    assert "STALE since 08:00:00 UTC" in said
    assert "ts-is-off" in depth_ladder.draw(replace(LADDER, off=OFF)).classes
    assert off_text(None) == ""
    assert off_text(Off("syncing", 0)) == "SYNCING"


@pytest.mark.parametrize("draw", [depth_ladder.draw, depth_walls.draw])
def test_without_a_book_it_is_said_in_words(draw):
    assert "No order book has come." in texts(draw(None))


def test_an_empty_book_has_a_ladder_without_rows():
    none = Ladder(ints(), ints(), ints())
    empty = replace(LADDER, bids=none, asks=none, bid_ticks=0, ask_ticks=0, last=None)
    assert rows_of(depth_ladder.draw(empty), "ladder") == [["spread –"]]


NOW = BookNowView(
    instrument=GRID,
    touch=-0.3,
    near=np.array([0.5, 0.02, np.nan, np.nan]),
    near_lots=np.array([[300.0, 100.0], [510.0, 490.0], [np.nan] * 2, [np.nan] * 2]),
    flow_lots=np.array([120.0, -40.0, np.nan]),
    flow_share=np.array([1.2, -0.4, np.nan]),
    bid_ticks=961_150,
    ask_ticks=961_151,
    weighted_mid_ticks=961_150.25,
    microprice_ticks=float("nan"),
    spread_bps=0.0104,
    mean_spread_bps=0.011,
    hour_spread_bps=float("nan"),
    at_ns=START_NS,
    off=None,
)


def test_imbalance_flow_and_prices():
    obi, flow, prices = depth_state.draw(NOW)
    assert rows_of(obi, "obi") == [
        ["touch", "−0.30", " ", " "],
        ["5 bps", "+0.50", "3.00", "1.00"],
        ["10 bps", "+0.02", "5.10", "4.90"],
        ["25 bps", "–", "–", "–"],
        ["50 bps", "–", "–", "–"],
    ]
    assert rows_of(flow, "ofi") == [
        ["1 s", "+1.20", "+1.2"],
        ["10 s", "−0.40", "−0.4"],
        ["60 s", "–", "–"],
    ]
    said = texts(prices)
    assert said[1:] == [
        "Mid", "96,115.05", "Weighted mid", "96,115.03", "Microprice", "–",
        "Spread", "0.010 bps", "Mean of a minute", "0.011 bps", "Median of an hour", "–",
    ]  # fmt: skip


def test_before_any_book_the_balance_is_words():
    (card,) = depth_state.draw(None)
    assert "No order book has come." in texts(card)
    assert depth_cost.draw(None) == ()


def walk(bps, unfilled=0):
    count = 7
    left = ints(*[0] * (count - 1), unfilled)
    return BookWalk(
        filled_lots=ints(*range(10, 10 + count)),
        unfilled_lots=left,
        average_ticks=np.full(count, 961_152.0),
        last_ticks=np.full(count, 961_153.0),
        slippage_bps=np.full(count, bps),
    )


COST = OrderCostView(
    instrument=GRID,
    sizes_lots=ints(10, 20, 50, 100, 200, 500, 1000),
    buy=walk(0.25),
    sell=walk(0.5, unfilled=7),
    mid_ticks=961_150.5,
    impact=PriceImpact(
        np.array([12.5, 400.0]), np.array([0.1, -0.2]), np.array([0.05, np.nan]), ints(30, 1), 2
    ),
    at_ns=START_NS,
    off=None,
)


def test_what_an_order_pays_and_where_the_book_is_too_thin():
    cost, impact = depth_cost.draw(COST)
    rows = rows_of(cost, "cost")
    assert rows[3] == ["1.00", "0.25", "96,115.2", "0.50", "96,115.2"]
    assert rows[6] == ["10.00", "0.25", "96,115.2", "too thin", "–"]
    assert rows_of(impact, "impact") == [
        ["0.12", "+0.10", "± 0.05", "30"],
        ["4.00", "−0.20", "± –", "1"],
    ]


def test_no_order_that_was_followed_is_said_in_words():
    _, impact = depth_cost.draw(replace(COST, impact=None))
    assert "No order of the last minutes was followed by a known mid yet." in texts(impact)


def wall(kind, **changed):
    return replace(
        WallEvent(
            kind=kind, side=BookSide.BID, price_ticks=961_000, event_ns=START_NS + 90 * NS_PER_S,
            known_ns=START_NS + 90 * NS_PER_S, since_ns=START_NS, size_lots=120, peak_lots=2_000,
            least_lots=500, added_lots=2_000, filled_lots=470, cancelled_lots=1_410,
            distance_bps=1.56, is_near=True,
        ),
        **changed,
    )  # fmt: skip


LEDGER = WallLedgerView(
    WallsView(
        instrument=GRID,
        standing=(wall(WallEventKind.CREATED, side=BookSide.ASK, filled_lots=0, cancelled_lots=0),),
        ended=(wall(WallEventKind.PULLED), wall(WallEventKind.OUT_OF_VIEW)),
        icebergs=(),
        since_ns=START_NS,
        not_ready="",
        is_live=True,
    ),
    now_ns=START_NS + 100 * NS_PER_S,
    off=None,
)


def test_the_ledger_says_how_a_wall_lived_and_ended():
    assert rows_of(depth_walls.draw(LEDGER), "walls") == [
        ["▼ ask", "stands", "96,100.0", "08:00:00", "100 s", "1.20", "20.00", "–", "–", "1.6"],
        ["▲ bid", "pulled", "96,100.0", "08:00:00", "90 s", "1.20", "20.00", "25 %", "75 %", "1.6"],
    ]


def test_a_ledger_that_is_not_ready_says_so():
    early = replace(LEDGER, walls=replace(LEDGER.walls, not_ready="a minute more is needed"))
    said = " ".join(texts(depth_walls.draw(early)))
    assert "followed since 08:00:00 UTC; not ready yet: a minute more is needed." in said
    none = replace(LEDGER, walls=replace(LEDGER.walls, since_ns=None))
    assert "The next change of the book is awaited." in texts(depth_walls.draw(none))


def test_a_file_of_the_ledger_has_every_column_also_without_rows():
    events = [*LEDGER.walls.ended, *LEDGER.walls.standing]
    table = depth_walls.columns(events, GRID)
    assert tuple(table) == depth_walls.COLUMNS
    assert table["state"] == ["pulled", "stands", "stands"]
    assert table["eaten_frac"] == [0.25, 0.25, None]
    assert table["life_s"] == [90.0, None, None]
    assert csv_bytes(table, source="simulated").count(b"\n") >= 4
    assert tuple(depth_walls.columns([], GRID)) == depth_walls.COLUMNS


def picture(lots):
    cells = np.full((COLUMNS, ROWS), np.nan, np.float32)
    cells[0, : len(lots)] = lots
    orders = np.zeros(1, ORDER_DTYPE)
    orders["ts_event_ns"], orders["size_lots"], orders["vwap_ticks"] = START_NS, 250, 961_150.0
    orders["notional_tick_lots"] = 250 * 961_150.0
    return DepthView(
        instrument=GRID, from_ns=START_NS, ticks_per_row=5, first_row=192_000, lots=cells,
        bid_ticks=np.full(COLUMNS, 961_150.0), ask_ticks=np.full(COLUMNS, np.nan),
        contrast_lots=(1.0, 2.0), orders=orders, off=None, newest_recv_ns=START_NS,
    )  # fmt: skip


def test_cells_are_codes_by_the_logarithm():
    found = depth_map.codes(np.array([np.nan, 0, 1, 2, 3, 2.0**60], np.float32))
    assert found.tolist() == [65_535, 0, 1, 1_025, 1_624, 61_441]
    back = 2.0 ** ((found[4] - 1) / depth_map.PER_OCTAVE)
    assert back == pytest.approx(3, rel=0.0004)


def test_the_picture_is_in_prices_and_coins():
    drawn = depth_map.draw(picture([0, 1, 2]), LEDGER.walls)
    assert drawn["codes"].size == COLUMNS * ROWS * 2
    assert drawn["codes"].view(np.uint16)[:4].tolist() == [0, 1, 1_025, 65_535]
    assert (drawn["low_ticks"], drawn["row_ticks"], drawn["tick"]) == (960_000, 5, 0.1)
    assert drawn["contrast"] == [1, 1_025]
    assert drawn["contrast_text"] == ["0.01", "0.02"]
    assert drawn["bid"][0] == pytest.approx(96_115.0)
    assert drawn["orders"]["value"][0] == pytest.approx(2.5 * 96_115.0)
    assert [(each["label"], each["to_ms"]) for each in drawn["walls"]] == [
        ("pulled", 1_795_248_090_000.0),
        ("out of view", 1_795_248_090_000.0),
        ("1.20 BTC", None),
    ]


def test_a_picture_of_nothing_has_no_contrast():
    nothing = replace(picture([0]), contrast_lots=(float("nan"), float("nan")))
    drawn = depth_map.draw(nothing, None)
    assert (drawn["contrast"], drawn["walls"]) == ([None, None], [])
