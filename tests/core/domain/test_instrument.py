from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.errors import BadNumber
from core.domain.instrument import Instrument, InstrumentId, MarketKind, Venue
from tests.support.vectors import vector

SYMBOLS = st.from_regex(r"[A-Z0-9._:/-]{1,40}", fullmatch=True)


def instrument(**facts):
    given_facts = {
        "id": InstrumentId(Venue.BINANCE, MarketKind.PERP, "BTCUSDT"),
        "base": "BTC",
        "quote": "USDT",
        "tick_size": Decimal("0.1"),
        "size_step": Decimal("0.001"),
    }
    return Instrument(**(given_facts | facts))


@given(st.sampled_from(Venue), st.sampled_from(MarketKind), SYMBOLS)
def test_a_written_id_reads_back_as_itself(venue, kind, symbol):
    each = InstrumentId(venue, kind, symbol)
    assert InstrumentId.parse(str(each)) == each


def test_a_symbol_may_have_dots_and_dashes():
    each = InstrumentId.parse("okx.spot.BTC-USDT")
    assert (each.venue, each.kind, each.symbol) == (Venue.OKX, MarketKind.SPOT, "BTC-USDT")
    assert InstrumentId.parse("bybit.perp.A.B").symbol == "A.B"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "BTCUSDT",
        "binance.BTCUSDT",
        "binance.perp",
        "binance.perp.",
        "nowhere.perp.BTCUSDT",
        "binance.future.BTCUSDT",
        "Binance.perp.BTCUSDT",
        " binance.perp.BTCUSDT",
        "binance.perp.btcusdt",
        "binance.perp.BTC USDT",
        "binance.perp.BTCUSDT\n",
        "binance.perp.<B>",
        "binance.perp.=1+1",
        "binance.perp.../../ETC\\PASSWD",
        "binance.perp.\uff22\uff34\uff23",  # full-width letters
        "binance.perp." + "A" * 41,
    ],
)
def test_what_is_no_instrument_is_refused(text):
    with pytest.raises(ValueError, match=r"not an? (instrument|symbol)"):
        InstrumentId.parse(text)


@given(st.text(max_size=60))
def test_whatever_the_text_the_answer_is_an_id_or_a_refusal(text):
    try:
        each = InstrumentId.parse(text)
    except ValueError:
        return
    assert str(each) == text


def test_the_refusal_says_what_to_write():
    with pytest.raises(ValueError, match=r"binance, okx, bybit.*spot, perp.*for example"):
        InstrumentId.parse("kraken.spot.XBT")


def test_prices_and_sizes_go_through_the_grids_of_the_instrument():
    each = instrument()
    assert each.price_grid.units("61602.1") == 616_021
    assert each.size_grid.units("0.25") == 250
    with pytest.raises(BadNumber):
        each.price_grid.units("61602.15")


def test_a_lot_of_contracts_is_the_base_coins_of_the_vector():
    case = vector("contract-units")
    okx, linear = case["inputs"][0], case["inputs"][3]
    swap = instrument(size_step=Decimal("0.1"), contract_value=Decimal(str(okx["ctVal"])))
    lots = swap.size_grid.units(str(okx["sz"]))
    assert float(lots * swap.lot_size) == pytest.approx(case["expected"]["base"][0], rel=1e-12)
    coins = instrument()
    lots = coins.size_grid.units(str(linear["q"]))
    assert float(lots * coins.lot_size) == pytest.approx(case["expected"]["base"][3], rel=1e-12)


@pytest.mark.parametrize("name", ["tick_size", "size_step", "contract_value"])
@pytest.mark.parametrize("value", ["0", "-1"])
def test_a_fact_that_is_no_size_is_refused(name, value):
    with pytest.raises(ValueError, match="above zero"):
        instrument(**{name: Decimal(value)})


def test_two_versions_with_the_same_facts_are_equal():
    assert instrument() == instrument()
    assert instrument(valid_from_ns=1) != instrument()
