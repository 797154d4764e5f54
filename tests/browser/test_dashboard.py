import re
import time

import numpy as np
import pytest

from core.domain.units import NS_PER_S
from tests.browser.board import ROOT, frames_per_s
from tests.support.desk_day import BASIS, CLOSED, END_NS, PRICES, RATES
from tests.support.waiting import until

pytestmark = pytest.mark.browser

CODES = {"binance": "BNC", "okx": "OKX", "bybit": "BBT"}


def opened(page, server, query=""):
    started = time.monotonic()
    page.goto(f"{server.url}/dashboard{query}", timeout=120_000)
    page.wait_for_selector(f"{ROOT} [data-card=matrix]", timeout=120_000)
    print(f"dashboard: first figures after {time.monotonic() - started:.2f} s")
    return page


def column(page, coin):
    return page.locator(f'{ROOT} [data-coin="{coin}"]')


def said(page, coin, name):
    return column(page, coin).locator(f'[data-stat="{name}"]').inner_text()


def digits(text):
    """The first number of a text; K, M and B count."""
    found = re.search(r"[−-]?[\d,]+\.?\d*", text)
    power = {"K": 1e3, "M": 1e6, "B": 1e9}.get(text[found.end() : found.end() + 1], 1.0)
    return float(found[0].replace("−", "-").replace(",", "")) * power


@pytest.mark.timeout(300)
def test_every_figure_is_that_of_the_recorded_rows(page, still, day):
    opened(page, still)
    until(
        lambda: page.wait_for_timeout(200) or _is_at_the_end(page),
        within_s=200,
        what="the end of the recording",
    )
    page.wait_for_timeout(1_500)
    for coin in PRICES:
        _flow(page, day, coin)
        _basis(page, day, coin)
        _liquidations(page, day, coin)
        _funding(page, coin)
        _whales(page, day, coin)


def _is_at_the_end(page):
    """Whether all that was recorded is on the page, and nothing of it is grey."""
    return (
        page.locator(f"{ROOT} .ts-mega").count() == len(PRICES)
        and not page.locator(f"{ROOT} .ts-is-off").count()
    )


def _flow(page, day, coin):
    bought = sold = 0.0
    for key in day.of(coin):
        rows = day.trades[key]
        rows = rows[rows["ts_event_ns"] >= END_NS - 1 - 60 * NS_PER_S]
        worth = day.worth(key, rows)
        bought += worth[rows["aggressor"] > 0].sum()
        sold += worth[rows["aggressor"] < 0].sum()
    share = bought / (bought + sold)
    assert digits(said(page, coin, "flow-share")) == pytest.approx(100 * share, abs=0.0501)
    assert digits(said(page, coin, "flow-net")) == pytest.approx(bought - sold, rel=0.006)
    arrows = ["↓↓", "↓", "→", "↑", "↑↑"]
    edges = np.searchsorted([0.2, 0.4, 0.6, 0.8], share)
    assert said(page, coin, "flow-arrow") == arrows[edges]
    assert digits(said(page, coin, "divergence-cvd")) == pytest.approx(bought - sold, rel=0.006)


def _basis(page, day, coin):
    found = []
    for venue in BASIS:
        perp, spot = (day.quotes[coin, venue, kind][-1] for kind in ("perp", "spot"))
        ticks = [float(day.listed[coin, venue, kind].tick_size) for kind in ("perp", "spot")]
        mids = [
            (int(row["bid_ticks"]) + int(row["ask_ticks"])) / 2 * tick
            for row, tick in zip((perp, spot), ticks, strict=True)
        ]
        found.append(mids[0] / mids[1] - 1)
    assert digits(said(page, coin, "basis-frac")) == pytest.approx(
        100 * float(np.mean(found)), abs=0.000501
    )
    words = column(page, coin).locator("[data-card=basis] .ts-row").all_inner_texts()
    assert [each.split("\n")[-1] for each in words] == [_word(each) for each in found]
    assert said(page, coin, "basis-state") == _word(np.mean(found))


def _word(frac):
    steep = "STEEP " if abs(frac) > 0.005 else ""
    return f"{steep}{'CONTANGO' if frac > 0 else 'BACKWARDATION'}"


def _liquidations(page, day, coin):
    longs = shorts = 0.0
    for venue in ("binance", "bybit"):
        rows = day.liquidations[coin, venue, "perp"]
        worth = rows["price"] * rows["size_lots"] * float(day.listed[coin, venue, "perp"].lot_size)
        longs, shorts = longs + worth[0], shorts + worth[1]
    assert len(CLOSED) == 2
    assert said(page, coin, "liq-longs").startswith("longs ≥ 2 · ")
    assert digits(said(page, coin, "liq-longs").split("·")[1]) == pytest.approx(longs, rel=0.006)
    assert digits(said(page, coin, "liq-shorts").split("·")[1]) == pytest.approx(shorts, rel=0.006)
    assert said(page, coin, "liq-danger") == "⚠ DANGER ZONE"


def _funding(page, coin):
    per_8h = [(rate + 1e-9 * 119) * (2 if venue == "okx" else 1) for venue, rate in RATES.items()]
    assert digits(said(page, coin, "funding-rate")) == pytest.approx(
        100 * float(np.mean(per_8h)), abs=0.0000501
    )
    assert said(page, coin, "funding-payer") == "LONGS PAY"
    card = column(page, coin).locator("[data-card=funding]").inner_text()
    assert "in 4:00:00" in card
    assert "/4h" in card


def _whales(page, day, coin):
    rows = column(page, coin).locator(".ts-whale").all_inner_texts()
    orders = []
    for number in range(3):
        key = (coin, "binance", "perp")
        whole = np.sort(day.worth(key, day.trades[key]))[-6:]
        orders.append(whole[2 * number : 2 * number + 2].sum())
    # The newest is the largest: 5.5 million, with its sign; then of 0.9 and of 0.7.
    values = [digits(next(each for each in row.split("\n") if each[-1] in "KM")) for row in rows]
    assert values == pytest.approx([orders[2], orders[1], orders[0]], rel=0.006)
    assert "⚠" in rows[0]
    assert "⚠" not in rows[1]
    assert "SELL" in rows[1]
    assert all("BNC" in row for row in rows)


@pytest.mark.timeout(300)
def test_venues_stand_one_by_one_and_a_coin_can_be_left_out(page, still):
    opened(page, still, "?show_venues=one+by+one&coins=BTC&coins=SOL")
    flow = column(page, "BTC").locator("[data-card=flow] .ts-row")
    until(lambda: page.wait_for_timeout(200) or flow.count() == 3, within_s=200, what="venues")
    assert [each.split("\n")[0] for each in flow.all_inner_texts()] == list(CODES.values())
    assert column(page, "ETH").count() == 0
    assert column(page, "SOL").count() == 1


@pytest.mark.timeout(300)
def test_the_table_holds_every_whale_and_can_be_taken_away(page, still):
    opened(page, still)
    page.get_by_text("Whales: all orders of at least 500K that are held, 9 now").wait_for(
        timeout=200_000
    )
    with page.expect_download() as told:
        page.locator(".st-key-download-whales button", has_text="CSV").first.click()
    text = told.value.path().read_text()
    head, *lines = text.splitlines()
    assert len(lines) == 9
    assert all(line.startswith("replay,") for line in lines)
    symbols = [line.split(",")[head.split(",").index("symbol")] for line in lines]
    assert sorted(set(symbols)) == ["BTCUSDT", "ETHUSDT", "SOLUSDT"]


@pytest.mark.timeout(300)
def test_the_panels_move_four_times_a_second(page, server):
    opened(page, server)
    # Four on an idle machine; a busy one gets fewer, never a queue.
    assert frames_per_s(page, "dashboard") > 1
