from data.journal.packed import Comparison
from pages.shell.journal_words import compared_words, made_words, market_of, number_lines, title_of
from tests.data.journal.test_entry import NS, entry


def test_a_number_has_its_name_in_words_and_its_unit_behind_it():
    numbers = {
        "min_delta_BTC": "-1234.50",
        "poc_USDT": "96110.0",
        "buy_trades": "358",
        "closed": "yes",
    }
    assert number_lines(numbers) == [
        ("Min delta", "−1,234.50 BTC"),
        ("POC", "96,110.0 USDT"),
        ("Buy trades", "358"),
        ("Closed", "yes"),
    ]


def test_what_is_no_number_stays_as_it_was_kept():
    assert number_lines({"x_BTC": "=1"}) == [("X", "=1 BTC")]


def test_an_entry_is_titled_by_its_candle():
    assert title_of(entry()) == "BTCUSDT Binance perp, 1m, 2023-11-14 22:13:20 UTC"
    several = entry(instruments=("binance.perp.BTCUSDT", "okx.perp.BTC-USDT-SWAP"))
    assert market_of(several) == "BTCUSDT Binance perp + OKX"
    assert market_of(entry(instruments=("mine.other.X",))) == "mine.other.X"


def test_a_changed_entry_says_when_and_how_many_versions_cannot_be_read():
    assert made_words(entry(), ()) == "Kept 2023-11-14 22:13:20 UTC."
    changed = entry(version=3, changed_ns=NS + 60_000_000_000)
    assert made_words(changed, (entry(),)) == (
        "Kept 2023-11-14 22:13:20 UTC, changed 2023-11-14 22:14:20 UTC (version 3, 1 earlier "
        "version unreadable)."
    )


def test_a_comparison_says_equal_only_where_all_is():
    assert compared_words(Comparison(("1", "2"), (), (), ())) == (
        "The same: 2 of 2 entries are equal."
    )
    assert compared_words(Comparison(("1",), ("2",), (), ("3", "4"))) == (
        "Not the same: 1 equal, 1 changed, 0 only in the journal, 2 only in the file."
    )
