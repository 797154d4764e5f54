from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.errors import BadNumber, MalformedFrame
from core.domain.instrument import MarketKind, Venue
from data.venues.decode import Listing, decimal_of, instruments_of, int_of, ns_of, trade_array

FIRST_NS = 1_230_768_000 * 10**9  # 2009-01-01
END_NS = 4_102_444_800 * 10**9  # 2100-01-01


@given(st.integers(FIRST_NS // 10**6, END_NS // 10**6 - 1))
def test_milliseconds_become_nanoseconds(stamp_ms):
    assert ns_of(stamp_ms) == stamp_ms * 10**6


@given(st.integers(FIRST_NS // 10**3, END_NS // 10**3 - 1))
def test_microseconds_become_nanoseconds(stamp_us):
    assert ns_of(stamp_us) == stamp_us * 10**3


@given(st.integers())
def test_every_time_is_of_our_century_or_malformed(stamp):
    try:
        assert FIRST_NS <= ns_of(stamp) < END_NS
    except MalformedFrame:
        for unit in (10**6, 10**3):
            assert not FIRST_NS <= stamp * unit < END_NS


@given(st.integers(0, 2**63 - 1))
def test_an_id_is_read_as_it_is_written(number):
    assert int_of(str(number)) == number


@given(st.text())
def test_a_text_is_a_whole_number_or_malformed(text):
    try:
        value = int_of(text)
    except MalformedFrame:
        return
    assert text.lstrip("0") == (str(value) if value else "")


@pytest.mark.parametrize("text", ["", "-1", "+1", " 1", "1_0", "1.0", "\u0661", "\u00b2", "9" * 20])
def test_what_python_would_take_for_a_number_is_malformed_where_it_is_no_id(text):
    with pytest.raises(MalformedFrame):
        int_of(text)


@pytest.mark.parametrize(
    ("text", "plain"),
    [("0.01000000", "0.01"), ("10", "10"), ("100.0", "100"), ("1.000", "1"), ("0.10", "0.1")],
)
def test_a_step_loses_its_trailing_zeros_and_nothing_else(text, plain):
    assert f"{decimal_of(text):f}" == plain


def test_a_long_decimal_is_exact_whatever_the_threads_precision():
    text = "123456789012345678901234.123456789012345678901234"
    with localcontext(prec=5):
        assert str(decimal_of(text)) == text


@pytest.mark.parametrize(
    "text", ["", "0", "0.000", "-1", "+1", "1e3", ".5", "1.", "1_0", "NaN", "Infinity", "\uff11"]
)
def test_a_step_must_be_a_plain_decimal_above_zero(text):
    with pytest.raises(BadNumber):
        decimal_of(text)


@pytest.mark.parametrize(
    "symbol", ["币安人生USDT", "<b>", "../up", "=cmd", "btcusdt", "A" * 41, ""]
)
def test_a_symbol_outside_the_allow_list_is_not_listed(symbol):
    rows = [Listing(symbol, "BTC", "USDT", "0.1", "0.1"), Listing("OK", "BTC", "USDT", "1", "1")]
    listed = instruments_of(rows, Venue.BYBIT, MarketKind.SPOT)
    assert [each.id.symbol for each in listed] == ["OK"]


def test_a_coin_outside_the_allow_list_is_not_listed():
    rows = [Listing("BTCUSDT", "<i>", "USDT", "0.1", "0.1")]
    assert instruments_of(rows, Venue.BYBIT, MarketKind.SPOT) == []


def test_trades_of_one_instant_go_by_id_only_where_ids_count():
    rows = [(2, 0, 5, 1, 1, 1, 0, 1), (1, 0, 9, 1, 1, 1, 0, 1), (1, 0, 8, 1, 1, 1, 0, 1)]
    assert trade_array(rows)["trade_id"].tolist() == [8, 9, 5]
    assert trade_array(rows, ids_count=False)["trade_id"].tolist() == [9, 8, 5]
    assert trade_array([]).shape == (0,)


def test_contract_value_reaches_the_instrument():
    [listed] = instruments_of(
        [Listing("BTC-USDT-SWAP", "BTC", "USDT", "0.1", "0.01", Decimal("0.01"))],
        Venue.OKX,
        MarketKind.PERP,
    )
    assert listed.lot_size == Decimal("0.0001")
