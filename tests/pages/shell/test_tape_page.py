import pandas as pd
import pytest

from core.domain.units import NS_PER_S, Aggressor
from data.views.orders import OrdersSpec
from pages.boards.tape import TapeFilter
from pages.shell.running import publisher
from pages.shell.tape_table import held_orders, orders_table
from tests.support.desk import moment
from tests.support.market import Installed, StillSource, still_runtime
from tests.support.script import opened_page
from tests.support.trades import START_NS, instrument, trades

PERP = instrument("binance.perp.BTCUSDT")
SPOT = instrument("bybit.spot.BTCUSDT")
LISTED = [PERP, SPOT]
TAPE = trades((0, 1000, 5, 1), (10, 1020, 7_000, 1), (10, 1030, 3_000, 1), (20, 990, 4, -1))


def opened(**query):
    return opened_page("tape", **query)


@pytest.fixture
def full(tmp_path):
    source = StillSource(LISTED, now_ns=START_NS + 30 * NS_PER_S)
    with Installed(still_runtime(tmp_path, source, [(PERP, TAPE)])) as run:
        yield run


def shown():
    """The tape boards that pages have asked for, the newest last."""
    specs = [view.spec for view in publisher()._views.values()]
    boards = [spec.board for spec in specs if hasattr(spec, "board")]
    return [board for board in boards if hasattr(board, "paused_ns")]


@pytest.mark.usefixtures("full")
def test_without_a_choice_the_tape_is_of_all_markets_and_sizes_of_the_first_coin():
    page = opened()
    assert not page.exception
    assert shown()[-1].wanted == TapeFilter((PERP.id, SPOT.id))
    assert shown()[-1].paused_ns is None


@pytest.mark.usefixtures("full")
def test_every_filter_reaches_the_board():
    page = opened()
    page.get("segmented_control")
    page.number_input(key="tape_least").set_value(500.0).run()
    page.number_input(key="tape_most").set_value(9_000.0).run()
    _choose(page, "tape_kind", "perp")
    _choose(page, "tape_side", "▼ sells")
    _choose(page, "tape_unit", "fills")
    assert not page.exception
    assert shown()[-1].wanted == TapeFilter(
        (PERP.id,), 500.0, 9_000.0, Aggressor.SELL, as_fills=True
    )


def _choose(page, key, value):
    (control,) = [each for each in page.get("segmented_control") if each.key == key]
    control.set_value(value).run()


@pytest.mark.usefixtures("full")
def test_a_pause_is_from_the_instant_of_the_click_and_ends_with_the_next():
    page = opened()
    page.toggle(key="tape_pause").set_value(True).run()
    assert shown()[-1].paused_ns == START_NS + 30 * NS_PER_S
    page.toggle(key="tape_pause").set_value(False).run()
    assert not page.exception
    assert shown()[-1].paused_ns is None


@pytest.mark.usefixtures("full")
def test_a_page_that_was_left_while_it_stood_still_runs_again():
    page = opened()
    page.toggle(key="tape_pause").set_value(True).run()
    page.switch_page("../health.py").run()
    page.switch_page("../tape.py").run()
    assert not page.toggle(key="tape_pause").value
    assert shown()[-1].paused_ns is None
    assert not page.exception


@pytest.mark.usefixtures("full")
def test_the_table_is_made_when_it_is_asked_for():
    page = opened()
    assert not page.dataframe
    page.toggle(key="tape_table").set_value(True).run()
    assert not page.exception
    table = page.dataframe[0].value
    assert table["value_quote"].tolist() == [0.4, 1_023.0, 0.5]
    assert any("3 since 22:13:00, as of 22:13:30 UTC" in each.value for each in page.caption)
    page.number_input(key="tape_least").set_value(1e9).run()
    assert any("No such order is held." in each.value for each in page.caption)


def test_without_a_market_the_page_says_what_is_being_waited_for(tmp_path):
    source = StillSource(name="starting", notes=["Asking the exchanges whether they answer."])
    with Installed(still_runtime(tmp_path, source)):
        page = opened()
        assert not page.exception
        assert any("Asking the exchanges" in each.value for each in page.info)


def test_the_table_has_each_order_with_all_that_is_known_of_it(full):
    view = held_orders(full, TapeFilter((PERP.id, SPOT.id), least_quote=500.0))
    assert orders_table(view).to_dict("records") == [
        {
            "time_utc": pd.Timestamp("2023-11-14 22:13:10", tz="UTC"),
            "market": "BNC perp",
            "symbol": "BTCUSDT",
            "side": "▲ BUY",
            "price": pytest.approx(102.3),
            "first_price": pytest.approx(102.0),
            "last_price": pytest.approx(103.0),
            "size_base": 10.0,
            "value_quote": pytest.approx(1_023.0),
            "fills": 2,
            "levels": 2,
        }
    ]


def test_a_table_of_no_order_has_its_columns(full):
    view = OrdersSpec((PERP.id,), least_quote=1e12).query().view(full.engine, moment(30))
    assert len(orders_table(view)) == 0
    assert held_orders(full, TapeFilter((SPOT.id,))) is None
