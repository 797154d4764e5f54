import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.calc.spells import spells

S = 1_000_000_000


def found(letters, *, least_s=1, cuts=(), until=None):
    """Of a letter for each second: S strong, h holds, . weak, _ nothing traded."""
    seconds = [at for at, letter in enumerate(letters) if letter != "_"]
    strong = np.array([letters[at] == "S" for at in seconds], np.bool_)
    holds = np.array([letters[at] in "Sh" for at in seconds], np.bool_)
    until_ns = (len(letters) if until is None else until) * S
    told = spells(
        np.array(seconds, np.int64) * S,
        strong,
        holds,
        least_s=least_s,
        cuts_ns=[cut * S for cut in cuts],
        until_ns=until_ns,
    )
    return [
        (
            [seconds[at] for at in each.members],
            seconds[each.known],
            each.end_ns // S,
            None if each.over_ns is None else each.over_ns // S,
        )
        for each in told
    ]


def by_hand(letters, least_s):
    """Second by second: what is strong begins, two weak seconds end."""
    out, streak, weak = [], [], 0
    for at, letter in enumerate([*letters, ".", "."]):
        known = len(streak) >= least_s
        if letter == "S" or (known and letter == "h"):
            streak.append(at)
            weak = 0
        elif known and weak == 0:
            weak = 1
        else:
            if known:
                out.append((streak, streak[least_s - 1]))
            streak, weak = [], 0
    return out


def test_two_weak_seconds_end_a_spell_and_one_does_not():
    assert found("Sh.h..S") == [([0, 1, 3], 0, 4, 6), ([6], 6, 7, None)]
    assert found("S_h__") == [([0, 2], 0, 3, 5)]


def test_it_goes_on_until_its_end_is_known():
    assert found("S.", until=2) == [([0], 0, 1, None)]
    assert found("S.", until=3) == [([0], 0, 1, 3)]


def test_what_only_holds_begins_nothing():
    assert found("hh.S") == [([3], 3, 4, None)]


def test_as_many_strong_ones_in_a_row_as_asked_for_begin_it():
    assert found("S.SShS", least_s=2) == [([2, 3, 4, 5], 3, 6, None)]
    assert found("ShS", least_s=2) == []


def test_nothing_goes_on_across_a_cut():
    assert found("S_h", cuts=[1]) == [([0], 0, 1, 1)]
    assert found("SS", cuts=[1], least_s=2) == []
    assert found("SS", cuts=[2], least_s=2) == [([0, 1], 1, 2, 2)]


@given(st.text("Sh._", max_size=20), st.integers(1, 3))
def test_spells_are_what_going_second_by_second_gives(letters, least_s):
    told = [(members, known) for members, known, _, _ in found(letters, least_s=least_s)]
    assert told == by_hand(letters, least_s)


@given(st.text("Sh._", max_size=20), st.integers(0, 20))
def test_what_is_known_never_changes(letters, cut):
    early, late = found(letters[:cut]), found(letters, until=len(letters) + 5)
    assert [each[1] for each in early] == [each[1] for each in late if each[1] < cut]
    for before, after in zip(early, late, strict=False):
        assert before[3] is None or before == after
