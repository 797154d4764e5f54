from dataclasses import replace

import numpy as np
import pytest

from core.domain.arrays import BAR_DTYPE
from core.domain.units import NS_PER_S
from data.alerts.outside import Sent
from data.alerts.standings import NewestView, RuleRow, ToldLine, ToldView
from data.alerts.watcher import Standing
from data.views.moment import Moment, Off
from pages.figures import alert_log, alert_price, alert_rules, alert_toasts
from pages.figures.node import texts
from tests.support.alerts import PERP, alert, rule
from tests.support.trades import START_NS

HOSTILE = "=1+1 <script>x</script> **b**"
NOW = Moment(START_NS + 100 * NS_PER_S)


def nodes(root):
    return [root, *(inner for kid in root.kids for inner in nodes(kid))]


def stats(root):
    """What stands in the cells that have names."""
    return {
        each.attributes["data-stat"]: each.text
        for each in nodes(root)
        if "data-stat" in each.attributes
    }


def picks(root):
    return [each.attributes["data-pick"] for each in nodes(root) if "data-pick" in each.attributes]


def drawn(standing=None, **more):
    return alert_rules.draw((RuleRow(rule(**more), standing, "USDT"),), NOW)


def test_a_rule_says_what_it_watches_how_it_stands_and_how_far_it_is():
    shown = stats(drawn(Standing(value=96.5)))
    assert shown == {
        "armed": "● ARMED",
        "name": "mine",
        "watches": "Last price, binance.perp.BTCUSDT",
        "when": "above 100 USDT",
        "now": "96.5 USDT",
        "to-go": "+3.5 USDT",
        "state": "● ready",
    }
    assert stats(drawn(Standing(value=101.25)))["to-go"] == "−1.25 USDT"


@pytest.mark.parametrize(
    ("standing", "state"),
    [
        (Standing(value=1.0, cooling_until_ns=NOW.now_ns + 23 * NS_PER_S), "cooling down, 23 s"),
        (Standing(value=101.0, ready=False), "must come back at or below 100 USDT"),
        (Standing(missing="reading the past, 40 %"), "cannot fire: reading the past, 40 %"),
        (
            Standing(value=1.0, off=Off("stale", START_NS + 11 * NS_PER_S, "no trade")),
            "cannot fire: channel STALE since 22:13:11 UTC",
        ),
        (None, "waiting for the market"),
    ],
)
def test_why_it_cannot_fire_is_said(standing, state):
    assert stats(drawn(standing))["state"] == state


def test_how_far_it_is_is_not_said_of_what_is_not_live():
    shown = stats(drawn(Standing(value=96.5, off=Off("stale", START_NS))))
    assert shown["to-go"] == "–"


def test_a_rule_that_is_not_armed_can_be_armed_and_one_that_is_disarmed():
    of = rule()
    assert picks(alert_rules.draw((RuleRow(of, None, ""),), NOW)) == [
        f"disarm:{of.id}",
        f"past:{of.id}",
        f"delete:{of.id}",
    ]
    off = replace(of, armed=False)
    root = alert_rules.draw((RuleRow(off, None, ""),), NOW)
    assert picks(root)[0] == f"arm:{of.id}"
    assert stats(root)["state"] == "not watched"


def test_conditions_are_in_words():
    back = rule(condition="crosses down", threshold=-2.5, hysteresis=0.5)
    assert alert_rules.fires_when(back, "bps") == "crosses down −2.5 bps, back by 0.5"
    marker = rule("burst", "new marker", side="sell")
    assert alert_rules.fires_when(marker, "") == "a marker of sell side is new"


def test_without_rules_it_says_what_to_do():
    assert texts(alert_rules.draw((), NOW)) == [alert_rules.NO_RULES]


def test_names_are_text_and_no_more():
    root = drawn(Standing(), name=HOSTILE)
    assert stats(root)["name"] == HOSTILE
    (toast,) = alert_toasts.draw(NewestView("ab", 1, ((1, alert(rule(name=HOSTILE))),)))[1:]
    assert HOSTILE in texts(toast)


def told(line_of, *, pack="complete", sent=(), is_on=False):
    line = {
        "id": line_of.id,
        "told_utc": "2023-11-14 22:13:20",
        "known_utc": "2023-11-14 22:13:19",
        "source": line_of.source,
        "run": line_of.run_id,
        "name": line_of.rule.name,
        "text": line_of.text,
    }
    return ToldView((ToldLine(line, pack),), 1, sent, is_on)


def test_a_line_of_the_log_opens_in_replay_and_is_taken_away():
    of = alert()
    (shown, outside) = alert_log.draw(told(of))
    assert picks(shown) == [f"replay:{of.id}", f"pack:{of.id}"]
    assert texts(shown)[5:10] == [
        "2023-11-14 22:13:20",
        "SIMULATED",
        "mine",
        "it happened",
        "complete",
    ]
    assert texts(outside) == [alert_log.OFF]


def test_an_alert_without_evidence_has_nothing_to_open():
    (shown, _) = alert_log.draw(told(alert(), pack=""))
    assert picks(shown) == []
    assert stats(shown)["pack"] == "none"


def test_how_alerts_went_outside_is_said_with_a_sign():
    sent = (
        Sent("a-1", "JSON", START_NS, "the service did not take it"),
        Sent("a-2", "JSON", START_NS),
    )
    _, bad, good = alert_log.draw(told(alert(), sent=sent, is_on=True))
    assert texts(bad) == ["✕ 22:13:00 UTC JSON: a-1 was not sent, the service did not take it"]
    assert texts(good) == ["✓ 22:13:00 UTC JSON: a-2 sent"]


def test_without_alerts_it_says_so():
    first, _ = alert_log.draw(ToldView((), 0, (), is_on=False))
    assert texts(first) == [alert_log.NOTHING]


def test_a_toast_has_its_number_its_source_and_whether_it_sounds():
    loud, quiet = alert(source="replay"), alert(rule(sound=False), number=2, source="live")
    head, first, second = alert_toasts.draw(NewestView("ab", 9, ((8, loud), (9, quiet))))
    assert head.attributes == {"data-run": "ab", "data-count": "9"}
    assert first.attributes == {"data-number": "8", "data-sound": "yes"}
    assert second.attributes == {"data-number": "9"}
    assert texts(first) == ["REPLAY", "mine", "it happened"]


def test_the_figure_of_a_pack_is_the_price_and_where_it_fired():
    bars = np.zeros(2, BAR_DTYPE)
    bars["open_ns"] = [START_NS, START_NS + NS_PER_S]
    bars["close_ticks"] = [1000, 1011]
    figure = alert_price.draw(bars, PERP, alert(known_s=1, text="<b>up</b>"))
    (line,) = figure["data"]
    assert line["x"] == [1_700_000_000_000 // 60_000 * 60_000 + each for each in (0, 1000)]
    assert line["y"] == pytest.approx([100.0, 101.1])
    (mark,) = figure["layout"]["shapes"]
    assert mark["x0"] == line["x"][1]
    assert figure["layout"]["title"]["text"] == "SIMULATED: &lt;b&gt;up&lt;/b&gt;"
    assert figure["layout"]["yaxis"]["title"]["text"] == "price, USDT"
