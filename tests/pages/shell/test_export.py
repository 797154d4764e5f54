import csv
import io

from core.domain.units import NS_PER_S
from data.views.footprint import FootprintSpec, footprint_view
from pages.shell.export import _safe, file_name, footprint_csv
from tests.support.market import StillSource, still_runtime
from tests.support.trades import START_NS, instrument, trades

BTC = instrument("binance.perp.BTCUSDT", tick="0.1", step="0.001")
SPEC = FootprintSpec((BTC.id,), "1m", START_NS, ticks_per_row=10)


def rows(tmp_path):
    tape = trades((0, 1000, 5, 1), (10, 1013, 7, -1), (20, 1012, 4, 1))
    run = still_runtime(tmp_path, StillSource([BTC]), [(BTC, tape)])
    view = footprint_view(run.engine, SPEC, now_ns=START_NS + 70 * NS_PER_S)
    run.stop()
    text = footprint_csv(view, SPEC, source="simulated")
    return list(csv.DictReader(io.StringIO(text)))


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
    (line,) = csv.DictReader(io.StringIO(footprint_csv(view, later, source="simulated")))
    assert line["source"] == "simulated"
    assert line["note"] == "Nothing traded in this candle."
    assert line["total_BTC"] is None


def test_a_candle_before_the_tape_says_that_its_trades_are_not_held(tmp_path):
    run = still_runtime(tmp_path, StillSource([BTC]), [(BTC, trades((0, 1000, 5, 1)))])
    earlier = FootprintSpec((BTC.id,), "1m", START_NS - 600 * NS_PER_S)
    view = footprint_view(run.engine, earlier, now_ns=START_NS)
    run.stop()
    (line,) = csv.DictReader(io.StringIO(footprint_csv(view, earlier, source="live")))
    assert (line["complete"], line["note"]) == ("no", "No trades are held of it.")


def test_a_market_of_which_nothing_has_come_still_exports_its_source_and_a_sentence():
    (line,) = csv.DictReader(io.StringIO(footprint_csv(None, SPEC, source="simulated")))
    assert (line["source"], line["instruments"]) == ("simulated", "binance.perp.BTCUSDT")
    assert line["note"] == "Nothing has come of this market yet."


def test_every_line_says_from_which_source_and_market_it_is(tmp_path):
    for line in rows(tmp_path):
        assert line["source"] == "simulated"
        assert line["instruments"] == "binance.perp.BTCUSDT"
        assert line["bar_open_utc"] == "2023-11-14 22:13:00 UTC"
        assert (line["closed"], line["complete"]) == ("yes", "yes")


def test_no_cell_of_text_can_be_taken_for_a_formula():
    for text in ("=1+1", "+1", "-1", "@x", "\t=1"):
        assert _safe(text) == f"'{text}"
    assert _safe("BTC") == "BTC"


def test_the_files_name_has_nothing_that_a_path_could_mean():
    name = file_name(SPEC, source="simulated")
    assert name == "footprint_simulated_binance.perp.BTCUSDT_1m_2023-11-14T221300.csv"
    odd = FootprintSpec((instrument("okx.spot.A:/..-B").id,), "1m", START_NS)
    assert "/" not in file_name(odd, source="live")


def test_the_grade_of_the_candle_goes_with_every_row(tmp_path):
    tape = trades((0, 1000, 5, 1), (10, 1013, 7, -1), (20, 1012, 4, 1), (70, 1012, 4, 1))
    tape["trade_id"] = 1, 2, 4, 5
    run = still_runtime(tmp_path, StillSource([BTC]), [(BTC, tape)])
    view = footprint_view(run.engine, SPEC, now_ns=START_NS + 80 * NS_PER_S)
    run.stop()
    for line in csv.DictReader(io.StringIO(footprint_csv(view, SPEC, source="simulated"))):
        assert (line["grade"], line["book_grade"]) == ("0.7500", "")
        assert line["grade_reason"] == "75 %: trade numbers are missing"


def test_what_is_not_proven_has_an_empty_grade_and_says_so(tmp_path):
    for line in rows(tmp_path):
        assert (line["grade"], line["grade_reason"]) == ("", "not proven yet")
