import re

import pytest

from core.domain.events import Channel, Gap
from core.domain.units import NS_PER_S
from data.store.recordings import Recording
from data.views.recordings import Graded, by_day
from pages.shell.recordings_words import (
    day_words,
    deletion_words,
    gaps_table,
    grade_text,
    listing,
    totals,
    whole_seconds,
)
from tests.support.trades import START_NS, instrument

BTC = instrument()


def recording(**changes):
    facts = {
        "source": "live",
        "instrument": BTC,
        "date": "2023-11-14",
        "channel": Channel.TRADES,
        "rows": 1_204_332,
        "bytes": 12_345_678,
        "first_ns": START_NS,
        "last_ns": START_NS + 3661 * NS_PER_S,
        "streams": ("trades",),
        "gaps": (),
        "problems": (),
        "growing": False,
    }
    return Recording(**(facts | changes))


def gap(from_s, to_s, reason="the connection was lost", channel=Channel.TRADES):
    span = START_NS + from_s * NS_PER_S, START_NS + to_s * NS_PER_S
    return Gap(BTC.id, *span, reason, channel)


def graded(frac=1.0, missing=0, **changes):
    return Graded(recording(**changes), frac, missing)


def test_a_row_of_the_list():
    found = graded(gaps=(gap(0, 90),), growing=True)
    assert {name: column[0] for name, column in listing([found]).items()} == {
        "Day": "2023-11-14",
        "Instrument": "BTCUSDT Binance perp",
        "Channel": "trades",
        "Source": "live",
        "Rows": 1_204_332,
        "Size": 12_345_678,
        "Grade": "100 % by trade ids",
        "Gaps": 1,
        "Missing": "1.5 min",
        "First (UTC)": "22:13:00",
        "Last (UTC)": "23:14:01",
        "Note": "being recorded",
    }


def test_a_list_that_is_downloaded_holds_no_formula():
    odd = graded(instrument=instrument("okx.spot.-1:CMD"))
    assert listing([odd])["Instrument"] == ["'-1:CMD OKX spot"]


def test_what_cannot_be_read_has_no_times_and_says_so():
    shown = listing([graded(None, None, rows=0, problems=("x.parquet is damaged",))])
    assert shown["First (UTC)"] == [""]
    assert shown["Grade"] == ["–"]
    assert shown["Note"] == ["1 file unreadable"]


@pytest.mark.parametrize(
    ("frac", "missing", "text"),
    [
        (1.0, 0, "100 % by trade ids"),
        (0.999999, 1, "99.99 % by trade ids"),
        (0.5, None, "50 % by time"),
        (None, None, "–"),
    ],
)
def test_a_grade_says_what_it_rests_on_and_is_never_rounded_up(frac, missing, text):
    assert grade_text(graded(frac, missing)) == text


def test_the_total_counts_instruments_days_and_bytes():
    both = [graded(), graded(channel=Channel.BOOK), graded(date="2023-11-15")]
    assert totals(both) == "1 instrument, 2 days, 37 MB."


def the_day(*found):
    (day,) = by_day(found).values()
    return day


def test_a_day_tells_its_rows_by_channel():
    day = the_day(graded(), graded(channel=Channel.QUOTES, rows=7))
    assert day_words(day) == "Rows: 1,204,332 trades, 7 quotes. 24.7 MB on the disk."


def test_a_deletion_names_everything_that_goes_and_its_bytes():
    words = deletion_words(the_day(graded(), graded(channel=Channel.BOOK)))
    assert words == (
        "BTCUSDT Binance perp, 2023-11-14, from live: trades, book; 24,691,356 bytes (24.7 MB) "
        "will be deleted from the disk. This cannot be undone."
    )


def test_gaps_are_listed_with_their_reasons_as_text():
    html = gaps_table([gap(0, 90, "lost <b>", Channel.BOOK)])
    assert re.findall(r"<td[^>]*>(.*?)</td>", html) == [
        "book",
        "2023-11-14 22:13:00 UTC",
        "2023-11-14 22:14:30 UTC",
        "1.5 min",
        "lost &lt;b&gt;",
    ]


def test_of_thousands_of_gaps_two_hundred_are_shown():
    html = gaps_table([gap(second, second + 1) for second in range(1204)])
    assert html.count("<tr>") == 1 + 200 + 1
    assert "and 1,004 more gaps" in html


def test_the_seconds_of_a_span_hold_its_last_row():
    assert whole_seconds((1_500_000_000, 2_000_000_000)) == (1, 3)
