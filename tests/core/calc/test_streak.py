from hypothesis import given
from hypothesis import strategies as st

from core.calc.streak import Streak

S = 1_000_000_000


def begun(letters, *, least_s=1, cuts=()):
    """Of a letter for each second, S strong, h holds, else weak: first and known of each spell."""
    out, streak = [], Streak()
    for at, letter in enumerate(letters):
        if letter in "Sh":
            cuts_ns = [cut * S for cut in cuts]
            streak = streak.on(at * S, cuts_ns, is_strong=letter == "S", least_s=least_s)
            if streak.count == least_s:
                out.append((streak.first_ns // S, streak.last_ns // S))
    return out


def by_hand(letters, least_s):
    """Second by second: what is strong begins, two weak seconds end."""
    out, streak, weak = [], [], 0
    for at, letter in enumerate(letters):
        known = len(streak) >= least_s
        if letter == "S" or (known and letter == "h"):
            streak.append(at)
            weak = 0
            if len(streak) == least_s:
                out.append((streak[0], at))
        elif known and weak == 0:
            weak = 1
        else:
            streak, weak = [], 0
    return out


def test_two_weak_seconds_end_a_streak_and_one_does_not():
    assert begun("Sh.h..S") == [(0, 0), (6, 6)]
    assert begun("S_h_S") == [(0, 0)]


def test_what_only_holds_begins_nothing():
    assert begun("hh.S") == [(3, 3)]


def test_as_many_strong_ones_in_a_row_as_asked_for_begin_it():
    assert begun("S.SShS", least_s=2) == [(2, 3)]
    assert begun("ShS", least_s=2) == []


def test_nothing_goes_on_across_a_cut():
    assert begun("S_S", cuts=[1]) == [(0, 0), (2, 2)]
    assert begun("SS", cuts=[1], least_s=2) == []
    assert begun("SS", cuts=[2], least_s=2) == [(0, 1)]


@given(st.text("Sh._", max_size=20), st.integers(1, 3))
def test_what_begins_is_what_going_second_by_second_gives(letters, least_s):
    assert begun(letters, least_s=least_s) == by_hand(letters, least_s)
