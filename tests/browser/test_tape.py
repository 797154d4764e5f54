"""The page Tape: its rows are the orders of a fixed replay, and it moves four times a second."""

import time

import pytest

from core.domain.instrument import MarketKind
from core.domain.units import NS_PER_S
from tests.browser.board import ROOT, frames_per_s
from tests.support.desk_day import END_NS, WHALES
from tests.support.waiting import until

pytestmark = pytest.mark.browser

ROWS = f"{ROOT} [data-table=tape] tbody tr"
CODES = {"binance": "BNC", "okx": "OKX", "bybit": "BBT"}
KINDS = {MarketKind.PERP: "P", MarketKind.SPOT: "S"}
SIDES = {1: "▲ BUY", -1: "▼ SELL"}


def opened(page, server, query=""):
    started = time.monotonic()
    page.goto(f"{server.url}/tape{query}")
    page.locator(ROWS).first.wait_for(timeout=120_000)
    print(f"tape: first figures after {time.monotonic() - started:.2f} s")
    return page


def orders(day, coin="BTC"):
    """Orders of all markets of a coin by a plain loop: (ns, side, market, price, worth, fills)."""
    found = []
    keys = [key for kind in MarketKind for key in day.of(coin, kind)]
    keys.sort(key=lambda key: key[2] != MarketKind.PERP)
    for place, key in enumerate(keys):
        rows, before, own = day.trades[key], None, []
        tick = float(day.listed[key].tick_size)
        for row, worth in zip(rows, day.worth(key, rows).tolist(), strict=True):
            ns, side, ticks = (int(row[n]) for n in ("ts_event_ns", "aggressor", "price_ticks"))
            if before and before[:2] == (ns, side) and side * (ticks - before[2]) >= 0:
                whole, lots = own[-1][4] + worth, own[-1][6] + int(row["size_lots"])
                price = whole / lots / float(day.listed[key].lot_size)
                own[-1] = (*own[-1][:3], price, whole, own[-1][5] + 1, lots)
            else:
                market = f"{CODES[key[1]]} {KINDS[key[2]]}"
                own.append((ns, side, market, ticks * tick, worth, 1, int(row["size_lots"])))
            before = ns, side, ticks
        found += [(each[0], place, number, each) for number, each in enumerate(own)]
    return [each[-1] for each in sorted(found, key=lambda each: each[:3])]


def listed(page):
    """What the rows say, as (ns of the day, side, market, price, worth, fills)."""
    script = "rows => rows.map(row => [...row.cells].map(cell => cell.innerText))"
    return [
        (
            _ns(cells[0]),
            cells[1],
            " ".join(cells[2].split()),
            *(float(cells[at].replace(",", "")) for at in (3, 5, 6)),
        )
        for cells in page.locator(ROWS).evaluate_all(script)
    ]


def _ns(text):
    hours, minutes, seconds = text.split(":")
    whole_s = int(hours) * 3_600 + int(minutes) * 60
    return (whole_s * 1_000 + round(float(seconds) * 1_000)) * 1_000_000


def expected(every, count=80):
    return [
        (ns % (86_400 * NS_PER_S), SIDES[side], market, price, worth, fills)
        for ns, side, market, price, worth, fills, _ in every[::-1][:count]
    ]


def same(page, every, within_s=120):
    """Wait for the end of the recording, then hold every row to the plain loop's."""
    wanted = expected(every)
    newest = wanted[0][0]

    def is_there():
        page.wait_for_timeout(200)
        rows = page.locator(ROWS)
        return rows.count() == len(wanted) and listed(page)[0][0] == newest

    until(is_there, within_s=within_s, what="the end of the recording")
    page.wait_for_timeout(500)
    told = listed(page)
    assert [each[:3] for each in told] == [each[:3] for each in wanted]
    for mine, other in zip(told, wanted, strict=True):
        assert mine[3] == pytest.approx(other[3], abs=0.051), "prices to a tenth"
        assert mine[4] == pytest.approx(other[4], abs=0.501), "worth to a whole coin"
        assert mine[5] == other[5]


@pytest.mark.timeout(420)
def test_the_rows_are_the_rebuilt_orders_of_the_recording(page, still, day):
    opened(page, still)
    every = orders(day)
    same(page, every)
    assert sum(each[5] for each in every) > len(every), "some orders have several fills"


@pytest.mark.timeout(420)
def test_filters_by_worth_side_and_market_change_the_rows(page, still, day):
    every = orders(day)
    opened(page, still, "?tape_least=100000")
    same(page, [each for each in every if each[4] >= 100_000])
    worth = [each[4] for each in listed(page)]
    assert worth == pytest.approx([whole * 1.01 for *_, whole in WHALES[::-1]], rel=1e-3)
    assert [each[1] for each in listed(page)] == ["▲ BUY", "▼ SELL", "▲ BUY"]
    opened(page, still, "?tape_kind=spot&tape_side=%E2%96%BC+sells&tape_most=3000")
    kept = [each for each in every if each[4] < 3_000 and each[1] < 0 and each[2][-1] == "S"]
    same(page, kept)
    opened(page, still, "?tape_kind=perp&venues=Binance&venues=Bybit")
    same(page, [each for each in every if each[2] in ("BNC P", "BBT P")])


@pytest.mark.timeout(420)
def test_speed_and_pressure_are_those_of_the_last_seconds(page, still, day):
    opened(page, still, "?tape_kind=perp")
    same(page, [each for each in orders(day) if each[2].endswith("P")])
    end_ns = (END_NS - 1 - 300_000_000) // 250_000_000 * 250_000_000
    for seconds, name in ((60, "60s"), (300, "5min")):
        bought = sold = 0.0
        for key in day.of("BTC"):
            rows = day.trades[key]
            at_ns = rows["ts_event_ns"]
            rows = rows[(at_ns >= end_ns - seconds * NS_PER_S) & (at_ns < end_ns)]
            worth = day.worth(key, rows)
            bought += worth[rows["aggressor"] > 0].sum()
            sold += worth[rows["aggressor"] < 0].sum()
        text = page.locator(f"{ROOT} [data-stat=share-{name}]").inner_text()
        assert text == f"{100 * bought / (bought + sold):.0f} % buy"
    three = [
        each for each in orders(day) if end_ns - 3 * NS_PER_S <= each[0] < end_ns and "P" in each[2]
    ]
    text = page.locator(f"{ROOT} [data-stat=speed-orders]").inner_text()
    assert text == f"{len(three) / 3:.1f} orders/s"


@pytest.mark.timeout(420)
def test_the_table_holds_every_order_of_the_filter_and_can_be_taken_away(page, still):
    opened(page, still, "?tape_least=100000")
    page.get_by_text("All held orders in a table").click()
    page.get_by_text("3 since ").wait_for(timeout=60_000)
    with page.expect_download() as told:
        page.locator(".st-key-download-tape button", has_text="CSV").first.click()
    head, *lines = told.value.path().read_text().splitlines()
    assert len(lines) == 3
    values = [float(line.split(",")[head.split(",").index("value_quote")]) for line in lines]
    assert values == pytest.approx([whole * 1.01 for *_, whole in WHALES[::-1]], rel=1e-3)


@pytest.mark.timeout(420)
def test_a_pause_keeps_the_rows_and_counts_what_comes(page, server):
    opened(page, server)
    page.locator(".st-key-tape_pause").get_by_text("Pause", exact=True).click()
    page.locator(f"{ROOT} [data-stat=paused]").wait_for(timeout=30_000)
    count = page.locator(f"{ROOT} [data-stat=new]")
    page.wait_for_timeout(1_000)
    before = listed(page)

    def new():
        return int(count.inner_text().split()[0].replace(",", "").rstrip("+"))

    first = new()
    until(lambda: page.wait_for_timeout(200) or new() > first, within_s=30, what="more orders")
    assert listed(page) == before
    page.locator(".st-key-tape_pause").get_by_text("Pause", exact=True).click()
    page.locator(f"{ROOT} [data-stat=paused]").wait_for(state="detached", timeout=30_000)
    until(lambda: page.wait_for_timeout(200) or listed(page) != before, within_s=30, what="rows")


@pytest.mark.timeout(420)
def test_a_click_on_a_length_changes_how_far_back_the_bubbles_go(page, server):
    opened(page, server)
    chosen = page.locator(f'{ROOT} [data-pick="300"]')
    chosen.click()
    until(
        lambda: page.wait_for_timeout(200) or "frame" in (chosen.get_attribute("class") or ""),
        within_s=30,
        what="five minutes",
    )


@pytest.mark.timeout(420)
def test_the_tape_moves_four_times_a_second(page, server):
    opened(page, server)
    # Four on an idle machine; a busy one gets fewer, never a queue.
    assert frames_per_s(page, "tape") > 2
