import numpy as np

from core.calc.footprint import footprint
from core.calc.imbalance_presets import ATAS, EXOCHARTS, QUANTOWER, STRICT
from core.calc.imbalance_reasons import compare
from pages.figures import compared
from tests.support.trades import START_NS, instrument, trades

GRID = instrument(tick="0.5", step="1")


def candle(*rows):
    return footprint(trades(*rows), open_ns=START_NS, ticks_per_row=1)


def said(first, second, result, **settings):
    found = compare(first, second, result.sell_lots, result.buy_lots, **settings)
    return found, compared.words(found, result, GRID)


def exactly_three_times():
    return candle((0, 100, 13, -1), (1, 101, 39, 1))


def test_a_changed_cell_is_told_by_price_side_the_one_who_marks_it_and_both_numbers():
    _, words = said(STRICT, QUANTOWER, exactly_three_times())
    assert words["summary"] == "1 cell differs: strict marks 1, Quantower 0"
    assert words["rows"] == [
        {
            "price": "50.5",
            "side": "ask",
            "by": "strict",
            "why": "39 vs 13 = 3.0x; Quantower needs more than 3x",
        }
    ]
    assert words["legend"] == "Whole box: only strict. Dotted box: only Quantower."


def test_a_mark_in_another_row_says_where_the_other_has_it_highest_price_first():
    _, words = said(STRICT, ATAS, candle((0, 100, 13, -1), (1, 101, 42, 1)))
    assert [(each["price"], each["by"], each["why"]) for each in words["rows"]] == [
        ("50.5", "strict", "42 vs 13 = 3.2x; ATAS has it at 50.0"),
        ("50.0", "ATAS", "42 vs 13 = 3.2x; strict has it at 50.5"),
    ]


def test_a_zero_and_a_least_volume_are_named():
    result = candle((0, 100, 5, -1), (1, 101, 1, 0))
    _, zero = said(STRICT, EXOCHARTS, result)
    _, least = said(STRICT, QUANTOWER, result, min_lots=5)
    assert zero["rows"][0]["why"] == "5 vs 0; Exocharts leaves out a zero"
    assert least["rows"][0]["why"] == "5 vs 0; Quantower needs more than 5"
    assert zero["rows"][0]["side"] == "bid"


def test_the_box_is_whole_where_the_convention_shown_marks_the_cell_else_dotted():
    result = candle((0, 100, 13, -1), (1, 101, 42, 1))
    found, _ = said(STRICT, ATAS, result)
    theirs, ours = compared.outlines(found, result, GRID)
    assert (ours["y0"], ours["y1"], ours["line"]["dash"]) == (50.5, 51.0, "solid")
    assert (theirs["y0"], theirs["y1"], theirs["line"]["dash"]) == (50.0, 50.5, "dot")
    assert ours["x0"] < 1 < ours["x1"]


def test_what_both_mark_alike_is_one_sentence_and_no_box():
    found, words = said(STRICT, EXOCHARTS, exactly_three_times())
    assert words["summary"] == "strict and Exocharts mark the same 1 cell"
    assert (words["rows"], words["legend"], words["more"]) == ([], "", "")
    assert compared.outlines(found, exactly_three_times(), GRID) == []


def test_a_long_list_ends_with_the_count_of_the_rest():
    rows = [(index, 100 + index, 9, 1) for index in range(43)]
    _, words = said(STRICT, EXOCHARTS, candle(*rows))
    assert words["summary"].startswith("42 cells differ")
    assert len(words["rows"]) == 30
    assert words["more"] == "and 12 more"


def test_a_candle_without_trades_has_nothing_to_compare():
    empty = footprint(trades()[:0], open_ns=START_NS, ticks_per_row=1)
    found, words = said(STRICT, ATAS, empty)
    assert words["summary"] == "strict and ATAS mark the same 0 cells"
    assert np.array(found.reasons).size == 0
