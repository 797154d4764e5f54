import re

from data.exports.text import file_stem, safe

NS = 1_700_000_000_123_456_789


def test_no_cell_of_text_can_be_taken_for_a_formula():
    for text in ("=1+1", "+1", "-1", "@x", "\t=1", "\uff1d1", "\uff0b1", "\uff0d1", "\uff201"):
        assert safe(text) == f"'{text}"
    assert safe("\n=1") == "' =1"
    assert safe("BTC") == "BTC"


def test_a_name_says_what_it_is_and_when():
    stem = file_stem("footprint", "simulated", "binance.perp.BTCUSDT", "1m", at_ns=NS)
    assert stem == "footprint-simulated-binance.perp.BTCUSDT-1m-2023-11-14T221320Z"


def test_a_name_has_only_letters_digits_dots_and_dashes_whatever_it_is_of():
    stem = file_stem("../../etc", "a b/c\\d:e_f", "é\n", "-x-", at_ns=NS)
    assert stem == "etc-a-b-c-d-e-f-x-2023-11-14T221320Z"
    assert re.fullmatch(r"[A-Za-z0-9.-]+", file_stem("\u202e", "..", at_ns=NS))


def test_a_name_is_never_longer_than_a_disk_takes():
    assert len(file_stem("x" * 10_000, at_ns=NS)) < 200
