import csv
import io
from dataclasses import replace
from decimal import Decimal

from core.calc.imbalance_presets import ATAS, STRICT
from core.domain.units import NS_PER_S
from data.exports.table import columns_of, csv_bytes
from data.views.footprint import FootprintSpec, footprint_view
from pages.shell.export import compared_table, footprint_table
from tests.support.market import StillSource, still_runtime
from tests.support.trades import START_NS, instrument, trades

BTC = instrument("binance.perp.BTCUSDT", tick="0.1", step="0.001")
SPEC = FootprintSpec((BTC.id,), "1m", START_NS, ticks_per_row=10)


def lines(view, spec, source="simulated"):
    table = footprint_table(view, spec)
    return list(csv.DictReader(io.StringIO(csv_bytes(table, source=source).decode())))


def rows(tmp_path):
    tape = trades((0, 1000, 5, 1), (10, 1013, 7, -1), (20, 1012, 4, 1))
    run = still_runtime(tmp_path, StillSource([BTC]), [(BTC, tape)])
    view = footprint_view(run.engine, SPEC, now_ns=START_NS + 70 * NS_PER_S)
    run.stop()
    return lines(view, SPEC)


def test_there_is_a_line_per_row_highest_price_first_in_exact_units(tmp_path):
    high, low = rows(tmp_path)
    assert (high["row_low_USDT"], high["row_high_USDT"]) == ("101.0", "101.9")
    assert (high["bid_volume_BTC"], high["ask_volume_BTC"]) == ("0.007", "0.004")
    assert (high["delta_BTC"], high["total_BTC"]) == ("-0.003", "0.011")
    assert (high["sell_trades"], high["buy_trades"]) == ("1", "1")
    assert (low["row_low_USDT"], low["ask_volume_BTC"]) == ("100.0", "0.005")
    assert (high["poc"], low["poc"]) == ("yes", "no")
    assert (high["imbalance_by"], low["imbalance_by"]) == ("strict", "strict")


def test_a_candle_without_trades_still_says_from_which_source_it_is(tmp_path):
    run = still_runtime(tmp_path, StillSource([BTC]), [(BTC, trades((0, 1000, 5, 1)))])
    later = FootprintSpec((BTC.id,), "1m", START_NS + 600 * NS_PER_S)
    view = footprint_view(run.engine, later, now_ns=START_NS + 700 * NS_PER_S)
    run.stop()
    (line,) = lines(view, later)
    assert line["source"] == "simulated"
    assert line["note"] == "Nothing traded in this candle."
    assert line["total_BTC"] == ""


def test_a_candle_before_the_tape_says_that_its_trades_are_not_held(tmp_path):
    run = still_runtime(tmp_path, StillSource([BTC]), [(BTC, trades((0, 1000, 5, 1)))])
    earlier = FootprintSpec((BTC.id,), "1m", START_NS - 600 * NS_PER_S)
    view = footprint_view(run.engine, earlier, now_ns=START_NS)
    run.stop()
    (line,) = lines(view, earlier, "live")
    assert (line["complete"], line["note"]) == ("no", "No trades are held of it.")


def test_a_market_of_which_nothing_has_come_still_exports_its_source_and_a_sentence():
    (line,) = lines(None, SPEC)
    assert (line["source"], line["instruments"]) == ("simulated", "binance.perp.BTCUSDT")
    assert line["note"] == "Nothing has come of this market yet."


def test_every_line_says_from_which_source_and_market_it_is(tmp_path):
    for line in rows(tmp_path):
        assert line["source"] == "simulated"
        assert line["instruments"] == "binance.perp.BTCUSDT"
        assert line["bar_open_utc"] == "2023-11-14T22:13:00Z"
        assert line["bar_open_ns"] == "1699999980000000000"
        assert (line["closed"], line["complete"]) == ("yes", "yes")


def test_the_grade_of_the_candle_goes_with_every_row(tmp_path):
    tape = trades((0, 1000, 5, 1), (10, 1013, 7, -1), (20, 1012, 4, 1), (70, 1012, 4, 1))
    tape["trade_id"] = 1, 2, 4, 5
    run = still_runtime(tmp_path, StillSource([BTC]), [(BTC, tape)])
    view = footprint_view(run.engine, SPEC, now_ns=START_NS + 80 * NS_PER_S)
    run.stop()
    for line in lines(view, SPEC):
        assert (line["grade"], line["book_grade"]) == ("0.7500", "")
        assert line["grade_reason"] == "75 %: trade numbers are missing"


def test_what_is_not_proven_has_an_empty_grade_and_says_so(tmp_path):
    for line in rows(tmp_path):
        assert (line["grade"], line["grade_reason"]) == ("", "not proven yet")


def test_cells_that_two_conventions_dispute_are_a_table_with_both_names_and_the_reason(tmp_path):
    tape = trades((0, 1000, 30, -1), (10, 1010, 90, 1), (20, 1010, 1, -1), (30, 1020, 5, 1))
    run = still_runtime(tmp_path, StillSource([BTC]), [(BTC, tape)])
    spec = replace(SPEC, preset=STRICT, compare_with=ATAS)
    view = footprint_view(run.engine, spec, now_ns=START_NS + 70 * NS_PER_S)
    run.stop()
    table = columns_of(compared_table(view, spec), source="simulated")
    assert len(table["why"]) == len(view.compared.reasons) > 0
    assert set(table["marked_by"]) | set(table["not_by"]) == {STRICT.name, ATAS.name}
    assert set(table["source"]) == {"simulated"}
    assert set(table["price"]) <= {Decimal("100.0"), Decimal("101.0"), Decimal("102.0")}


def test_a_candle_that_is_compared_with_nothing_has_no_such_cells():
    assert columns_of(compared_table(None, SPEC), source="live")["why"] == []
