import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.developing_profile import developing_profile
from core.calc.profile import profile
from core.calc.sessions import NO_SESSIONS, Sessions
from core.calc.tick_volumes import tick_volumes
from core.calc.value_area_rule import SINGLE_ROW
from core.domain.arrays import TRADE_DTYPE, empty_trades
from core.domain.units import MAX_PRICE_TICKS
from tests.support.tapes import DAY_NS, NOON_NS, tapes
from tests.support.vectors import vector

S = 1_000_000_000
M = 60 * S
STEPS = st.sampled_from([1, S, M])
ROWS = st.integers(1, 7)


def values(found):
    columns = (found.ts_ns, found.poc_ticks, found.val_ticks, found.vah_ticks)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def batch(trades, step_ns, k, session_ns=DAY_NS):
    """Every value from all trades of its session so far, made anew."""
    stamps = trades["ts_event_ns"]
    places = zip((stamps // session_ns).tolist(), (stamps // step_ns).tolist(), strict=True)
    for session, slot in sorted(set(places)):
        so_far = (stamps // session_ns == session) & (stamps // step_ns <= slot)
        whole = profile(tick_volumes(trades[so_far]), ticks_per_row=k)
        yield slot * step_ns, whole.poc_ticks, whole.val_ticks, whole.vah_ticks


def prints(*rows):
    """Rows of (second, price, lots)."""
    trades = np.zeros(len(rows), TRADE_DTYPE)
    for index, (at_s, price, lots) in enumerate(rows):
        trades[index]["ts_event_ns"], trades[index]["price_ticks"] = at_s * S, price
        trades[index]["size_lots"] = lots
    return trades


def test_a_line_keeps_what_it_was_when_volume_moves_on():
    found = developing_profile(
        prints((0, 10, 5), (1, 20, 6), (2, 20, 1)), step_ns=S, ticks_per_row=1
    )
    assert found.poc_ticks.tolist() == [10, 20, 20]
    assert found.ts_ns.tolist() == [0, S, 2 * S]


@pytest.mark.parametrize("name", ["value-area-bell-skewed", "value-area-pair-beats-single"])
def test_its_end_is_the_value_area_of_the_vector(name):
    inputs = vector(name)["inputs"]
    trades = prints(*((at_s, each["price"], each["volume"]) for at_s, each in enumerate(inputs)))
    for key, how in (("two_row", {}), ("single_row", {"rule": SINGLE_ROW})):
        expected = vector(name)["expected"][key]
        last = values(developing_profile(trades, step_ns=S, ticks_per_row=1, **how))[-1]
        assert last[1:] == (expected["poc"], expected["val"], expected["vah"])


@given(tapes(), STEPS, ROWS)
def test_every_value_is_that_of_a_profile_made_anew(trades, step_ns, k):
    trades["ts_event_ns"] += DAY_NS // 2
    found = developing_profile(trades, step_ns=step_ns, ticks_per_row=k)
    assert values(found) == list(batch(trades, step_ns, k))


@given(tapes(min_size=1), STEPS, ROWS, st.data())
def test_later_trades_never_change_a_line(trades, step_ns, k, data):
    count = data.draw(st.integers(1, len(trades)))
    whole = values(developing_profile(trades, step_ns=step_ns, ticks_per_row=k))
    part = values(developing_profile(trades[:count], step_ns=step_ns, ticks_per_row=k))
    assert part[:-1] == whole[: len(part) - 1]


@given(tapes(min_size=1), STEPS, ROWS, st.integers(NOON_NS, NOON_NS + 100 * S))
def test_a_line_can_be_carried_on(trades, step_ns, k, cut_ns):
    cut_ns = cut_ns // step_ns * step_ns
    cut = int(np.searchsorted(trades["ts_event_ns"], cut_ns))
    how = {"step_ns": step_ns, "ticks_per_row": k, "sessions": NO_SESSIONS}
    first = values(developing_profile(trades[:cut], **how))
    later = values(developing_profile(trades[cut:], before=tick_volumes(trades[:cut]), **how))
    assert first + later == values(developing_profile(trades, **how))


def test_a_new_session_begins_with_an_empty_profile():
    trades = prints((0, 10, 9), (86_399, 12, 1), (86_400, 20, 1), (86_401, 10, 1))
    found = developing_profile(
        trades, step_ns=S, ticks_per_row=1, before=tick_volumes(prints((0, 5, 99)))
    )
    assert found.poc_ticks.tolist() == [5, 5, 20, 10]


def test_an_interval_in_which_a_session_starts_has_a_value_for_each():
    trades = prints((10, 10, 9), (30, 20, 1))
    found = developing_profile(
        trades, step_ns=M, ticks_per_row=1, sessions=Sessions(start_ns=20 * S)
    )
    assert values(found) == [(0, 10, 10, 10), (0, 20, 20, 20)]


def test_nothing_traded_has_no_line():
    assert values(developing_profile(empty_trades(), step_ns=S, ticks_per_row=1)) == []


def test_what_cannot_be_is_refused():
    with pytest.raises(ValueError, match="sorted by ts_event_ns"):
        developing_profile(prints((2, 1, 1), (1, 1, 1)), step_ns=S, ticks_per_row=1)
    for wrong in ({"step_ns": 0, "ticks_per_row": 1}, {"step_ns": S, "ticks_per_row": 0}):
        with pytest.raises(ValueError, match="above zero"):
            developing_profile(prints((1, 1, 1)), **wrong)
    with pytest.raises(ValueError, match="far off the market"):
        developing_profile(prints((0, 1, 1), (0, MAX_PRICE_TICKS, 1)), step_ns=S, ticks_per_row=1)
