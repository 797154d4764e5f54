from dataclasses import replace

import numpy as np
import pytest

from core.calc.grade import Reason
from pages.figures.grade_text import notes, percent, share_text
from tests.pages.figures.test_grade import GRID, grades

NAN = float("nan")


def said(share, reason, missing_lots=0, book=NAN):
    one = grades((0, share, reason))
    one = replace(one, missing_lots=np.array([missing_lots]), book_grade=np.array([book]))
    return notes(one, GRID).texts[0]


def test_a_bar_short_of_the_candle_says_by_how_much():
    assert said(0.921, Reason.SHORT, 12_400) == (
        "92.1 %: trades missing, the exchange's candle says 12.40 BTC more"
    )
    assert said(0.5, Reason.OVER, -500).endswith("the exchange's candle says 0.500 BTC less")


def test_what_is_not_proven_says_so_and_never_a_percentage():
    assert said(NAN, Reason.UNPROVEN) == "not proven yet"


@pytest.mark.parametrize("reason", set(Reason) - {Reason.UNPROVEN})
def test_every_reason_has_words(reason):
    assert said(0.25, reason).startswith("25 %: ")


def test_a_book_that_was_not_live_all_the_time_is_said_too():
    assert said(1, Reason.IDS, book=0.75) == "100 %: every trade number is there; book live 75 %"
    assert said(1, Reason.IDS, book=1.0) == "100 %: every trade number is there"


def test_bars_that_say_the_same_share_one_sentence():
    many = notes(grades(*((at, 1 - at % 2 / 2, Reason.GAP) for at in range(300))), GRID)
    assert len(many.texts) == 2
    assert many.of_bar.tolist() == [0, 1] * 150
    assert many.of_bar.nbytes == 300


def test_bars_that_all_say_something_else_keep_their_sentences_apart():
    shares = np.arange(1, 301) / 1000
    many = notes(grades(*((at, share, Reason.GAP) for at, share in enumerate(shares))), GRID)
    assert many.of_bar.tolist() == list(range(300))


def test_what_is_not_whole_is_never_rounded_to_the_whole():
    assert [percent(each) for each in (1.0, 0.99999, 0.0, NAN)] == ["100 %", "99.9 %", "0 %", ""]
    assert [share_text(each) for each in (1.0, 0.99999, 0.57, NAN)] == [
        *("1.0000", "0.9999", "0.5700"),
        "",
    ]
