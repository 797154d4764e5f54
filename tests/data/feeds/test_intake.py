from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.domain.arrays import TRADE_DTYPE
from core.domain.events import Trades
from data.feeds.health import HealthBoard, State
from data.feeds.intake import IDS_KEPT, Intake
from data.venues.registry import MARKETS
from tests.support.trades import instrument

BTC = instrument()
FACTS = MARKETS["okx", "perp"].facts


class Case:
    def __init__(self, *, ids_count=True, by_fill=False):
        self.events, self.resumed, self.health = [], [], HealthBoard()
        self.intake = Intake(
            BTC,
            topic="trades:BTC",
            facts=replace(FACTS, ids_count=ids_count, ids_step_by_fill=by_fill),
            submit=self.events.append,
            health=self.health,
            resumed=self.resumed.append,
        )

    def bring(self, *ids, epoch=1, fills=1):
        rows = [(1_000 + i, 2_000 + i, i, 5, 100, 1, 0, fills) for i in ids]
        self.intake.accept(Trades(BTC, "aggTrade", rows), epoch=epoch)

    def submitted(self):
        return [row[2] for event in self.events for row in event.rows]

    def holes(self):
        return [
            (None if each.before is None else each.before.trade_id, each.first.trade_id)
            for each in self.resumed
        ]


def test_each_trade_passes_once():
    case = Case()
    case.intake.switch(1, seamless=False)
    case.bring(1, 2)
    case.bring(2, 3)
    case.bring(3)
    assert case.submitted() == [1, 2, 3]
    assert case.intake.repeated == 2


def test_a_message_without_repeats_is_passed_on_as_it_is():
    case = Case()
    case.bring(1, 2)
    assert len(case.events) == 1
    assert case.events[0].rows == [
        (1_001, 2_001, 1, 5, 100, 1, 0, 1),
        (1_002, 2_002, 2, 5, 100, 1, 0, 1),
    ]


def test_trades_of_a_connection_that_was_given_up_are_discarded():
    case = Case()
    case.intake.switch(1, seamless=False)
    case.bring(1)
    case.intake.switch(2, seamless=False)
    case.bring(2, 3, epoch=1)
    case.bring(4, epoch=2)
    assert case.submitted() == [1, 4]
    assert case.intake.discarded == 2


def test_the_first_trade_of_every_connection_tells_what_may_be_missing():
    case = Case()
    case.intake.switch(1, seamless=False)
    case.bring(1, 2)
    case.intake.switch(2, seamless=False)
    case.bring(7, epoch=2)
    case.bring(8, epoch=2)
    assert case.holes() == [(None, 1), (2, 7)]
    assert not case.resumed[1].repeated
    assert case.resumed[1].channel == "aggTrade"


def test_a_connection_that_repeats_the_last_trade_misses_nothing():
    case = Case(ids_count=False)
    case.intake.switch(1, seamless=False)
    case.bring(1, 2)
    case.intake.switch(2, seamless=False)
    case.bring(2, 3, epoch=2)
    assert case.resumed[1].repeated


@given(st.data())
def test_two_overlapping_connections_miss_nothing_and_repeat_nothing(data):
    case = Case(ids_count=data.draw(st.booleans()))
    case.intake.switch(1, seamless=False)
    start = data.draw(st.integers(1, 20))  # the second one was subscribed just before this trade
    old, new, last = list(range(2, 41)), list(range(start, 41)), 40
    case.bring(1, epoch=1)
    handed_over = False
    while new or (old and not handed_over):
        turn = data.draw(st.booleans())
        if old and not handed_over and (turn or not new):
            case.bring(old.pop(0), epoch=1)
        elif new:
            case.bring(new.pop(0), epoch=2)
        # The old one is kept until it has brought what the new one began with, and a little more.
        if not handed_over and (not old or old[0] > start + 5) and new != list(range(start, 41)):
            case.intake.switch(2, seamless=True)
            handed_over = True
    assert sorted(case.submitted()) == list(range(1, last + 1))
    assert case.holes() == [(None, 1)]


def test_a_connection_lost_during_the_overlap_leaves_a_hole_to_be_checked():
    case = Case()
    case.intake.switch(1, seamless=False)
    case.bring(1, 2)
    case.bring(6, epoch=2)
    case.bring(7, epoch=2)
    case.intake.switch(2, seamless=False)
    assert case.holes() == [(None, 1), (2, 6)]


def test_data_makes_it_live_and_is_counted_with_its_own_time():
    case = Case()
    case.intake.say(State.STALE, now_ns=1, reason="cut")
    case.bring(1, 2)
    (channel,) = case.health.snapshot()
    assert (channel.state, channel.reason) == (State.LIVE, "")
    assert (channel.messages, channel.last_recv_ns) == (1, 2_002)


def test_trades_learned_over_rest_are_known():
    case = Case(ids_count=False)
    rows = np.zeros(2, TRADE_DTYPE)
    rows["trade_id"] = 50, 40
    case.intake.learn(rows)
    assert case.intake.has(50)
    assert not case.intake.has(45)
    case.bring(40)
    assert case.submitted() == []


def test_where_ids_count_a_smaller_one_is_known():
    case = Case()
    case.bring(50)
    assert case.intake.has(49)
    assert not case.intake.has(51)


def test_only_the_newest_ids_are_remembered():
    case = Case(ids_count=False)
    case.bring(*range(IDS_KEPT + 1))
    assert not case.intake.has(0)
    assert case.intake.has(1)


def test_a_jump_of_the_numbers_inside_a_connection_is_told():
    case = Case()
    case.intake.switch(1, seamless=False)
    case.bring(1, 2)
    case.bring(5)
    case.bring(6, 9)
    assert case.holes() == [(None, 1), (2, 5), (6, 9)]
    assert case.submitted() == [1, 2, 5, 6, 9]
    assert {each.reason for each in case.resumed[1:]} == {"the numbers of the trades jumped"}


def test_repeats_and_old_trades_are_no_jumps():
    case = Case()
    case.intake.switch(1, seamless=False)
    case.bring(5, 6)
    case.bring(5)
    case.bring(2)
    case.bring(7)
    assert case.holes() == [(None, 5)]


def test_a_row_that_merges_fills_takes_as_many_numbers():
    case = Case(by_fill=True)
    case.intake.switch(1, seamless=False)
    case.bring(1)
    case.bring(4, fills=3)
    case.bring(8, fills=3)
    assert case.holes() == [(None, 1), (4, 8)]


def test_a_number_that_no_trade_bears_is_no_jump():
    case = Case()
    case.intake.switch(1, seamless=False)
    case.bring(1)
    case.intake.skip(2, epoch=1)
    case.bring(3)
    case.intake.skip(5, epoch=1)
    case.bring(6)
    assert case.holes() == [(None, 1), (3, 6)]


def test_what_one_connection_missed_and_the_other_brought_is_not_missing():
    case = Case()
    case.intake.switch(1, seamless=False)
    case.bring(1, 2)
    case.bring(2, 3, 4, 5, epoch=2)
    case.bring(6, epoch=1)
    case.intake.switch(2, seamless=True)
    case.bring(6, epoch=2)
    assert case.holes() == [(None, 1)]
    case.bring(9, epoch=2)
    assert case.holes() == [(None, 1), (6, 9)]


def test_where_ids_only_identify_a_message_that_could_not_be_read_is_told_with_the_next_trade():
    case = Case(ids_count=False)
    case.intake.switch(1, seamless=False)
    case.intake.doubt(epoch=1, now_ns=9)
    case.bring(70, 20)
    case.bring(90)
    case.intake.doubt(epoch=1, now_ns=9)
    case.bring(30, 31)
    case.bring(50)
    assert case.holes() == [(None, 70), (90, 30)]
    assert case.resumed[1].reason == "a message could not be read"


def test_where_ids_count_a_message_that_could_not_be_read_shows_by_the_numbers_alone():
    case = Case()
    case.intake.switch(1, seamless=False)
    case.bring(1)
    case.intake.doubt(epoch=1, now_ns=9)
    case.bring(2)
    assert case.holes() == [(None, 1)]
