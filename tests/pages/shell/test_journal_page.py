import re

from data.journal.packed import Packed, unpacked
from pages.shell.journal_page import journal_page
from tests.data.journal.test_entry import NS, entry

HOSTILE = "</p></script><script>alert(1)</script><img src=http://x.example/a onerror=alert(1)>"
FIGURE = {"data": [{"type": "bar", "y": [1, None]}], "layout": {"title": HOSTILE}}


def written(*entries, figures):
    return journal_page(Packed(entries=entries, figures=figures), made_ns=NS)


def test_the_page_is_read_again_exactly():
    entries = (entry(id="2", note=HOSTILE, tags=(HOSTILE,)), entry(id="1"))
    page = written(*entries, figures={"2": FIGURE})
    assert unpacked(page) == Packed(entries=entries, figures={"2": FIGURE})


def test_nothing_that_was_written_becomes_an_element_of_the_page():
    page = written(
        entry(note=HOSTILE, tags=(HOSTILE,), numbers={HOSTILE: HOSTILE}, bars=HOSTILE),
        figures={"1": FIGURE},
    ).decode()
    ours = page.replace(_library(page), "")
    assert "<img" not in ours
    assert "<script>alert" not in ours
    assert ours.count("<script") == 3
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in ours


def test_it_loads_nothing_from_elsewhere():
    page = written(entry(), figures={"1": FIGURE}).decode()
    ours = page.replace(_library(page), "")
    assert not re.search(r"<[^>]*\b(src|href)=|url\(|@import", ours)


def test_an_entry_says_source_candle_note_and_numbers_and_that_a_figure_is_missing():
    page = written(entry(), figures={}).decode()
    assert '<span class="source">LIVE</span>BTCUSDT Binance perp, 1m, 2023-11-14 22:13:20' in page
    assert "<td>Delta</td><td>−7.490 BTC</td>" in page
    assert "Sellers absorbed at the low" in page
    assert "The figure of this entry could not be read." in page


def _library(page):
    """The longest script: plotly.js."""
    return max(re.findall(r"<script>(.*?)</script>", page, re.S), key=len)
