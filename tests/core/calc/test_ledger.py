from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.ledger import STEP_DTYPE, Ledger
from core.calc.ledger_steps import ledger_steps
from core.calc.level_changes import LevelChanges
from core.calc.level_side import ChangeKind
from core.domain.arrays import TRADE_DTYPE, BookSide, TradeFlag
from tests.support.rows import book, message
from tests.support.vectors import vector

BID, ASK = BookSide.BID, BookSide.ASK
BUY, SELL = 1, -1
MS = 1_000_000
S = 1_000 * MS
FOREVER = 2**62
PARTS = ["added_lots", "filled_lots", "cancelled_lots"]


def trades(*rows):
    """Rows of (ts_ns, price_ticks, lots, aggressor)."""
    out = np.zeros(len(rows), TRADE_DTYPE)
    for index, (at_ns, price, lots, aggressor) in enumerate(rows):
        out[index] = (at_ns, at_ns, index + 1, lots, price, aggressor, 0, 1)
    return out


def changes(*messages):
    return LevelChanges().take(np.concatenate(messages))


def settled(told, traded, **options):
    ledger = Ledger(**options)
    ledger.take_trades(traded)
    ledger.take_changes(told)
    return ledger.settle(FOREVER)


def bid(at_ns, lots, price=100):
    return message(at_ns, [(BID, price, lots)])


def parts(steps, price=100):
    """What became of a level after the snapshot: (ms, added, filled, cancelled)."""
    ours = steps[(steps["price_ticks"] == price) & (steps["kind"] == ChangeKind.CHANGED)]
    return [(at // MS, *rest) for at, *rest in ours[["ts_ns", *PARTS]].tolist()]


OPEN = book(0, {100: 10}, {110: 50})


def test_steps_and_totals_of_the_wall_are_those_of_the_vector():
    inputs, expected = (vector("wall-pulled-eaten")[key] for key in ("inputs", "expected"))
    first, *books = [each for each in inputs if each["kind"] == "book"]
    told = [book(0, {100: first["size"]}, {110: 1})]
    told += [bid(each["t"] * S, each["size"]) for each in books]
    sold = [each for each in inputs if each["kind"] == "trade"]
    traded = trades(*((each["t"] * S, each["price"], each["qty"], SELL) for each in sold))
    steps = settled(changes(*told), traded)
    assert parts(steps) == [
        (each["t"] * 1_000, each["add"], each["fill"], each["cancel"]) for each in expected["steps"]
    ]
    totals = {name: int(steps[f"{name}_lots"].sum()) for name in expected["totals"]}
    assert totals == expected["totals"]


def test_a_fall_that_trades_account_for_is_filled_and_the_rest_cancelled():
    steps = settled(changes(OPEN, bid(200 * MS, 3)), trades((150 * MS, 100, 5, SELL)))
    assert parts(steps) == [(200, 0, 5, 2)]


def test_more_filled_than_the_level_fell_by_was_added_in_between():
    steps = settled(changes(OPEN, bid(200 * MS, 8)), trades((150 * MS, 100, 5, SELL)))
    assert parts(steps) == [(200, 3, 5, 0)]


def test_only_what_met_that_side_of_the_public_book_fills():
    traded = trades(
        (150 * MS, 100, 1, BUY),
        (150 * MS, 100, 2, 0),
        (150 * MS, 100, 3, SELL),
        (150 * MS, 100, 4, SELL),
        (150 * MS, 99, 1, SELL),
    )
    traded["flags"][2:4] = TradeFlag.BLOCK, TradeFlag.RPI
    assert parts(settled(changes(OPEN, bid(200 * MS, 3)), traded)) == [(200, 0, 0, 7)]


def test_a_buyer_meets_the_asks():
    told = changes(OPEN, message(200 * MS, [(ASK, 110, 20)]))
    steps = settled(told, trades((150 * MS, 110, 30, BUY)))
    assert parts(steps, price=110) == [(200, 0, 30, 0)]


def test_a_trade_stamped_after_its_change_still_fills_within_the_tolerance():
    told = changes(OPEN, bid(200 * MS, 3), bid(600 * MS, 1))
    steps = settled(told, trades((450 * MS, 100, 7, SELL)))
    assert parts(steps) == [(200, 0, 7, 0), (600, 0, 0, 2)]
    later = settled(told, trades((451 * MS, 100, 7, SELL)))
    assert parts(later) == [(200, 0, 0, 7), (600, 5, 7, 0)]


def test_a_later_trade_fills_no_more_than_the_fall_and_the_rest_goes_to_the_next_change():
    told = changes(OPEN, bid(200 * MS, 6), bid(400 * MS, 3))
    steps = settled(told, trades((300 * MS, 100, 7, SELL)))
    assert parts(steps) == [(200, 0, 4, 0), (400, 0, 3, 0)]


def test_a_level_that_stood_though_it_traded_was_filled_up_again():
    told = changes(OPEN, message(449 * MS, [(ASK, 110, 9)]), message(450 * MS, [(ASK, 110, 8)]))
    steps = settled(told, trades((200 * MS, 100, 4, SELL)))
    assert parts(steps) == [(450, 4, 4, 0)]
    assert steps[steps["price_ticks"] == 100]["after_lots"].tolist() == [10, 10]


def test_what_traded_before_a_snapshot_or_out_of_view_is_not_accounted_for():
    traded = trades((50 * MS, 100, 4, SELL), (60 * MS, 90, 4, SELL))
    told = changes(OPEN, book(100 * MS, {100: 3}, {110: 50}), bid(900 * MS, 2))
    assert parts(settled(told, traded)) == [(900, 0, 0, 1)]
    assert settled(told, traded)[PARTS].tolist() == [(0, 0, 0)] * 4 + [(0, 0, 1)]


def test_a_step_is_known_when_the_tolerance_is_over_and_not_before():
    ledger = Ledger(tolerance_ns=100)
    ledger.take_changes(changes(OPEN, bid(1_000, 4)))
    assert ledger.settle(101)["ts_ns"].tolist() == [0, 0]
    assert ledger.settle(1_100).size == 0
    ledger.take_trades(trades((1_100, 100, 6, SELL)))
    steps = ledger.settle(1_101)
    assert steps[["known_ns", *PARTS]].tolist() == [(1_100, 0, 6, 0)]


def test_nothing_makes_no_steps():
    assert Ledger().settle(FOREVER).dtype == STEP_DTYPE
    assert ledger_steps(changes(OPEN)[:0], trades()).size == 0
    assert ledger_steps(changes(OPEN), trades())[PARTS].tolist() == [(0, 0, 0)] * 2


def test_trades_out_of_order_are_refused_when_all_come_at_once():
    with pytest.raises(ValueError, match="sorted by ts_event_ns"):
        ledger_steps(changes(OPEN), trades((2, 100, 1, SELL), (1, 100, 1, SELL)))


LEVEL = st.tuples(st.sampled_from([BID, ASK]), st.integers(1, 3), st.sampled_from([0, 2, 5, 9, 30]))
TRADE = st.tuples(
    st.integers(0, 4_000), st.integers(1, 3), st.integers(1, 12), st.sampled_from([BUY, SELL, 0])
)


@st.composite
def worlds(draw):
    """Changes and trades around 100; equal times, snapshots and levels out of view among them."""
    rolls = draw(st.booleans())
    at_ms, told = 0, [book(0, {99: 5, 98: 9}, {101: 7, 103: 2}, depth=2, rolls=rolls)]
    for gap_ms, levels, is_whole in draw(
        st.lists(
            st.tuples(
                st.sampled_from([0, 1, 100, 250, 700]),
                st.lists(LEVEL, min_size=1, max_size=3),
                st.sampled_from([False] * 7 + [True]),
            ),
            max_size=12,
        )
    ):
        at_ms += gap_ms
        placed = [(side, 100 - side * away, lots) for side, away, lots in levels]
        told.append(message(at_ms * MS, placed, snapshot=is_whole, depth=2, rolls=rolls))
    rows = sorted(draw(st.lists(TRADE, max_size=25)))
    traded = [(at * MS, 100 + side * away, lots, side) for at, away, lots, side in rows]
    return changes(*told), trades(*traded)


@given(worlds())
def test_what_was_added_less_filled_and_cancelled_is_what_rests(world):
    steps = settled(*world)
    assert all(bool(np.all(steps[name] >= 0)) for name in PARTS)
    account = defaultdict(int)
    for step in steps:
        key = int(step["side"]), int(step["price_ticks"])
        if step["kind"] == ChangeKind.CHANGED:
            assert account[key] == step["before_lots"]
            account[key] += int(step["added_lots"] - step["filled_lots"] - step["cancelled_lots"])
        else:
            account[key] = int(step["after_lots"])
        assert account[key] == step["after_lots"]


@given(worlds())
def test_no_more_is_filled_than_traded(world):
    steps, traded = settled(*world), world[1]
    for key in {(int(each["side"]), int(each["price_ticks"])) for each in steps}:
        filled = steps[(steps["side"] == key[0]) & (steps["price_ticks"] == key[1])]
        met = (traded["aggressor"] == -key[0]) & (traded["price_ticks"] == key[1])
        assert filled["filled_lots"].sum() <= traded["size_lots"][met].sum()


@given(worlds(), st.sampled_from([0, 1, 100 * MS, 250 * MS]))
def test_all_at_once_gives_what_settling_message_by_message_gives(world, tolerance_ns):
    once = ledger_steps(*world, tolerance_ns=tolerance_ns)
    assert once.tolist() == settled(*world, tolerance_ns=tolerance_ns).tolist()


@given(worlds(), st.lists(st.integers(0, 6_000), max_size=8), st.data())
def test_portions_and_their_order_do_not_matter(world, looks_ms, data):
    told, traded = world
    ledger, steps, from_ns = Ledger(), [], 0
    for now_ns in [*sorted(each * MS for each in looks_ms), FOREVER]:
        new = [
            each[
                (each["ts_ns" if each is told else "ts_event_ns"] >= from_ns)
                & (each["ts_ns" if each is told else "ts_event_ns"] < now_ns)
            ]
            for each in (told, traded)
        ]
        feeds = [(ledger.take_changes, new[0]), (ledger.take_trades, new[1])]
        for feed, rows in data.draw(st.permutations(feeds)):
            feed(rows)
        steps += ledger.settle(now_ns).tolist()
        from_ns = now_ns
    assert steps == settled(*world).tolist()


@given(worlds(), st.integers(0, 6_000))
def test_what_is_known_at_a_time_is_not_changed_by_what_comes_later(world, until_ms):
    told, traded = world
    until_ns = until_ms * MS
    early = ledger_steps(told[told["ts_ns"] <= until_ns], traded[traded["ts_event_ns"] <= until_ns])
    whole = ledger_steps(told, traded)
    assert (
        early[early["known_ns"] <= until_ns].tolist()
        == whole[whole["known_ns"] <= until_ns].tolist()
    )
