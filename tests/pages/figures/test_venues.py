from core.domain.instrument import InstrumentId
from pages.figures.venues import instrument_title


def test_an_instrument_is_named_as_traders_do():
    assert instrument_title(InstrumentId.parse("binance.perp.BTCUSDT")) == "BTCUSDT Binance perp"
