import numpy as np
import pytest

from core.domain.arrays import (
    BAR_DTYPE,
    TRADE_DTYPE,
    empty_bars,
    empty_trades,
    require_sorted,
)
from core.domain.events import TradeRow
from core.domain.timeframe import TIMEFRAMES_NS
from core.domain.units import MAX_PRICE_TICKS, MAX_SIZE_LOTS, NS_PER_DAY


def test_a_trade_is_at_most_forty_bytes():
    assert TRADE_DTYPE.itemsize <= 40


def test_a_bar_is_a_whole_number_of_eight_byte_words():
    assert BAR_DTYPE.itemsize == 104


@pytest.mark.parametrize("dtype", [TRADE_DTYPE, BAR_DTYPE])
def test_every_field_is_aligned_so_that_columns_are_read_at_full_speed(dtype):
    for name in dtype.names:
        field, offset = dtype.fields[name][:2]
        assert offset % field.itemsize == 0
        assert dtype.itemsize % field.itemsize == 0


def test_the_largest_price_and_size_fit_their_fields():
    assert np.iinfo(TRADE_DTYPE["price_ticks"]).max == MAX_PRICE_TICKS
    assert np.iinfo(TRADE_DTYPE["size_lots"]).max >= MAX_SIZE_LOTS
    assert TradeRow.__args__ == (int,) * len(TRADE_DTYPE.names)


def test_empty_arrays_have_the_agreed_layouts():
    assert (empty_trades().size, empty_trades().dtype) == (0, TRADE_DTYPE)
    assert (empty_bars().size, empty_bars().dtype) == (0, BAR_DTYPE)


@pytest.mark.parametrize("stamps", [[], [3], [1, 1, 2]])
def test_rows_in_order_pass(stamps):
    rows = np.zeros(len(stamps), TRADE_DTYPE)
    rows["ts_event_ns"] = stamps
    require_sorted(rows, "ts_event_ns")


def test_rows_out_of_order_are_refused_by_the_name_of_the_field():
    rows = np.zeros(3, TRADE_DTYPE)
    rows["ts_event_ns"] = (1, 3, 2)
    with pytest.raises(ValueError, match="sorted by ts_event_ns"):
        require_sorted(rows, "ts_event_ns")


def test_timeframes_go_from_short_to_long_and_divide_the_day():
    lengths = list(TIMEFRAMES_NS.values())
    assert lengths == sorted(set(lengths))
    assert all(NS_PER_DAY % length == 0 for length in lengths)
