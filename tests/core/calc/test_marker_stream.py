"""Live is batch: however a tape is cut, every rule finds the same, and never takes it back."""

import re
from statistics import median

import numpy as np
import pytest

from core.calc.marker_rules import MARKER_RULES, find_markers
from core.calc.marker_stream import MarkerStream
from core.calc.marker_tape import MarkerTape
from core.domain.marker import MarkerKind, Preset
from tests.bench import bench_markers
from tests.support.marker_worlds import GAPS_NS, LATE_GAPS_NS, S, marker_world, pieces_of
from tests.support.trades import START_NS, instrument

COIN = instrument()
NAMES = tuple(MARKER_RULES)
PRESETS = tuple(Preset)
STEPS_NS = (5 * S, 60 * S)
MISWRITTEN = re.compile(r"(?<![.\d])\d{4}|\de[+-]?\d|\d%|-\d|(?<![.\d,])1 (?!bps)\w+s\b|nan|inf")
"""Thousands unmarked, an exponent, a percent sign at its number, a hyphen for a minus, 1 fills."""


@pytest.fixture(scope="module")
def world():
    return marker_world()


@pytest.fixture(scope="module")
def end_ns(world):
    return int(world["trades"]["ts_event_ns"][-1])


def stream(step_ns, preset=Preset.ADAPTIVE, rules=NAMES):
    return MarkerStream(COIN, step_ns=step_ns, ticks_per_row=5, rules=rules, preset=preset)


def told(world, untils_ns, step_ns, preset):
    """What each rule finds when the world is cut after these instants, and what it lacks."""
    whole, found = stream(step_ns, preset), {name: [] for name in NAMES}
    for piece in pieces_of(world, untils_ns):
        for name, markers in whole.after(piece).items():
            assert [each.known_ns for each in markers] == sorted(each.known_ns for each in markers)
            assert all(each.known_ns <= piece.until_ns for each in markers)
            found[name] += markers
    return found, whole.not_ready()


@pytest.fixture(scope="module")
def at_once(world, end_ns):
    return {
        (step_ns, preset): told(world, [end_ns], step_ns, preset)
        for step_ns in STEPS_NS
        for preset in PRESETS
    }


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("step_ns", STEPS_NS)
@pytest.mark.parametrize("seed", range(2))
def test_a_tape_cut_anywhere_gives_what_it_gives_at_once(
    world, end_ns, at_once, step_ns, preset, seed
):
    rng = np.random.default_rng([seed, step_ns])
    cuts_ns = rng.integers(START_NS - 5 * S, end_ns, 120).tolist()
    cuts_ns += (START_NS + rng.integers(0, 14_000, 60) * S).tolist()
    cuts_ns += rng.choice(world["trades"]["ts_event_ns"], 60).tolist()
    cut = told(world, [*sorted(set(cuts_ns) - {end_ns}), end_ns], step_ns, preset)
    assert cut == at_once[step_ns, preset]


@pytest.mark.parametrize("name", NAMES)
def test_every_rule_finds_something_in_this_world(at_once, name):
    assert any(found[name] for found, _ in at_once.values())


@pytest.mark.parametrize("name", NAMES)
def test_all_rules_together_find_what_each_finds_alone(world, end_ns, at_once, name):
    tape = MarkerTape(
        COIN, world["trades"], world["quotes"], world["liquidations"], 0, end_ns, 60 * S, 5,
        GAPS_NS + LATE_GAPS_NS, LATE_GAPS_NS, world["tickers"], LATE_GAPS_NS,
    )  # fmt: skip
    assert list(find_markers(tape, name).found) == at_once[60 * S, Preset.ADAPTIVE][0][name]


def test_what_was_told_by_then_never_changes(world, at_once):
    for then_ns in (START_NS + 5_000 * S + 1, START_NS + 9_000 * S + S // 2, START_NS + 12_345 * S):
        early, _ = told(world, [then_ns], 5 * S, Preset.ADAPTIVE)
        whole, _ = at_once[5 * S, Preset.ADAPTIVE]
        for name in NAMES:
            assert early[name] == [each for each in whole[name] if each.known_ns <= then_ns]


def test_what_is_told_to_a_copy_is_not_told_to_the_stream(world, end_ns, at_once):
    rng = np.random.default_rng(7)
    untils_ns = [*sorted(rng.integers(START_NS, end_ns, 60).tolist()), end_ns]
    whole, found = stream(5 * S), {name: [] for name in NAMES}
    for piece in pieces_of(world, untils_ns):
        ahead = whole.fork().after(piece)
        now = whole.after(piece)
        assert ahead == now
        for name, markers in now.items():
            found[name] += markers
    assert (found, whole.not_ready()) == at_once[5 * S, Preset.ADAPTIVE]


def test_a_piece_that_does_not_follow_is_refused(world, end_ns):
    once = stream(60 * S)
    (piece,) = pieces_of(world, [end_ns])
    once.after(piece)
    with pytest.raises(ValueError, match="not within"):
        once.after(piece)


def test_a_reason_is_a_sentence(at_once):
    for found, _ in at_once.values():
        for marker in [each for name in NAMES for each in found[name]]:
            assert marker.reason[0].isupper()
            assert marker.reason.endswith(".")
            assert " ticks " not in marker.reason or marker.kind is MarkerKind.SWEEP


def test_the_numbers_of_a_reason_are_as_the_axis_writes_them(at_once):
    for found, _ in at_once.values():
        for marker in [each for name in NAMES for each in found[name]]:
            assert not MISWRITTEN.search(marker.reason), marker.reason


def test_fixed_thresholds_stand_beside_the_adaptive_ones_where_there_are_some(at_once):
    for step_ns in STEPS_NS:
        adaptive, classic = (at_once[step_ns, preset][0] for preset in PRESETS)
        for name, rule in MARKER_RULES.items():
            if not rule.has_classic:
                assert adaptive[name] == classic[name]


def test_a_live_second_costs_no_more_after_a_day_than_after_an_hour():
    rows = bench_markers.market(24)
    streams = [bench_markers.after(rows, hours) for hours in (1, 24)]
    # In turn, and the quickest of several medians of each: a busy machine slows both alike.
    early, late = (
        min(median(bench_markers.live_ms(stream.fork(), rows, until_ns)) for _ in range(3))
        for stream, until_ns in streams
    )
    assert late <= 1.5 * early
