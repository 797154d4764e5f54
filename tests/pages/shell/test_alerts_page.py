"""The Alerts page as a script: how a rule is made, and what is said of its past."""

from math import nan

import pytest

from core.calc.followed import Followed
from core.domain.events import Channel, Rows
from core.domain.units import NS_PER_HOUR, NS_PER_MINUTE, NS_PER_S
from data.alerts.would_have import WouldHave
from data.rehearsal import HELD, Rehearsed
from pages.shell import alerts_past
from pages.shell.alerts_past import remarks, summary
from tests.support.market import Installed, StillSource, still_runtime
from tests.support.rows import book
from tests.support.script import opened_page
from tests.support.trades import START_NS, instrument, trades
from tests.support.waiting import until

BTC = instrument()
TAPE = trades(*((10 * each, 1000 + each % 7, 5, 1) for each in range(60)))


@pytest.fixture
def run(tmp_path):
    source = StillSource([BTC], now_ns=START_NS + 600 * NS_PER_S)
    with Installed(still_runtime(tmp_path, source, [(BTC, TAPE)])) as run:
        yield run


def opened():
    return opened_page("alerts", timeout_s=60)


def said(page):
    kinds = ("caption", "info", "markdown", "success", "error", "warning", "toast")
    return " ".join(str(each.value) for kind in kinds for each in page.get(kind))


def test_the_threshold_begins_where_the_figure_is(run):
    page = opened()
    assert not page.exception
    (threshold,) = [each for each in page.number_input if each.label == "Threshold, USDT"]
    assert threshold.value == pytest.approx((1000 + 59 % 7) / 10)
    assert run.alerts.rules.all() == ()


@pytest.mark.usefixtures("run")
def test_where_the_figure_is_not_known_no_threshold_is_guessed():
    page = opened()
    page.selectbox(key="alert_figure").select("spread").run()
    (threshold,) = [each for each in page.number_input if each.label == "Threshold, bps"]
    assert threshold.value is None
    assert "write the threshold" in said(page)
    assert not [each for each in page.button if each.key == "alert_arm"]


def test_a_rule_is_armed_with_what_the_fields_say(run):
    page = opened()
    page.selectbox(key="alert_figure").select("spread").run()
    page.selectbox(key="alert_condition").select("crosses down")
    page.text_input(key="alert_name_spread_BTC").input("=1+1 <b>x</b>")
    page.number_input(key=f"alert_threshold_spread_{BTC.id}").set_value(2.5).run()
    page.number_input(key="alert_hysteresis_spread").set_value(0.5)
    page.button(key="alert_arm").click().run()
    assert not page.exception
    (rule,) = run.alerts.rules.all()
    assert (rule.name, rule.figure, rule.armed) == ("=1+1 <b>x</b>", "spread", True)
    assert (str(rule.condition), rule.threshold, rule.hysteresis) == ("crosses down", 2.5, 0.5)


def test_a_marker_has_a_side_and_no_threshold(run):
    page = opened()
    page.selectbox(key="alert_figure").select("burst").run()
    assert not page.exception
    assert not [each for each in page.number_input if each.label.startswith("Threshold")]
    page.selectbox(key="alert_side").select("sell")
    page.button(key="alert_keep").click().run()
    (rule,) = run.alerts.rules.all()
    assert (str(rule.condition), rule.side, rule.armed) == ("new marker", "sell", False)


def test_a_name_that_is_too_long_is_refused_by_name(run):
    page = opened()
    page.text_input(key="alert_name_last_price_BTC").input("<i>" * 100).run()
    assert "name must have at most 200 letters" in said(page)
    assert not [each for each in page.button if each.key == "alert_arm"]
    assert run.alerts.rules.all() == ()


@pytest.mark.usefixtures("run")
def test_its_past_is_shown_before_it_is_armed():
    page = opened()
    page.number_input(key=f"alert_threshold_last_price_{BTC.id}").set_value(50.0)
    page.button(key="alert_past").click().run()
    until(lambda: "would have fired 1 time in 10 min" in said(page.run()), within_s=60)
    assert "would-have" in " ".join(each.value for each in page.html)


@pytest.mark.usefixtures("run")
def test_of_a_book_without_recordings_it_says_why_not():
    page = opened()
    page.selectbox(key="alert_figure").select("book_imbalance").run()
    page.number_input(key=f"alert_threshold_book_imbalance_{BTC.id}").set_value(0.5).run()
    page.button(key="alert_past").click().run()
    assert "recordings with books" in said(page)


def test_the_threshold_of_the_nearest_wall_begins_by_what_a_wall_is_in_the_settings(run):
    bids, asks = {999: 14_000, 990: 16_000}, {1_001: 1_000, 1_010: 20_000}
    run.engine.submit(Rows(BTC, Channel.BOOK, "stream", book(run.source.now_ns(), bids, asks)))
    assert run.engine.settle()
    # Without the setting the nearest one is 100 bps away.
    run.remember("thresholds.wall_btc_base", 12.0)
    page = opened()
    page.selectbox(key="alert_figure").select("wall_distance").run()
    assert page.number_input(key=f"alert_threshold_wall_distance_{BTC.id}").value == 10.0


def test_a_rehearsal_takes_what_a_wall_is_from_the_settings(run, monkeypatch):
    rehearsed = []

    def past_of(_run, rule, *_look):
        rehearsed.append(rule.wall_btc_base)
        return "Nothing is there."

    monkeypatch.setattr(alerts_past, "past_of", past_of)
    run.remember("thresholds.wall_btc_base", 12.0)
    page = opened()
    page.selectbox(key="alert_figure").select("wall_distance").run()
    page.number_input(key=f"alert_threshold_wall_distance_{BTC.id}").set_value(20.0).run()
    page.button(key="alert_past").click().run()
    assert rehearsed == [12.0]


def after(minutes, n, median, band):
    interval = (nan, nan) if n < 6 else (median - 1, median + 1)
    return Followed(minutes * NS_PER_MINUTE, n, 2, median, *interval, band[0], *band[1:])


def would_have(*, n=14, whole=True, step_s=1, known=1.0):
    rows = tuple(after(each, n, 1.25, (0.1, -2.0, 2.5)) for each in (1, 5, 15))
    span_ns = START_NS, START_NS + 7 * NS_PER_HOUR
    return WouldHave(
        HELD, (START_NS,) * n, Rehearsed(span_ns, 9, whole), step_s * NS_PER_S, known, rows
    )


def test_what_would_have_been_is_one_sentence_with_its_numbers():
    assert summary(would_have()) == (
        "would have fired 14 times in 7 h 0 min of what is held now; median +1.2 bp after 5 min "
        "(random times: +0.1 bp, 95 % of such draws −2.0 bp to +2.5 bp)."
    )
    assert summary(would_have(n=0)).endswith("0 times in 7 h 0 min of what is held now.")


def test_what_limits_it_is_said():
    assert len(remarks(would_have())) == 1
    told = " ".join(remarks(would_have(whole=False, step_s=6, known=0.4)))
    assert "ended before the newest" in told
    assert "every 6 s" in told
    assert "known 40 % of the time" in told
