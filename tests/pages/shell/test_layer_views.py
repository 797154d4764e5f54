from dataclasses import dataclass, replace

import pytest

from core.domain.events import Channel
from core.domain.units import NS_PER_S
from data.views.explorer import ExplorerQuery, ExplorerSpec
from data.views.walls import WallsSpec
from pages.figures.part import Part
from pages.layers.layer import Group, Layer, Option
from pages.layers.registry import LAYERS
from pages.layers.shown import Shown
from pages.shell.layer_views import Answers, LayerViews
from pages.shell.spec import ChartSpec
from tests.support.market import StillSource, still_runtime
from tests.support.trades import START_NS, instrument, trades

BTC = instrument("binance.perp.BTCUSDT")
OTHER = instrument("okx.perp.BTC-USDT-SWAP")
TAPE = trades((0, 1000, 5, 1), (10, 1020, 7, 1), (20, 990, 4, -1))
EXPLORER = ExplorerSpec((BTC.id,), "1m", 150)


@dataclass(frozen=True)
class Question:
    """Answers with how often it was asked."""

    name: str = "q"
    instruments: tuple = ()
    fault: type[Exception] | None = None
    candles: tuple = ("1m", 150)

    def query(self):
        return Counting(self)


class Counting:
    def __init__(self, spec):
        self.spec = spec
        self.asked = 0

    def channels(self):
        return ((BTC.id, Channel.QUOTES),)

    def view(self, engine, *, from_ns, now_ns):  # noqa: ARG002
        if self.spec.fault is not None:
            message = "the tape is too long"
            raise self.spec.fault(message)
        self.asked += 1
        return self.asked


def layer(name, question, options=()):
    return Layer(
        name,
        name.title(),
        Group.PRICE,
        "",
        ask=lambda _: question,
        draw=lambda scene: Part(title=f"{scene.found} {scene.chosen} {scene.yaxis}"),
        options=options,
    )


@pytest.fixture
def run(tmp_path):
    source = StillSource([BTC, OTHER], now_ns=START_NS + 30 * NS_PER_S)
    run = still_runtime(tmp_path, source, [(BTC, TAPE)])
    yield run
    run.stop()


def views(run, monkeypatch, *layers, answers=None):
    for each in layers:
        monkeypatch.setitem(LAYERS, each.name, each)
    spec = ChartSpec(EXPLORER, Shown(tuple(each.name for each in layers)))
    return LayerViews(spec, run, answers or Answers(run))


def parts(run, found):
    now_ns = run.source.now_ns()
    view = ExplorerQuery(EXPLORER).view(run.engine, now_ns=now_ns)
    return found.parts(view, now_ns=now_ns)


def test_a_question_is_asked_once_a_tick_for_all_who_share_it(run, monkeypatch):
    same = Question()
    found = views(run, monkeypatch, layer("one", same), layer("two", same))
    drawn = parts(run, found)
    assert [each.title for each in drawn.values()] == ["1 {} y", "1 {} y"]


def test_a_layer_is_drawn_with_its_settings_and_on_its_own_pane(run, monkeypatch):
    options = (Option("of", "Of", ("a", "b")),)
    found = views(run, monkeypatch, layer("tape", Question(), options))
    assert parts(run, found)["tape"].title == "1 {'of': 'a'} y7"


def test_a_layer_that_cannot_be_drawn_says_so_and_takes_nothing_with_it(run, monkeypatch, caplog):
    found = views(
        run,
        monkeypatch,
        layer("long", Question("long", fault=ValueError)),
        layer("torn", Question("torn", fault=KeyError)),
        layer("well", Question("well")),
    )
    for _ in range(3):
        drawn = parts(run, found)
    assert "Long: cannot be shown; the tape is too long" in str(drawn["long"].annotations)
    assert "Torn: could not be drawn" in str(drawn["torn"].annotations)
    assert drawn["well"].title.endswith("y")
    assert caplog.text.count("the layer torn could not be drawn") == 1


def test_the_markets_a_layer_looks_at_are_asked_for(run, monkeypatch):
    found = views(run, monkeypatch, layer("wide", Question(instruments=(BTC.id, OTHER.id))))
    parts(run, found)
    assert run.source.wanted == [(OTHER.id, "1m", 150)]


def test_a_query_may_choose_from_the_markets_on_offer(run, monkeypatch):
    monkeypatch.setattr(Counting, "wanted", lambda _, listed: [listed[1].id], raising=False)
    parts(run, views(run, monkeypatch, layer("venues", Question("venues"))))
    assert run.source.wanted == [(OTHER.id, "1m", 150)]


def test_the_candles_a_layer_needs_are_asked_for(run, monkeypatch):
    question = Question(instruments=(BTC.id,), candles=("1h", 744))
    parts(run, views(run, monkeypatch, layer("month", question)))
    assert run.source.wanted == [(BTC.id, "1h", 744)]


def test_what_a_layer_rests_on_makes_a_new_frame(run, monkeypatch):
    found = views(run, monkeypatch, layer("one", Question()))
    assert len(found.marker()) == 1


def test_a_question_that_is_asked_no_longer_is_forgotten(run):
    answers = Answers(run)
    first = answers.query(Question("0"), 300)
    for name in range(1, 100):
        answers.query(replace(Question(), name=str(name)), 300)
    assert answers.query(Question("0"), 300) is not first


def test_charts_of_other_lengths_ask_for_themselves_unless_the_window_does_not_matter(run):
    answers = Answers(run)
    assert answers.query(Question("0"), 300) is answers.query(Question("0"), 300)
    assert answers.query(Question("0"), 300) is not answers.query(Question("0"), 600)
    walls = WallsSpec(BTC.id)
    assert answers.query(walls, 300) is answers.query(walls, 600)


def test_a_layer_without_a_question_is_drawn_from_what_the_chart_has(run, monkeypatch):
    drawn = replace(layer("plain", None), ask=None)
    nothing = replace(drawn, name="own", draw=lambda _: None)
    assert set(parts(run, views(run, monkeypatch, drawn, nothing))) == {"plain"}
