import numpy as np
import pytest

from core.calc.imbalance_presets import STRICT, imbalance_by
from core.calc.profile import TickVolumes, profile
from data.views.cells import CandleCells, CellsView
from pages.figures import cells
from tests.support.trades import START_NS, instrument

GRID = instrument()
MINUTE_NS = 60_000_000_000


def candle(open_ns, first_tick, sell, buy, *, rows=5):
    lots = [np.array(each, np.int64) for each in (buy, sell, np.zeros(len(buy)))]
    by_row = profile(TickVolumes(first_tick, *lots), ticks_per_row=rows)
    marks = imbalance_by(STRICT, by_row.sell_lots, by_row.buy_lots)
    return CandleCells(open_ns, by_row, marks)


def drawn(*candles):
    view = CellsView(GRID, 5, candles)
    part = cells.draw(view, step_ns=MINUTE_NS, colour="delta", text="volume")
    return part.traces[0] if part.traces else None


def test_each_row_that_traded_is_a_cell_of_its_candle():
    trace = drawn(
        candle(START_NS, 600_000, [10, *[0] * 13, 2], [0, 1, *[0] * 12, 30]),
        candle(START_NS + MINUTE_NS, 600_005, [7], [8]),
    )
    assert trace["x"].tolist() == [START_NS // 10**6, (START_NS + MINUTE_NS) // 10**6]
    assert trace["bar"].tolist() == [0, 0, 1]
    assert trace["row"].tolist() == [120_000, 120_002, 120_001]
    assert trace["sell"].tolist() == [10, 2, 7]
    assert trace["buy"].tolist() == [1, 30, 8]
    assert trace["row"][1] * trace["meta"]["row"] == pytest.approx(60_001.0)
    assert trace["meta"]["lot"] == pytest.approx(float(GRID.lot_size))


def test_the_point_of_control_and_imbalances_are_flags():
    trace = drawn(candle(START_NS, 600_000, [10, *[0] * 4, 2], [1, *[0] * 4, 30]))
    assert trace["flags"].tolist() == [cells.SELLS * 0, cells.BUYS + cells.POC]
    mirrored = drawn(candle(START_NS, 600_000, [30, *[0] * 4, 1], [2, *[0] * 4, 10]))
    assert mirrored["flags"].tolist() == [cells.SELLS + cells.POC, 0]


def test_what_shades_a_cell_and_what_is_written_in_it_go_with_it():
    meta = drawn(candle(START_NS, 600_000, [1], [1]))["meta"]
    assert (meta["kind"], meta["colour"], meta["text"]) == ("cells", "delta", "volume")
    assert meta["step_ms"] == 60_000


def test_without_a_candle_nothing_is_drawn():
    assert drawn() is None
