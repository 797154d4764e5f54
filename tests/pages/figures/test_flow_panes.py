"""The panes of the tape, the order flow, the book, its spread and its quality."""

import numpy as np
import pytest

from core.domain.units import NS_PER_MINUTE, NS_PER_S
from data.views.book_state import BookStateView
from data.views.order_flow import OrderFlowView
from data.views.quality import Measure, QualityView
from data.views.spreads import SpreadsView
from data.views.tape_speed import MEASURES, TapeSpeedView
from pages.figures import book_state, order_flow, palette, quality, spreads, tape_speed
from tests.support.trades import START_NS, instrument

NAN = float("nan")
PERP = instrument()
OPENS = START_NS + np.arange(3) * NS_PER_MINUTE
NONE = np.full(3, NAN)


def tape(show, values, ranks=(0.5, 0.95, 1.0)):
    which = MEASURES.index(show)
    table, ranked = np.full((4, 3), NAN), np.full((4, 3), NAN)
    table[which], ranked[which] = values, ranks
    view = TapeSpeedView(PERP, OPENS, table, ranked)
    return tape_speed.draw(view, show=show, step_ns=NS_PER_MINUTE, shown_ns=OPENS, yaxis="y7")


def drawn(part):
    """Name -> how many columns."""
    return {each["name"]: each["x"].size // 4 for each in part.traces if each["x"].size}


def test_the_rarer_a_bar_of_the_tape_the_fuller_its_column():
    part = tape("orders/s", [3.0, 9.0, 20.0])
    assert drawn(part) == {
        "Orders/s": 1,
        "Orders/s (above 90 %)": 1,
        "Orders/s (above 99 %)": 1,
    }
    shades = [trace["fillcolor"] for trace in part.traces]
    assert shades == [palette.faded(palette.POC, alpha) for alpha in (0.35, 0.7, 1.0)]
    assert part.cells[1].values.tolist() == [50.0, 95.0, 100.0]
    assert part.title == "Tape of Binance: orders per second"
    assert part.span[0] == 0.0


def test_aggression_is_green_where_buyers_and_red_where_sellers_took():
    part = tape("aggression", [0.5, -0.25, NAN], (0.1, 0.1, NAN))
    tones = {each["fillcolor"] for each in part.traces if each["x"].size}
    assert tones == {palette.faded(each, 0.35) for each in (palette.BUY, palette.SELL)}
    assert part.span == (-25.0, 50.0)
    assert part.reading.text == "−25 %"


def test_before_bars_can_be_compared_the_title_says_so():
    part = tape("average size", [1.0, 2.0, 3.0], (NAN, NAN, NAN))
    assert part.title.endswith("(USDT) (not compared yet: 100 bars are needed)")


def test_a_tape_of_which_no_bar_is_held_whole_says_so():
    assert tape("orders/s", NONE, NONE).title.endswith("per second (no bar is held whole)")


def flow(untold=(), levels=1):
    lots = np.array([1_000.0, -2_000.0, NAN])
    view = OrderFlowView(PERP, OPENS, lots, lots * 2, levels, untold)
    return order_flow.draw(view, step_ns=NS_PER_MINUTE, shown_ns=OPENS, yaxis="y8")


def test_order_flow_is_columns_in_coins_and_a_line():
    part = flow()
    bids, asks, line = part.traces
    assert (max(bids["y"]), min(asks["y"])) == (1.0, -2.0)
    assert np.array_equal(line["y"], [2.0, -4.0, NAN], equal_nan=True)
    assert part.span == (-4.0, 2.0)
    assert part.title == "Order flow imbalance, best prices (BTC)"


def test_the_title_of_the_flow_says_how_deep_and_whose_book_is_missing():
    assert flow((PERP.id,), 5).title == (
        "Order flow imbalance, 5 levels (BTC): the book of Binance is not held"
    )


def book(values, show="touch", *, is_untold=False):
    view = BookStateView(PERP, OPENS, np.array(values, float), show, is_untold)
    return book_state.draw(view, shown_ns=OPENS, yaxis="y9")


def test_the_imbalance_is_an_area_in_percent():
    part = book([0.5, -0.5, 0.25])
    assert [trace["fillcolor"] for trace in part.traces] == [
        palette.faded(palette.BUY, 0.28),
        palette.faded(palette.SELL, 0.28),
    ]
    assert part.reading.text == "+25 %"
    assert part.title == "Book imbalance of Binance at the best prices (%)"


@pytest.mark.parametrize(
    ("show", "is_untold", "words"),
    [
        ("touch", False, "at the best prices (%): no bar of it is known yet"),
        ("10 bps", False, "within 10 bps (%): the book is not known so deep"),
        ("microprice", False, "it is fitted on the hour before, which is not held"),
        ("touch", True, "the book of Binance is not held"),
    ],
)
def test_a_book_of_which_nothing_is_known_says_why(show, is_untold, words):
    part = book(NONE, show, is_untold=is_untold)
    assert part.title.endswith(words)
    assert part.span is None


def spread(effective, *, is_untold=False):
    view = SpreadsView(
        PERP, OPENS, NONE + 1, np.array(effective), NONE, NONE, 5 * NS_PER_S, is_untold
    )
    return spreads.draw(view, shown_ns=OPENS, yaxis="y10")


def test_the_spread_is_four_lines_in_basis_points():
    part = spread([0.1, NAN, 0.3])
    names = [trace["name"] for trace in part.traces]
    assert names == ["Effective", "Quoted", "Realised", "Impact"]
    assert part.title == "Spread of Binance, realised after 5 s (bps)"
    assert part.reading.text == "+0.300"


def test_a_spread_of_which_nothing_is_known_says_why():
    assert spread(NONE).title.endswith(
        ": what trades paid is known of the last hour and from now on"
    )
    assert spread(NONE, is_untold=True).title.endswith(": the book of Binance is not held")


@pytest.mark.parametrize("show", Measure)
def test_each_measure_of_quality_has_its_name_and_says_what_it_needs(show):
    view = QualityView(PERP, OPENS, np.array([0.1, 0.2, 0.3]), show)
    part = quality.draw(view, shown_ns=OPENS, yaxis="y11")
    assert part.traces[0]["y"].tolist() == [0.1, 0.2, 0.3]
    assert ": it needs" not in part.title
    nothing = QualityView(PERP, OPENS, NONE, show)
    assert ": it needs " in quality.draw(nothing, shown_ns=OPENS, yaxis="y11").title


def test_the_unit_of_a_price_impact_names_the_quote_coin():
    view = QualityView(PERP, OPENS, NONE + 1, Measure.KYLE)
    title = quality.draw(view, shown_ns=OPENS, yaxis="y11").title
    assert title.startswith("Kyle's lambda, hour of Binance (bps per million USDT)")
