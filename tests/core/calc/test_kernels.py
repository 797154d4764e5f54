"""Compiled forms against the numpy forms, which stay the oracle: the same arrays, bit for bit."""

from dataclasses import fields, is_dataclass
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.bars import time_bars
from core.calc.compiled import compilable, in_use, use
from core.calc.footprint import footprint
from core.calc.footprints import footprints
from core.calc.grouping import BLOCK
from core.calc.profile import profile
from core.calc.step_vwap import step_vwap
from core.calc.tick_volumes import MAX_SPAN_TICKS, tick_volumes
from core.calc.value_area import poc_row, value_area
from core.calc.vwap import vwap, vwap_bars
from core.domain.arrays import empty_bars, empty_trades
from tests.support.tapes import DAY_NS, NOON_NS, long_tapes, tapes

S = 1_000_000_000
STEPS_NS = st.sampled_from([1, S, 60 * S, DAY_NS, 2**62])
HEIGHTS = st.sampled_from([1, 3, 50, 2**40])
HUGE = {"ticks": (2**31 - 40, 2**31 - 1), "lots": (2**40, 2**41)}
SHARES = st.fractions("1/1000", 1, max_denominator=2**20)
LOTS = st.integers(0, 3) | st.integers(0, 2**40)
TAPES = (
    tapes()
    | tapes(ticks=(1, 9_000))
    | tapes(**HUGE)
    | tapes(max_size=1)
    | tapes(sides=(0,))
    | tapes(lots=(0, 1))
)


def assert_same(found, expected):
    """The same to the last bit: types, layouts, signs of zero and NaN included."""
    assert type(found) is type(expected)
    if is_dataclass(expected):
        for field in fields(expected):
            assert_same(getattr(found, field.name), getattr(expected, field.name))
    elif isinstance(expected, np.ndarray):
        assert (found.dtype, found.shape) == (expected.dtype, expected.shape)
        assert found.tobytes() == expected.tobytes()
    elif isinstance(expected, list | tuple):
        assert len(found) == len(expected)
        for one, other in zip(found, expected, strict=True):
            assert_same(one, other)
    else:
        assert found == expected


def both(kernels, calculator, *args, **kwargs):
    """Return what the kernel itself says, and what numpy does: in numpy all the way down."""
    use({})
    expected = calculator.__wrapped__(*args, **kwargs)
    use(kernels)
    return kernels[calculator.__name__](*args, **kwargs), expected


def assert_equal(kernels, calculator, *args, **kwargs):
    found, expected = both(kernels, calculator, *args, **kwargs)
    assert_same(found, expected)


@pytest.fixture(autouse=True)
def _restored():
    before = in_use()
    yield
    use(before)


@given(tape=TAPES, step_ns=STEPS_NS)
def test_time_bars(kernels, tape, step_ns):
    if tape.size:
        assert_equal(kernels, time_bars, tape, step_ns=step_ns)


@given(tape=TAPES, step_ns=STEPS_NS, height=HEIGHTS, ratio=st.fractions("1/2", 4))
def test_footprints_of_a_tape_and_of_one_bar(kernels, tape, step_ns, height, ratio):
    if tape.size:
        how = {"ticks_per_row": height, "ratio": ratio, "min_lots": 3}
        if height < 2**31:
            assert_equal(kernels, footprints, tape, step_ns=step_ns, **how)
            assert_equal(kernels, footprint, tape, open_ns=7, **how)
        use(kernels)
        found = footprint(tape, open_ns=7, **how)
        use({})
        assert_same(found, footprint(tape, open_ns=7, **how))


@given(tape=TAPES)
def test_tick_volumes(kernels, tape):
    if tape.size:
        assert_equal(kernels, tick_volumes, tape)


@given(tape=TAPES, height=HEIGHTS, frac=SHARES, step=st.integers(1, 4))
def test_a_profile(kernels, tape, height, frac, step):
    how = {"ticks_per_row": height, "value_area_frac": frac, "step_rows": step}
    use({})
    expected = profile(tick_volumes(tape), **how)
    use(kernels)
    assert_same(profile(tick_volumes(tape), **how), expected)


@given(lots=st.lists(LOTS, max_size=30), frac=SHARES, step=st.integers(1, 4))
def test_point_of_control_and_value_area(kernels, lots, frac, step):
    total = np.array(lots, np.int64)
    assert_equal(kernels, poc_row, total)
    poc = poc_row(total)
    if poc >= 0:
        assert_equal(kernels, value_area, total, poc=poc, frac=frac, step_rows=step)


@given(tape=TAPES, after_ns=st.sampled_from([-(10 * S), 0, S, 10**15]))
def test_vwap_of_trades(kernels, tape, after_ns):
    if tape.size:
        assert_equal(kernels, vwap, tape, anchor_ns=NOON_NS + after_ns)


@given(tape=TAPES, session_ns=st.sampled_from([1, 7 * S, DAY_NS]), start_ns=st.integers(-S, S))
def test_vwap_of_bars(kernels, tape, session_ns, start_ns):
    use({})
    bars = time_bars(tape, step_ns=S)
    bars["moment2"] *= 0.9  # as estimates are: below what the mean asks for
    if bars.size:
        how = {"session_ns": session_ns, "session_start_ns": start_ns}
        assert_equal(kernels, vwap_bars, bars, **how)


@given(tape=TAPES, step_ns=STEPS_NS, session_ns=st.sampled_from([1, 7 * S, DAY_NS]))
def test_vwap_of_steps(kernels, tape, step_ns, session_ns):
    if tape.size:
        how = {"session_ns": session_ns, "session_start_ns": 3}
        assert_equal(kernels, step_vwap, tape, step_ns=step_ns, **how)


@given(tape=long_tapes(count=BLOCK + 1_000))
def test_a_tape_longer_than_a_block(kernels, tape):
    tape["size_lots"] *= 2**20 + 1  # sums that a float cannot hold
    assert_equal(kernels, time_bars, tape, step_ns=60 * S)
    assert_equal(kernels, vwap, tape, anchor_ns=int(tape["ts_event_ns"][100]))
    assert_equal(kernels, step_vwap, tape, step_ns=S)
    assert_equal(kernels, tick_volumes, tape)
    assert_equal(kernels, footprints, tape, step_ns=60 * S, ticks_per_row=7)


@given(tape=tapes(min_size=4))
def test_any_array_of_trades_will_do_of_any_stride_and_not_to_be_written_to(kernels, tape):
    tape.flags.writeable = False
    for part in (tape, tape[::2], tape[1:]):
        assert_equal(kernels, time_bars, part, step_ns=S)
        assert_equal(kernels, vwap, part, anchor_ns=0)
        assert_equal(kernels, tick_volumes, part)
        assert_equal(kernels, footprint, part, open_ns=0, ticks_per_row=2)
    assert_equal(kernels, poc_row, tape["size_lots"])


WRONG = [
    (time_bars, {"step_ns": 0}),
    (footprint, {"open_ns": 0, "ticks_per_row": 0}),
    (footprint, {"open_ns": 0, "ticks_per_row": 1, "ratio": Fraction(0)}),
    (footprints, {"step_ns": 0, "ticks_per_row": 1}),
    (step_vwap, {"step_ns": 0}),
    (step_vwap, {"step_ns": 1, "session_ns": 0}),
]
UNSORTED = [
    (time_bars, {"step_ns": 1}),
    (time_bars, {"step_ns": DAY_NS}),
    (footprint, {"open_ns": 0, "ticks_per_row": 1}),
    (footprints, {"step_ns": 1, "ticks_per_row": 1}),
    (footprints, {"step_ns": DAY_NS, "ticks_per_row": 1}),
    (step_vwap, {"step_ns": 1}),
    (step_vwap, {"step_ns": DAY_NS}),
    (vwap, {"anchor_ns": 0}),
    (vwap, {"anchor_ns": 2**62}),
]


def small(*stamps):
    tape = np.zeros(len(stamps), empty_trades().dtype)
    tape["ts_event_ns"], tape["size_lots"], tape["price_ticks"] = stamps, 1, 5
    return tape


@pytest.mark.parametrize(("calculator", "how"), WRONG)
def test_what_is_out_of_range_is_refused_as_by_numpy(kernels, calculator, how):
    with pytest.raises(ValueError, match=r"above zero|interval"):
        calculator.__wrapped__(small(1, 2), **how)
    use(kernels)
    with pytest.raises(ValueError, match=r"above zero|interval"):
        calculator(small(1, 2), **how)


@pytest.mark.parametrize(("calculator", "how"), UNSORTED)
@pytest.mark.parametrize(
    "stamps", [(2, 1), (1, 3, 2, 4), (1, 90, 91, 92, 93, 3), (1, 90, 91, 92, 3), (5, 1, 7)]
)
def test_what_is_not_sorted_is_refused_as_by_numpy(kernels, calculator, how, stamps):
    use(kernels)
    with pytest.raises(ValueError, match="sorted by ts_event_ns"):
        calculator(small(*stamps), **how)


def test_bars_that_are_not_sorted_are_refused_as_by_numpy(kernels):
    use(kernels)
    with pytest.raises(ValueError, match="sorted by open_ns"):
        vwap_bars(time_bars(small(1, 2), step_ns=1)[::-1])


@pytest.mark.parametrize(("calculator", "how"), [*UNSORTED[2:], (tick_volumes, {})])
def test_nothing_traded_is_nothing_of_everything(kernels, calculator, how):
    use(kernels)
    assert_same(calculator(empty_trades(), **how), calculator.__wrapped__(empty_trades(), **how))
    assert vwap_bars(empty_bars()).ts_ns.size == time_bars(empty_trades(), step_ns=1).size == 0


def test_prices_too_far_apart_are_refused_as_by_numpy_and_those_just_within_are_not(kernels):
    tape = small(1, 2, 3)
    tape["price_ticks"] = 100, 100 + MAX_SPAN_TICKS - 1, 101
    assert_equal(kernels, tick_volumes, tape)
    assert footprint(tape, open_ns=0, ticks_per_row=2**20).row_ticks.size == 17
    tape["price_ticks"][1] += 1
    with pytest.raises(ValueError, match="far off the market"):
        tick_volumes(tape)


def test_a_side_that_there_is_not_is_left_to_numpy(kernels):
    tape = small(1, 2)
    tape["aggressor"][1] = 5
    for name in ("tick_volumes", "footprint", "footprints"):
        how = {"footprint": {"open_ns": 0}, "footprints": {"step_ns": S}}.get(name, {})
        how |= {"ticks_per_row": 1} if how else {}
        assert kernels[name](tape, **how) is None


def test_shares_and_volumes_that_64_bits_cannot_compare_are_left_to_numpy(kernels):
    total = np.array([2**61, 1, 2**60])
    assert kernels["value_area"](total, poc=0) is None
    assert kernels["value_area"](total, poc=0, frac=Fraction(0.7)) is None
    assert value_area(total, poc=0) == (0, 2)


def test_sums_of_a_session_that_64_bits_cannot_hold_are_left_to_numpy(kernels):
    tape = small(0, S, 2 * S, 3 * S)
    tape["size_lots"], tape["price_ticks"] = 2**41, (1, 2**20, 2**21, 2**21)
    found, expected = both(kernels, step_vwap, tape, step_ns=S)
    assert found is None
    assert expected.vwap_ticks[-1] == (1 + 2**20 + 2**22) / 4
    assert both(kernels, vwap_bars, time_bars(tape, step_ns=S))[0] is None


def test_a_calculator_works_in_numpy_until_a_form_is_there_and_where_that_form_declines():
    @compilable
    def doubled(value):
        return 2 * value, "numpy"

    assert doubled(1) == (2, "numpy")
    use({"doubled": lambda value: (2 * value, "compiled") if value < 5 else None})
    assert doubled(1) == (2, "compiled")
    assert doubled(5) == (10, "numpy")
    use({})
    assert doubled(1) == (2, "numpy")
