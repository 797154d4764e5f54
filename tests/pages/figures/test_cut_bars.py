import numpy as np

from core.calc.bar_size import bar_size
from core.domain.events import Gap, TradeBlock
from core.domain.units import NS_PER_MINUTE, NS_PER_MS, NS_PER_S
from data.views.cut_chart import SLOT_NS, CutChartSpec
from data.views.explorer import ExplorerSpec
from pages.figures import cut_bars
from pages.figures.explorer import Look
from pages.figures.gaps import WORDS
from tests.support.trades import START_NS, instrument, random_trades

PERP = instrument()
MIDNIGHT_NS = START_NS + 107 * NS_PER_MINUTE
"""START_NS is 22:13."""


def walk():
    """Trades of 500 seconds before midnight, and of as many after it."""
    rows = random_trades(np.random.default_rng(1), 10_000, span_s=1_000)
    rows["ts_event_ns"] += MIDNIGHT_NS - 500 * NS_PER_S - START_NS
    return rows


def chart(engine, rows, **changes):
    engine.submit(TradeBlock(PERP, "trade", rows))
    assert engine.settle()
    spec = ExplorerSpec((PERP.id,), "1m", **({"bars": 100} | changes))
    found = CutChartSpec(spec, bar_size("tick:60")).query()
    return found.view(engine, from_ns=0, now_ns=int(rows["ts_event_ns"][-1]))


def traces(figure):
    return {each["name"]: each for each in figure["data"]}


def words(figure):
    return " ".join(each["text"] for each in figure["layout"]["annotations"])


def test_bars_stand_side_by_side_at_their_numbers(engine):
    figure = cut_bars.draw(chart(engine, walk()), Look())
    price = traces(figure)["Price"]
    step_ms = SLOT_NS // NS_PER_MS
    assert np.diff(price["x"]).tolist() == [step_ms] * 99
    assert price["x"][0] % step_ms == 0
    assert figure["layout"]["xaxis"]["tickmode"] == "array"


def test_the_first_bars_of_a_tape_are_no_years(engine):
    figure = cut_bars.draw(chart(engine, walk(), bars=1_000), Look())
    assert traces(figure)["Price"]["x"][0] == 0
    assert figure["layout"]["xaxis"]["type"] == "linear"


def test_only_what_stands_at_bars_is_drawn(engine):
    layers = frozenset({"funding", "liquidations", "open_interest", "best_quote", "cvd"})
    figure = cut_bars.draw(chart(engine, walk()), Look(layers))
    assert set(traces(figure)) == {"Price", "CVD above zero", "CVD below zero"}


def test_no_line_of_vwap_leads_from_one_session_into_the_next(engine):
    found = chart(engine, walk(), bars=1_000)
    line = traces(cut_bars.draw(found, Look(frozenset({"vwap"}))))["VWAP"]
    (gap,) = np.flatnonzero(np.isnan(line["y"]))
    opens = found.cut.bars["open_ns"]
    assert gap == np.searchsorted(opens, MIDNIGHT_NS)
    assert line["y"].size == opens.size + 1


def test_where_the_sessions_first_trades_are_not_held_it_is_said(engine):
    found = chart(engine, walk(), bars=1_000)
    assert "from the first trade held, 14 Nov 23:51 UTC" in words(cut_bars.draw(found, Look()))


def test_of_a_session_held_from_its_start_nothing_is_said(engine):
    assert "first trade held" not in words(cut_bars.draw(chart(engine, walk(), bars=20), Look()))


def test_a_bar_that_a_gap_touches_is_shaded(engine):
    rows = walk()
    at_ns = int(chart(engine, rows).cut.bars["open_ns"][40]) + 1
    engine.submit(Gap(PERP.id, at_ns, at_ns + 1, "lost"))
    found = chart(engine, rows)
    figure = cut_bars.draw(found, Look())
    (band,) = [each for each in figure["layout"]["shapes"] if each["type"] == "rect"]
    at = int(found.view.bars["open_ns"][40]) / SLOT_NS
    assert (band["x0"], band["x1"]) == (1000 * (at - 0.5), 1000 * (at + 0.5))
    assert WORDS in words(figure)
