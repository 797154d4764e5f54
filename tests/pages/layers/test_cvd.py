import numpy as np
import pytest

from core.domain.events import TradeBlock
from data.views.cvd import Of, Reset
from data.views.explorer import ExplorerQuery, ExplorerSpec
from pages.layers.cvd import CVD
from pages.layers.layer import Asked, Scene
from tests.support.trades import START_NS, instrument, random_trades

PERP = instrument()
SPEC = ExplorerSpec((PERP.id,), "1m", session_start_ns=3_600_000_000_000)


def asked(anchor_ns=None, **chosen):
    settings = {f"cvd_{key}": value for key, value in chosen.items()}
    return CVD.ask(Asked(SPEC, CVD.choices(settings), anchor_ns))


def test_what_the_chart_has_anyway_is_not_asked_again():
    assert asked() is None


@pytest.mark.parametrize(
    "chosen", [{"of": "by venue"}, {"unit": "quote"}, {"reset": "never"}, {"of": "spot and perp"}]
)
def test_anything_else_is_a_question(chosen):
    assert asked(**chosen).session_start_ns == SPEC.session_start_ns


def test_the_anchor_is_of_the_anchors_own_choice_alone():
    assert asked(START_NS, reset="anchor").anchor_ns == START_NS
    assert asked(reset="anchor").anchor_ns is None
    never = asked(START_NS, reset="never", of="by size", unit="quote")
    assert (never.reset, never.anchor_ns, never.of, never.in_quote) == (
        Reset.NEVER,
        None,
        Of.SIZE,
        True,
    )


@pytest.mark.parametrize(
    ("of", "traces"), [("sum", 2), ("by size", 5), ("by venue", 1), ("spot and perp", 1)]
)
def test_what_is_asked_is_drawn_in_its_pane(engine, of, traces):
    rows = random_trades(np.random.default_rng(1), 2_000)
    rows["size_lots"] = 10 ** np.random.default_rng(2).integers(0, 6, rows.size)
    engine.submit(TradeBlock(PERP, "trade", rows))
    assert engine.settle()
    now_ns = int(rows["ts_event_ns"][-1])
    view = ExplorerQuery(SPEC).view(engine, now_ns=now_ns)
    question = asked(of=of, reset="never")
    found = question.query().view(engine, from_ns=int(view.bars["open_ns"][0]), now_ns=now_ns)
    part = CVD.draw(Scene(view, found, CVD.choices({}), now_ns, "y2"))
    assert len(part.traces) == traces
    assert {each["yaxis"] for each in part.traces} == {"y2"}
    assert all(each.values.size == view.bars.size for each in part.cells)
    assert CVD.draw(Scene(view, None, CVD.choices({}), now_ns)) is None
    candles = CVD.choices({"cvd_of": "sum as candles"})
    assert CVD.draw(Scene(view, None, candles, now_ns, "y2")).traces[0]["type"] == "candlestick"


def test_an_anchor_that_is_not_set_asks_for_one(engine):
    rows = random_trades(np.random.default_rng(1), 200)
    engine.submit(TradeBlock(PERP, "trade", rows))
    assert engine.settle()
    now_ns = int(rows["ts_event_ns"][-1])
    view = ExplorerQuery(SPEC).view(engine, now_ns=now_ns)
    for of in Of:
        question = asked(of=of, reset="anchor")
        found = question.query().view(engine, from_ns=START_NS, now_ns=now_ns)
        part = CVD.draw(Scene(view, found, CVD.choices({}), now_ns))
        assert all(np.isnan(each["y"]).all() for each in part.traces)
        assert "choose a candle" in part.title


def test_candles_are_drawn_from_what_the_chart_has():
    assert asked(of="sum as candles", reset="never") is None
