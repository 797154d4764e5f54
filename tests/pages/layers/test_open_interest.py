import pytest

from core.domain.events import Channel, Rows, TradeBlock
from core.domain.instrument import InstrumentId
from data.views.explorer import ExplorerQuery, ExplorerSpec
from pages.layers.layer import Asked, Scene
from pages.layers.open_interest import OPEN_INTEREST
from tests.support.derivatives import NAN, PERP, at, tickers
from tests.support.trades import trades

SPEC = ExplorerSpec((PERP.id,), "1m", 5)


def asked(of, spec=SPEC):
    return OPEN_INTEREST.ask(Asked(spec, {"of": of}))


def test_only_quadrants_ask_for_what_was_usual_before():
    assert [asked(each).with_quadrants for each in ("sum", "by venue", "quadrants")] == [
        False,
        False,
        True,
    ]
    assert asked("sum") == asked("by venue")


def test_a_spot_market_has_none():
    assert asked("sum", ExplorerSpec((InstrumentId.parse("okx.spot.BTC-USDT"),), "1m")) is None


@pytest.mark.parametrize(
    ("of", "words"),
    [("sum", "(BTC)"), ("by venue", "% since the left edge"), ("quadrants", "and price")],
)
def test_every_choice_is_drawn_from_what_an_engine_holds(engine, of, words):
    engine.submit(TradeBlock(PERP, "trade", trades((1, 1000, 1, 1), (61, 1001, 1, 1))))
    engine.submit(Rows(PERP, Channel.TICKER, "test", tickers((2, NAN, 100.0), (62, NAN, 90.0))))
    assert engine.settle()
    now_ns = at(65)
    view = ExplorerQuery(SPEC).view(engine, now_ns=now_ns)
    found = asked(of).query().view(engine, from_ns=int(view.bars["open_ns"][0]), now_ns=now_ns)
    part = OPEN_INTEREST.draw(Scene(view, found, {"of": of}, now_ns, "y4"))
    assert words in part.title
    assert part.traces
    assert all(each.values.size == view.bars.size for each in part.cells)
    assert part.reading.text == "90.00"


def test_without_an_answer_nothing_is_drawn():
    assert OPEN_INTEREST.draw(Scene(None, None, {"of": "sum"}, 0)).traces == []
