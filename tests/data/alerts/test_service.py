import pytest

from core.domain.events import Channel
from core.domain.units import NS_PER_S
from data.alerts.service import Alerts
from data.alerts.standings import NewestSpec, StandingsSpec, ToldSpec
from data.feeds.health import State
from data.setting_values import Outlets
from data.settings import chosen
from data.views.moment import Moment
from tests.support.alerts import HeldMarket, receiver, rule
from tests.support.trades import START_NS
from tests.support.waiting import until


@pytest.fixture
def begun(tmp_path):
    """A market with a trade at 101, and what makes the alerts of a run of it."""
    started = []

    def begin(*, name="simulated", outlets=None):
        market = HeldMarket(tmp_path, name=name).trade((0, 1010, 1, 1)).at(1)
        market.health.set_state(
            rule().instrument, Channel.TRADES, State.LIVE, now_ns=START_NS - NS_PER_S
        )
        alerts = Alerts(market, tmp_path, outlets or Outlets())
        started.append(alerts)
        return market, alerts

    yield begin
    for each in started:
        each.stop()


def asked(spec, market):
    return spec.query().view(market.engine, Moment(market.source.now_ns()))


def test_what_fires_is_told_logged_and_has_its_evidence(begun):
    market, alerts = begun()
    alerts.rules.add(rule())
    alerts.start()
    until(lambda: alerts.count == 1)
    count, ((number, told),) = alerts.newest()
    assert (count, number, told.value) == (1, 1, 101.0)
    (line,) = alerts.log.newest()
    assert line["id"] == told.id
    until(lambda: asked(ToldSpec(alerts), market).lines[0].pack == "being filled")
    assert asked(NewestSpec(alerts), market).told == ((1, told),)


def test_what_a_wall_is_comes_of_the_settings_of_now(begun):
    market, alerts = begun()
    alerts.rules.add(rule("wall_distance"))
    market.settings = chosen(market.settings, "thresholds.wall_btc_base", 12.0)
    assert [each.wall_btc_base for each in alerts.rules.all()] == [12.0]


@pytest.mark.parametrize(
    ("name", "outside", "tests", "arrives"),
    [
        ("live", True, False, True),
        ("live", False, False, False),
        ("simulated", True, False, False),
        ("replay", True, False, False),
        ("simulated", True, True, True),
    ],
)
def test_only_live_alerts_go_outside_unless_it_is_a_test(begun, name, outside, tests, arrives):
    with receiver() as service:
        _, alerts = begun(name=name, outlets=Outlets((service.url,), tests=tests))
        alerts.rules.add(rule(outside=outside))
        alerts.start()
        until(lambda: alerts.count)
        if arrives:
            until(alerts.outside.sent)
        alerts.stop()
        assert len(service.got) == arrives


def test_the_rules_are_there_with_how_they_stand_and_what_is_amiss(begun, tmp_path):
    market, alerts = begun()
    alerts.rules.add(rule(threshold=200))
    alerts.rules.add(rule(armed=False))
    alerts.start()
    until(alerts.standings)
    first, second = asked(StandingsSpec(alerts), market).rows
    assert (first.standing.value, first.unit) == (101.0, "USDT")
    assert second.standing is None
    (tmp_path / "alerts.toml").write_text("rule = 1")
    _, broken = begun()
    assert "alerts.toml" in asked(StandingsSpec(broken), market).problems[0]


def test_two_runs_of_a_process_do_not_share_their_numbers(begun):
    assert begun()[1].run != begun()[1].run
