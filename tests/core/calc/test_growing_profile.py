from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.developing_profile import developing_profile
from core.calc.growing_profile import GrowingProfile
from core.calc.tick_volumes import MAX_SPAN_TICKS, tick_volumes
from core.calc.value_area_rule import MARKET_PROFILE, SINGLE_ROW, TWO_ROW
from core.domain.units import NS_PER_S
from tests.support.tapes import tapes
from tests.support.trades import trades


def in_rows(rows, ticks_per_row):
    rows = rows.copy()
    rows["price_ticks"] //= ticks_per_row
    return tick_volumes(rows)


@given(tapes(), st.sampled_from([1, 3, 10]), st.sampled_from([TWO_ROW, SINGLE_ROW, MARKET_PROFILE]))
def test_it_tells_after_each_interval_what_the_developing_profile_tells(rows, height, rule):
    step_ns = 7 * NS_PER_S
    line = developing_profile(rows, step_ns=step_ns, ticks_per_row=height, rule=rule)
    grown, found = GrowingProfile(rule=rule), []
    for open_ns in line.ts_ns.tolist():
        inside = rows[rows["ts_event_ns"] // step_ns * step_ns == open_ns]
        grown = grown.with_volumes(in_rows(inside, height))
        found.append(grown.levels())
    pocs = [poc * height for poc, _, _ in found]
    assert pocs == line.poc_ticks.tolist()
    assert [low * height for _, low, _ in found] == line.val_ticks.tolist()
    assert [(high + 1) * height - 1 for _, _, high in found] == line.vah_ticks.tolist()


def test_the_profile_before_stays_as_it_was():
    before = GrowingProfile().with_volumes(tick_volumes(trades((0, 10, 5, 1))))
    before.with_volumes(tick_volumes(trades((0, 12, 50, 1))))
    assert before.levels() == (10, 10, 10)
    assert before.lots.tolist() == [5]


def test_nothing_traded_has_no_levels():
    empty = GrowingProfile().with_volumes(tick_volumes(trades()))
    assert empty.levels() is None


def test_a_print_far_off_the_market_is_refused():
    here = GrowingProfile().with_volumes(tick_volumes(trades((0, 1, 5, 1))))
    far = replace(tick_volumes(trades((0, 1, 5, 1))), first_tick=MAX_SPAN_TICKS + 1)
    with pytest.raises(ValueError, match="off the market"):
        here.with_volumes(far)
