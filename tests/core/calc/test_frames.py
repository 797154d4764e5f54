"""What the tables of the calculators' results say."""

from fractions import Fraction

import numpy as np
import pandas as pd

from core.calc.bars import time_bars
from core.calc.cvd import cvd
from core.calc.cvd_by_size import Measure, cvd_by_size
from core.calc.footprint import footprint
from core.calc.imbalance_presets import QUANTOWER, STRICT
from core.calc.imbalance_reasons import compare
from core.calc.micro import micro_footprint
from core.calc.naked_poc import UNTOUCHED, NakedPoc
from core.calc.profile import profile
from core.calc.session_vwap import AnchoredVwap
from core.calc.taker_seconds import taker_seconds
from core.calc.tick_bars import tick_bars
from core.calc.tick_volumes import tick_volumes
from core.calc.unfinished import Unfinished
from core.calc.volume_nodes import volume_nodes
from core.calc.vwap import Vwap
from core.calc.vwap_bands import vwap_bands
from core.calc.zones import Zone
from core.domain.frame import frame_of
from core.domain.units import NS_PER_S
from tests.support.trades import START_NS, instrument, trades

GRID = instrument(tick="0.5", step="0.1")


def tape():
    return trades((0, 100, 10, -1), (1, 101, 40, 1), (2, 101, 5, -1), (3, 103, 2, 1))


def test_a_footprint_has_a_row_per_row_with_its_poc_and_value_area():
    frame = footprint(tape(), open_ns=START_NS, ticks_per_row=1).frame(GRID)
    assert frame["row_price"].tolist() == [50.0, 50.5, 51.0, 51.5]
    assert frame["buy_base"].tolist() == [0.0, 4.0, 0.0, 0.2]
    assert frame["is_poc"].tolist() == [False, True, False, False]
    assert frame["in_value_area"].tolist() == [False, True, False, False]
    assert frame["buy_imbalance"].tolist() == [False, True, False, True]
    assert "open_ns" not in frame


def test_a_profile_and_the_volumes_by_tick_have_a_row_per_price():
    volumes = tick_volumes(tape())
    assert volumes.frame()["price_ticks"].tolist() == [100, 101, 102, 103]
    frame = profile(volumes, ticks_per_row=2).frame()
    assert frame["row_ticks"].tolist() == [100, 102]
    assert frame["is_poc"].tolist() == [True, False]
    assert profile(tick_volumes(tape()[:0]), ticks_per_row=2).frame().empty


def test_the_micro_footprint_has_a_row_per_cell():
    frame = micro_footprint(
        tape(), from_ns=START_NS, to_ns=START_NS + 2 * NS_PER_S, ticks_per_row=1
    ).frame()
    assert frame["row_ticks"].tolist() == [100, 101, 100, 101]
    assert frame["sell_lots"].tolist() == [10, 0, 0, 0]
    assert frame["buy_lots"].tolist() == [0, 0, 0, 40]
    assert frame.index[2] == pd.Timestamp(START_NS + NS_PER_S, tz="UTC")


def test_bands_are_named_by_their_sigmas():
    line = Vwap(np.array([START_NS]), np.array([100.0]), np.array([2.0]))
    frame = vwap_bands(line, sigmas=(1, 2.5)).frame()
    assert frame.iloc[0].to_dict() == {
        "upper_1_ticks": 102.0,
        "upper_2.5_ticks": 105.0,
        "lower_1_ticks": 98.0,
        "lower_2.5_ticks": 95.0,
    }


def test_an_anchored_line_says_where_it_may_be_used():
    line = Vwap(np.array([START_NS]), np.array([100.0]), np.array([2.0]))
    frame = AnchoredVwap(line, np.array([True])).frame()
    assert list(frame.columns) == ["ts_ns", "vwap_ticks", "sigma_ticks", "usable"]


def test_cvd_by_size_has_a_column_per_bucket_and_adds_up_to_cvd():
    found = cvd_by_size(tape(), edges=(6,), measure=Measure.LOTS, step_ns=NS_PER_S)
    frame = found.frame()
    whole = cvd(time_bars(tape(), step_ns=NS_PER_S)).frame()
    summed = frame["close_0_lots"] + frame["close_1_lots"]
    assert summed.tolist() == whole["close_lots"].tolist()


def test_the_seconds_of_takers_have_a_column_per_side():
    frame = taker_seconds(tape(), until_ns=START_NS + 4 * NS_PER_S).frame(GRID)
    assert frame["sell_base"].tolist() == [1.0, 0.0, 0.5, 0.0]
    assert frame["buy_notional_quote"].tolist() == [0.0, 202.0, 0.0, 10.3]


def test_bars_by_trades_say_which_is_closed():
    frame = tick_bars(tape(), size=3).frame()
    assert frame["closed"].tolist() == [True, False]
    assert frame["close_ticks"].tolist() == [101, 103]


def test_a_poc_that_nothing_touched_has_no_time_of_touch():
    found = NakedPoc(np.array([7, 8]), np.array([1, 2]), np.array([UNTOUCHED, 5]))
    frame = found.frame()
    assert frame["touched_ns"].isna().tolist() == [True, False]
    assert frame["touched_ns"].iloc[1] == 5


def test_nodes_say_whether_they_are_peaks():
    frame = volume_nodes(np.array([1, 30, 1, 1, 1, 1, 1, 1, 1, 30, 1])).frame()
    assert set(frame["of"]) <= {"high", "low"}
    assert frame.loc[frame["of"] == "high", "row"].tolist() == [1, 9]


def test_a_comparison_has_a_row_per_changed_cell():
    found = compare(STRICT, QUANTOWER, np.array([13, 0]), np.array([0, 39]), ratio=Fraction(3))
    (row,) = found.frame().to_dict("records")
    assert (row["only"], row["lots"], row["against_lots"]) == ("strict", 39, 13)
    assert row["why"] == "the multiple is too small"


def test_results_of_one_row_make_a_table_together():
    zones = [Zone(1, 3, 10, 12, 50, 5, 6, None), Zone(-1, 4, 20, 23, 60, 7, 8, 9)]
    frame = frame_of(zones, GRID)
    assert frame["low_price"].tolist() == [5.0, 10.0]
    assert frame["end_ns"].isna().tolist() == [True, False]
    assert Unfinished(high_ticks=7, low_ticks=None).frame()["low_ticks"].isna().tolist() == [True]
