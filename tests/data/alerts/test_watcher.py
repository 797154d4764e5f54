import time

import pytest

from core.domain.events import Channel, Gap
from core.domain.marker import Marker, MarkerKind
from core.domain.units import NS_PER_S
from data.alerts.figures import Seen
from data.alerts.rules import Rules
from data.alerts.watcher import PERIOD_S, Watch, Watcher
from data.feeds.health import State
from data.settings import chosen
from data.views.moment import Moment, Off
from tests.support.alerts import PERP, SPOT, HeldMarket, rule
from tests.support.rows import book
from tests.support.trades import START_NS
from tests.support.waiting import until


class Watched:
    """A watcher that looks when a test says so."""

    def __init__(self, folder, *rules, name="simulated"):
        self.market = HeldMarket(folder, name=name)
        self.rules = Rules(folder / "alerts.toml", lambda: self.market.settings.thresholds)
        for each in rules:
            self.rules.add(each)
        self.told = []
        self.watcher = Watcher(self.market, self.rules, self.told.append)

    def look(self, after_s, price=None):
        """Put the clock, trade at a price, look; the values of what was told by now."""
        self.market.at(after_s)
        if price is not None:
            self.market.trade((after_s, round(price * 10), 1, 1))
        self.watcher.look()
        return [each.value for each in self.told]

    @property
    def standing(self):
        (only,) = self.watcher.standings().values()
        return only


def test_a_rule_fires_when_its_figure_is_beyond_and_again_after_it_came_back(tmp_path):
    watched = Watched(tmp_path, rule(hysteresis=1.0))
    assert watched.look(1, 99.0) == []
    assert watched.look(2, 100.5) == [100.5]
    assert watched.look(3, 101.0) == [100.5]
    assert not watched.standing.ready
    assert watched.look(4, 99.0) == [100.5]
    assert watched.look(5, 102.0) == [100.5, 102.0]
    assert watched.told[0].text == (
        "Last price of binance.perp.BTCUSDT is above 100 USDT: 100.5 USDT"
    )


def test_it_says_until_when_it_cools_down(tmp_path):
    watched = Watched(tmp_path, rule(cool_down_s=30.0))
    watched.look(2, 101.0)
    assert watched.standing.cooling_until_ns == START_NS + 32 * NS_PER_S


def test_each_alert_has_an_id_of_its_own_and_the_name_of_its_source(tmp_path):
    watched = Watched(tmp_path, rule(), rule("spread"), name="replay")
    watched.market.quote((0, 990, 1010))
    watched.look(1, 101.0)
    assert [each.source for each in watched.told] == ["replay", "replay"]
    assert len({each.id for each in watched.told}) == 2


BIDS, ASKS = {9_999: 14_000, 9_900: 16_000}, {10_001: 1_000, 10_050: 20_000}


def walled(folder, *rules):
    """Rules on a book whose nearest wall is 50 bps away, or 1 bps where 14 BTC make one."""
    watched = Watched(folder, *rules)
    watched.market.rows(Channel.BOOK, book(START_NS, BIDS, ASKS)).trade((0, 10_000, 1, 1))
    return watched


def wall_of(watched, btc_base):
    """Set what a wall is."""
    name = "thresholds.wall_btc_base"
    watched.market.settings = chosen(watched.market.settings, name, btc_base)


def test_what_a_wall_is_follows_the_setting_also_while_a_rule_is_armed(tmp_path):
    watched = walled(tmp_path, rule("wall_distance", "below", 20.0))
    assert watched.look(1) == []
    assert watched.standing.value == pytest.approx(50.0)
    wall_of(watched, 12.0)
    assert watched.look(2) == [pytest.approx(1.0)]
    assert watched.standing.value == pytest.approx(1.0)
    wall_of(watched, 18.0)
    assert watched.look(3) == [pytest.approx(1.0)]
    assert watched.standing.value == pytest.approx(50.0)


def test_a_setting_that_moves_a_figure_over_its_threshold_is_no_crossing(tmp_path):
    watched = walled(tmp_path, rule("wall_distance", "crosses down", 20.0))
    watched.look(1)
    wall_of(watched, 12.0)
    assert watched.look(2) == []
    assert not watched.standing.ready
    later = book(START_NS + 3 * NS_PER_S, {9_900: 16_000}, ASKS)
    watched.market.rows(Channel.BOOK, later)
    assert watched.look(4) == []
    assert watched.standing.ready
    watched.market.rows(Channel.BOOK, book(START_NS + 5 * NS_PER_S, BIDS, ASKS))
    assert watched.look(6) == [pytest.approx(1.0)]


def test_only_a_rule_of_walls_is_armed_anew_when_that_setting_changes(tmp_path):
    watched = Watched(tmp_path, rule(cool_down_s=60.0))
    watched.look(2, 101.0)
    wall_of(watched, 12.0)
    watched.look(3, 102.0)
    assert watched.standing.cooling_until_ns == START_NS + 62 * NS_PER_S


def test_a_rule_that_is_not_armed_is_not_looked_at(tmp_path):
    watched = Watched(tmp_path, rule(armed=False))
    assert watched.look(1, 101.0) == []
    assert watched.watcher.standings() == {}
    assert watched.market.source.wanted == []


def test_without_an_armed_rule_the_market_is_not_asked(tmp_path, monkeypatch):
    watched = Watched(tmp_path, rule(armed=False), name="live")
    asked = []
    monkeypatch.setattr(watched.market.health, "snapshot", lambda: asked.append("health") or ())
    monkeypatch.setattr(watched.market.source, "instruments", lambda: asked.append("list") or ())
    watched.look(1)
    assert asked == []
    watched.rules.arm(watched.rules.all()[0].id, on=True)
    watched.look(2)
    assert sorted(asked) == ["health", "list"]


def test_a_rule_that_was_disarmed_meanwhile_begins_anew(tmp_path):
    only = rule("last_price", "crosses up")
    watched = Watched(tmp_path, only)
    watched.look(1, 99.0)
    for on in (False, True):
        watched.rules.arm(only.id, on=on)
        assert watched.look(2, 101.0) == []
    assert watched.look(3, 102.0) == []
    watched.look(4, 99.0)
    assert watched.look(5, 101.0) == [101.0]


def test_what_it_rests_on_is_asked_for(tmp_path):
    watched = Watched(tmp_path, rule("basis"))
    watched.look(1)
    assert {each[0] for each in watched.market.source.wanted} == {PERP.id, SPOT.id}


def live(watched, channel, state, *, at_s, reason=""):
    now_ns = START_NS + at_s * NS_PER_S
    watched.market.health.set_state(PERP.id, channel, state, now_ns=now_ns, reason=reason)


def test_on_the_live_market_only_a_live_channel_fires(tmp_path):
    watched = Watched(tmp_path, rule(), name="live")
    assert watched.look(1, 101.0) == []
    assert watched.standing.off.state == "not followed"
    live(watched, Channel.TRADES, State.STALE, at_s=2, reason="no trade for a minute")
    assert watched.look(3, 102.0) == []
    assert (watched.standing.off.state, watched.standing.off.reason) == (
        "stale",
        "no trade for a minute",
    )
    assert watched.standing.off.since_ns == START_NS + 2 * NS_PER_S
    live(watched, Channel.TRADES, State.LIVE, at_s=4)
    assert watched.look(5, 103.0) == [103.0]
    assert watched.standing.off is None


def test_of_several_channels_one_that_is_off_is_enough(tmp_path):
    watched = Watched(tmp_path, rule("basis", threshold=-1000), name="live")
    watched.market.quote((0, 999, 1001)).quote((0, 9999, 10001), of=SPOT)
    live(watched, Channel.QUOTES, State.LIVE, at_s=1)
    assert watched.look(2) == []
    watched.market.health.set_state(SPOT.id, Channel.QUOTES, State.LIVE, now_ns=START_NS)
    assert watched.look(3) == [pytest.approx(0.0)]


def test_what_is_not_known_does_not_fire_and_says_so(tmp_path):
    watched = Watched(tmp_path, rule("spread", threshold=1.0))
    watched.market.quote((0, 990, 1010))
    assert watched.look(100) == []
    assert watched.standing.missing == "it is not known now"


def test_a_gap_under_a_figure_never_fires(tmp_path):
    watched = Watched(tmp_path, rule("buy_share", threshold=0.5))
    watched.look(0, 100.0)
    gap = Gap(PERP.id, START_NS + 60 * NS_PER_S, START_NS + 70 * NS_PER_S, "lost")
    watched.market.submit(gap)
    assert watched.look(90, 100.0) == []
    assert watched.look(131, 100.0) == [1.0]


def test_another_run_begins_anew(tmp_path):
    watched = Watched(tmp_path, rule("last_price", "crosses up"))
    watched.look(1, 99.0)
    watched.market.source.run_id = "simulated-2"
    assert watched.look(2, 101.0) == []
    assert watched.look(3, 99.0) == []
    assert watched.look(4, 101.0) == [101.0]


def test_without_a_market_nothing_stands(tmp_path):
    watched = Watched(tmp_path, rule(), name="starting")
    assert watched.look(1, 101.0) == []
    assert watched.watcher.standings() == {}


def test_a_figure_that_cannot_be_read_does_not_take_the_others_with_it(tmp_path, caplog):
    broken, sound = rule("spread"), rule()
    watched = Watched(tmp_path, broken, sound)
    watched.look(0, 99.0)
    query = watched.watcher._queries[broken.spec]
    query.view = lambda *_: 1 / 0
    assert watched.look(1, 101.0) == [101.0]
    assert watched.look(2, 101.0) == [101.0]
    assert "could not be read" in watched.watcher.standings()[broken.id].missing
    assert caplog.text.count("ZeroDivisionError") == 1


def marker(known_s, side=1):
    known_ns = START_NS + known_s * NS_PER_S
    return Marker(MarkerKind.BURST, side, known_ns, known_ns, 1000, 5.0, 4.0, 0.5, "5 in 1 s")


def told(watch, now_s, *markers, missing="", off=None):
    moment = Moment(START_NS + now_s * NS_PER_S)
    seen = Seen(markers=markers, missing=missing)
    return [(each.known_ns - START_NS) // NS_PER_S for each in watch.told(seen, moment, off)]


def test_a_marker_is_told_once_and_only_of_its_side():
    watch = Watch(rule("burst", "new marker", side="buy"), START_NS)
    assert told(watch, 10, marker(-1), marker(5), marker(6, -1)) == [5]
    assert told(watch, 11, marker(5), marker(11)) == [11]


def test_what_was_marked_while_a_channel_was_off_is_not_told_afterwards():
    watch = Watch(rule("burst", "new marker"), START_NS)
    off = Off("stale", START_NS)
    assert told(watch, 10, marker(5), off=off) == []
    assert told(watch, 11, marker(5), marker(9), missing="reading the past") == []
    assert told(watch, 12, marker(5), marker(9)) == []
    assert told(watch, 13, marker(12)) == [12]


def test_its_thread_looks_about_four_times_a_second(tmp_path):
    watched = Watched(tmp_path, rule())
    looks = []
    watched.market.source.instruments = lambda: looks.append(time.monotonic()) or (PERP, SPOT)
    watched.watcher.start()
    try:
        until(lambda: len(looks) >= 5)
    finally:
        watched.watcher.stop()
    assert looks[4] - looks[0] >= 4 * PERIOD_S * 0.9
