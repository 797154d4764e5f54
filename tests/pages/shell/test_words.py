from core.domain.errors import SettingsError
from core.domain.instrument import InstrumentId
from pages.shell.words import ended, plain, refusal, utc_text, view_title

BINANCE = InstrumentId.parse("binance.perp.BTCUSDT")
OKX = InstrumentId.parse("okx.perp.BTC-USDT-SWAP")


def test_a_sum_names_the_venues_in_it():
    assert view_title((BINANCE,), "1m") == "BTCUSDT Binance perp, 1m"
    assert view_title((BINANCE, OKX), "5s") == "BTCUSDT Binance perp + OKX, 5s"


def test_times_are_utc_and_say_so():
    assert utc_text(1_700_000_000 * 10**9) == "2023-11-14 22:13:20 UTC"


def test_markdown_in_outside_text_is_only_text():
    assert plain("[x](http://e) **b** $a$ :red[c] <i>") == (
        r"\[x\]\(http\://e\) \*\*b\*\* \$a\$ \:red\[c\] \<i\>"
    )


def test_a_sentence_ends_with_one_full_stop():
    assert ended("choose another file") == "choose another file."
    assert ended("Nothing.") == "Nothing."


def test_a_refusal_is_one_sentence_and_only_text():
    assert refusal(SettingsError("there is no <b>`such`</b> key")) == (
        r"there is no \<b\>\`such\`\</b\> key\."
    )
