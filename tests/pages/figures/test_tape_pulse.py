from dataclasses import replace

import numpy as np

from core.calc.flow_share import Flow
from core.calc.tape_pulse import TapePulse
from data.thresholds import DEFAULTS, changed
from data.views.tape_pulse import Pressure, TapePulseView
from pages.figures.node import texts
from pages.figures.tape_pulse import pressures, speed
from tests.support.desk import BBT, BNC, OKX
from tests.support.nodes import every, hovers, said

NOW = TapePulse(12.3, 8.0, 20.0, 15.0, 1_234_567.0, 500_000.0, accelerates=False)
VIEW = TapePulseView(
    now=NOW,
    missing=(),
    off=(),
    pressure={
        10: Pressure(Flow(900_000.0, 100_000.0), ()),
        60: Pressure(Flow(1e6, 3e6), (OKX.id,)),
        300: Pressure(None, (BNC.id, OKX.id)),
    },
    orders_range=(2.3, 42.3),
    quote_range=(100_000.0, 4e6),
    day_frac=1.0,
    recent=np.ones(60),
)


def test_the_speed_stands_beside_its_minute_and_on_the_scale_of_its_day():
    drawn = speed(VIEW)
    assert said(drawn, "speed-orders") == "12.3 orders/s"
    assert said(drawn, "speed-quote") == "1.23M USD/s"
    assert "now, median of 60 s 8.0" in texts(drawn)
    assert "now, median of 60 s 500K" in texts(drawn)
    assert said(drawn, "range-orders") == "day 2.3 to 42.3"
    assert said(drawn, "range-quote") == "day 100K to 4.00M"
    assert said(drawn, "acceleration") == "steady"
    fills = [gauge.kids[1].kids[0].attributes["style"] for gauge in drawn.kids[2:4]]
    assert fills == ["width:25.0%", "width:29.1%"]


def test_an_acceleration_is_told_by_its_word():
    fast = replace(VIEW, now=replace(NOW, accelerates=True))
    assert said(speed(fast), "acceleration") == "ACCELERATING"


def test_markets_that_are_in_no_sum_are_named():
    words = said(speed(replace(VIEW, missing=(BNC.id,), off=(BBT.id,))), "left-out")
    assert words == "BBT perp is not live; BNC perp: trades are missing"
    assert not every(speed(VIEW), "stat", "left-out")


def test_what_is_not_known_is_a_dash_with_a_reason_never_a_zero():
    drawn = speed(replace(VIEW, now=None, missing=(BNC.id,)))
    assert "–" in texts(drawn)
    assert "a minute of trades is needed; BNC perp: trades are missing" in texts(drawn)
    no_day = speed(replace(VIEW, orders_range=None, quote_range=None, day_frac=0.25))
    assert said(no_day, "range-orders") == "day –"
    assert "reading the day, 25 %" in texts(no_day)


def test_pressure_is_told_as_a_share_an_arrow_and_money():
    drawn = pressures(VIEW, DEFAULTS)
    assert said(drawn, "share-10s") == "90 % buy"
    assert said(drawn, "bought-10s") == "▲ 900K"
    assert said(drawn, "sold-10s") == "▼ 100K"
    assert said(drawn, "net-10s") == "net +800K"
    assert said(drawn, "net-60s") == "net −2.00M"
    assert [each for each in texts(drawn) if each in "↑↑ ↓↓"] == ["↑↑", "↓"]
    assert "!" in texts(drawn.kids[2])
    assert "OKX perp: trades are missing" in hovers(drawn.kids[2])
    assert "–" in texts(drawn.kids[3])


def test_where_arrows_begin_is_a_threshold():
    higher = changed(DEFAULTS, {"strong_share_frac": 0.95})
    assert "↑" in texts(pressures(VIEW, higher).kids[1])
