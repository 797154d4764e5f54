"""Gaps wherever they may be: no rule finds anything across one, and live stays batch."""

from bisect import bisect_right

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.calc.marker_rules import MARKER_RULES
from core.calc.marker_stream import MarkerStream
from core.domain.marker import Preset
from tests.support.marker_worlds import S, marker_world, pieces_of
from tests.support.trades import START_NS, instrument

COIN = instrument()
NAMES = tuple(MARKER_RULES)
SPAN_S = 14_400
HOW = ((Preset.ADAPTIVE, 5 * S), (Preset.CLASSIC, 60 * S))
TRADES, QUOTES, LIQUIDATIONS = "gaps_ns", "quote_gaps_ns", "liquidation_gaps_ns"


@pytest.fixture(scope="module")
def world():
    return marker_world()


@pytest.fixture(scope="module")
def without_gaps(world):
    return {how: found_in(world, {}, how)[0] for how in HOW}


def found_in(world, gaps, how, cuts_ns=()):
    """What each rule finds; ``gaps`` by where something lacks."""
    preset, step_ns = how
    stream = MarkerStream(COIN, step_ns=step_ns, ticks_per_row=5, rules=NAMES, preset=preset)
    end_ns = int(world["trades"]["ts_event_ns"][-1])
    found = {name: [] for name in NAMES}
    untils_ns = [*sorted({each for each in cuts_ns if each < end_ns}), end_ns]
    for piece in pieces_of(world, untils_ns, gaps_ns=(), later_gaps_ns=()):
        known = {
            where: tuple(gap for gap in spans if gap[0] <= piece.until_ns)
            for where, spans in gaps.items()
        }
        for name, markers in stream.after(replaced(piece, known)).items():
            found[name] += markers
    return found, stream.not_ready()


def replaced(piece, known):
    fields = {name: getattr(piece, name) for name in piece.__slots__}
    return type(piece)(**{**fields, **known})


def looked_at(name, marker, found, how):
    """Which spans of what, at the least, a finding was made of: (where, from, to)."""
    event_ns, known_ns = marker.event_ns, marker.known_ns
    preset, step_ns = how
    is_classic = preset is Preset.CLASSIC and MARKER_RULES[name].has_classic
    since_ns = {
        "burst": event_ns,
        "micro-push": event_ns - 30 * S,
        "micro-pullback": known_ns - 6 * S,
        "book-sweep": known_ns,
        "large-trade": known_ns,
        "absorption": known_ns - (5 if is_classic else 20) * S,
        "effort-no-result": known_ns - 10 * S,
        "bar-absorption": event_ns,
        "delta-fade": event_ns - 20 * step_ns,
        "volume-collapse": event_ns - 20 * step_ns,
        "stop-grab": event_ns - (11 if is_classic else 20) * step_ns,
        "stacked-imbalance": known_ns - step_ns,
        "cvd-divergence-slope": known_ns - 15 * step_ns,
        "cvd-divergence-swing": event_ns - 7 * step_ns,
        "liquidation-cascade": event_ns - 14 * 60 * S,
    }
    if name == "diminishing-bursts":
        ours = [each for each in found["burst"] if each.side == -marker.side]
        last = bisect_right([each.known_ns for each in ours], known_ns)
        since_ns[name] = ours[last - 3].event_ns
    if name == "liquidation-cluster":
        return [(LIQUIDATIONS, event_ns, known_ns)]
    spans = [(TRADES, since_ns[name], max(known_ns, since_ns[name] + 1))]
    if name == "liquidation-cascade":
        spans.append((LIQUIDATIONS, event_ns, event_ns + 1))
    if name == "effort-no-result" or (name == "absorption" and not is_classic):
        spans.append((QUOTES, since_ns[name], known_ns))
    return spans


GAP = st.tuples(
    st.sampled_from((TRADES, TRADES, QUOTES, LIQUIDATIONS)),
    st.sampled_from(NAMES),
    st.integers(0, 500),
    st.integers(-40, 3),
    st.sampled_from((1, S // 2, S, 7 * S, 90 * S)),
)


@given(st.lists(GAP, min_size=1, max_size=25), st.lists(st.integers(0, SPAN_S * 10), max_size=40))
@pytest.mark.parametrize("how", HOW, ids=str)
@settings(max_examples=3, deadline=None)
def test_nothing_is_found_across_a_gap_however_the_tape_is_told(
    world, without_gaps, how, drawn, cuts_ds
):
    before = without_gaps[how]
    gaps = {TRADES: [], QUOTES: [], LIQUIDATIONS: []}
    for where, name, which, off_s, long_ns in drawn:
        if not before[name]:
            continue
        # Near something that is found without it, where it has something to take back.
        near = before[name][which % len(before[name])]
        from_ns = max(near.known_ns + off_s * S, START_NS)
        gaps[where].append((from_ns, from_ns + long_ns))
    found, lacks = found_in(world, gaps, how)
    for name in NAMES:
        for marker in found[name]:
            for where, from_ns, to_ns in looked_at(name, marker, found, how):
                assert not [gap for gap in gaps[where] if gap[0] < to_ns and gap[1] > from_ns], name
    cuts_ns = [START_NS + each * S // 10 for each in cuts_ds]
    assert found_in(world, gaps, how, cuts_ns) == (found, lacks)


@pytest.mark.parametrize("name", NAMES)
def test_every_rule_finds_something_where_nothing_lacks(without_gaps, name):
    assert any(found[name] for found in without_gaps.values())
