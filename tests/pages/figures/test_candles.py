import numpy as np

from core.calc.bars import time_bars
from core.domain.arrays import Provenance, empty_bars
from core.domain.units import NS_PER_MINUTE
from pages.figures import candles, palette
from tests.support.trades import START_NS, instrument, trades

GRID = instrument(tick="0.1")


def two_bars():
    tape = trades((0, 1000, 5, 1), (10, 1020, 5, 1), (20, 990, 5, -1), (61, 1010, 5, 1))
    return time_bars(tape, step_ns=NS_PER_MINUTE)


def test_a_candle_has_prices_in_quote_coin_and_times_in_milliseconds():
    (trace,) = candles.draw(two_bars(), GRID).traces
    assert trace["type"] == "candlestick"
    assert trace["x"].tolist() == [START_NS // 10**6, START_NS // 10**6 + 60_000]
    assert np.allclose(trace["open"], [100.0, 101.0])
    assert np.allclose(trace["high"], [102.0, 101.0])
    assert np.allclose(trace["low"], [99.0, 101.0])
    assert np.allclose(trace["close"], [99.0, 101.0])
    assert trace["increasing"]["fillcolor"] == "#22c55e"
    assert trace["decreasing"]["fillcolor"] == "#ef4444"


def test_the_last_price_is_a_line_with_its_label_on_the_axis_in_the_candles_colour():
    part = candles.draw(two_bars()[:1], GRID)
    (line,), (label,) = part.shapes, part.annotations
    assert (line["y0"], line["line"]["color"]) == (99.0, palette.SELL)
    assert (label["text"], label["y"], label["x"], label["xref"]) == (
        "<b>99.0</b>",
        99.0,
        1,
        "paper",
    )


def test_candles_of_the_venue_are_paler_and_said_to_be():
    bars = two_bars()
    bars["provenance"][0] = Provenance.KLINES
    pale, full = candles.draw(bars, GRID).traces
    assert pale["x"].size == full["x"].size == 1
    assert pale["increasing"]["fillcolor"] == palette.BUY_PALE
    assert pale["decreasing"]["fillcolor"] == palette.SELL_PALE
    assert "candles" in pale["name"]
    texts = [each["text"] for each in candles.draw(bars, GRID).annotations]
    assert candles.PALE_NOTE in texts


def test_without_bars_nothing_is_drawn():
    part = candles.draw(empty_bars(), GRID)
    assert (part.traces, part.shapes, part.annotations, part.span) == ([], [], [], None)
