from core.calc.bars import time_bars
from core.calc.cvd import cvd
from core.domain.units import NS_PER_MINUTE
from pages.figures import cvd_candles, palette
from tests.support.trades import instrument, trades

GRID = instrument(tick="1", step="0.5")


def drawn(*rows):
    return cvd_candles.draw(cvd(time_bars(trades(*rows), step_ns=NS_PER_MINUTE)), GRID)


def test_a_candle_is_where_the_sum_was_within_its_bar():
    part = drawn((0, 10, 4, 1), (1, 10, 10, -1), (2, 10, 2, 1), (60, 10, 8, 1))
    (trace,) = part.traces
    candles = [trace[name].tolist() for name in ("open", "high", "low", "close")]
    assert candles == [[0.0, -2.0], [2.0, 2.0], [-3.0, -2.0], [-2.0, 2.0]]
    assert part.span == (-3.0, 2.0)
    assert (part.reading.text, part.reading.colour) == ("+2.0", palette.BUY)
    assert [each.label for each in part.cells] == ["high", "low", "close"]


def test_without_bars_there_is_nothing():
    assert drawn().traces == []
