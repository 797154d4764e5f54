import math

import numpy as np
import pytest

from core.domain.errors import JournalError
from data.journal.entry import (
    MOST_LETTERS,
    Entry,
    Wish,
    checked_note,
    checked_tags,
    found,
    plain_figure,
)

DAY_NS = 86_400_000_000_000
NS = 1_700_000_000_000_000_000  # 2023-11-14 22:13:20 UTC


def entry(**changes):
    facts = {
        "id": "1",
        "made_ns": NS,
        "changed_ns": NS,
        "source": "live",
        "instruments": ("binance.perp.BTCUSDT",),
        "bars": "1m",
        "bar_ns": NS,
        "end_ns": NS + 60_000_000_000,
        "numbers": {"delta_BTC": "-7.490"},
        "note": "Sellers absorbed at the low",
        "tags": ("absorption", "long"),
    }
    return Entry(**(facts | changes))


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", '=HYPERLINK("x")', "ünï🦊", "one\n\ntwo", "**bold** $x$"]
)
def test_a_note_is_kept_as_the_text_that_it_is(text):
    assert checked_note(text) == text


def test_what_no_screen_can_show_is_left_out_of_a_note():
    assert checked_note(" a\x00\x1b[31mb\r\nc\rd\t \ud83e") == "a[31mb\nc\nd\t ?"


def test_a_note_that_is_too_long_is_refused_with_both_numbers():
    assert checked_note("x" * MOST_LETTERS) == "x" * 4000
    with pytest.raises(JournalError, match="4,001 letters; at most 4,000 are kept"):
        checked_note("x" * 4001)


def test_tags_are_words_between_commas_each_once():
    assert checked_tags(" long,  absorption at low ,long,, <b> ") == (
        "long",
        "absorption at low",
        "<b>",
    )
    assert checked_tags("") == ()


def test_too_many_tags_or_too_long_ones_are_refused_by_name():
    with pytest.raises(JournalError, match="there are 13 tags; at most 12 are kept"):
        checked_tags(",".join(map(str, range(13))))
    with pytest.raises(JournalError, match="a tag has at most 40 letters, was 'xxx"):
        checked_tags("x" * 41)


def test_entries_are_found_by_words_symbol_tag_and_day():
    first = entry()
    second = entry(
        id="2",
        note="A sweep",
        tags=("long",),
        instruments=("okx.spot.ETH-USDT",),
        bar_ns=NS + DAY_NS,
    )
    both = [first, second]
    assert found(both, Wish()) == both
    assert found(both, Wish(text="LOW absorbed")) == [first]
    assert found(both, Wish(text="eth")) == [second]
    assert found(both, Wish(instrument="okx.spot.ETH-USDT")) == [second]
    assert found(both, Wish(tags=("long",))) == both
    assert found(both, Wish(tags=("long", "absorption"))) == [first]
    assert found(both, Wish(days=("2023-11-14", "2023-11-14"))) == [first]
    assert found(both, Wish(days=("2023-11-15", "2023-12-01"))) == [second]
    assert found(both, Wish(text="nothing like this")) == []


def test_a_figure_is_opened_into_lists_and_what_is_not_known_is_none():
    figure = {"data": [{"x": np.array([1.0, math.nan]), "n": np.int64(3)}], "layout": {"a": (1,)}}
    assert plain_figure(figure) == {"data": [{"x": [1.0, None], "n": 3}], "layout": {"a": [1]}}
    assert plain_figure(math.inf) is None
