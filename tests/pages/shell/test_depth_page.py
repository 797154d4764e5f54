"""The script of the page Depth: its choices reach the heat map and the boards."""

import pytest

from core.domain.units import NS_PER_S
from data.views.depth import DepthSpec
from pages.boards.depth_ladder import DepthLadder
from pages.boards.depth_state import DepthState
from pages.boards.depth_walls import DepthWalls
from pages.shell.running import publisher
from pages.shell.spec import BoardSpec, DepthMapSpec
from tests.support.market import Installed, StillSource, still_runtime
from tests.support.script import opened_page
from tests.support.trades import START_NS, instrument, trades

PERP = instrument("binance.perp.BTCUSDT", tick="0.1", step="0.001")
SPOT = instrument("bybit.spot.BTCUSDT")


def opened(**query):
    return opened_page("depth", timeout_s=30, **query)


@pytest.fixture
def full(tmp_path):
    source = StillSource([PERP, SPOT], now_ns=START_NS + 30 * NS_PER_S)
    with Installed(still_runtime(tmp_path, source, [(PERP, trades((0, 1000, 5, 1)))])) as run:
        yield run


@pytest.fixture
def empty(tmp_path):
    source = StillSource(name="starting", notes=["Asking the exchanges whether they answer."])
    with Installed(still_runtime(tmp_path, source)) as run:
        yield run


def newest(kind):
    """What the pages asked for last of a kind of spec or board."""
    specs = [view.spec for view in publisher()._views.values()]
    boards = [each.board for each in specs if isinstance(each, BoardSpec)]
    maps = [each.depth for each in specs if isinstance(each, DepthMapSpec)]
    return [each for each in (*boards, *maps) if isinstance(each, kind)][-1]


@pytest.mark.usefixtures("full")
def test_without_a_choice_it_is_the_first_market():
    page = opened()
    assert not page.exception
    assert newest(DepthSpec) == DepthSpec(PERP.id, 0.005, 0.15, 0.96)
    assert newest(DepthLadder) == DepthLadder(PERP.id, 16, 1)
    assert newest(DepthState) == DepthState(PERP.id, 1.0)
    assert newest(DepthWalls) == DepthWalls(PERP.id)


@pytest.mark.usefixtures("full")
def test_what_is_typed_and_chosen_reaches_the_boards():
    page = opened()
    page.number_input(key="order_size").set_value(0.25)
    page.select_slider(key="ladder_ticks").set_value(25)
    page.run()
    assert not page.exception
    assert newest(DepthState).size_base == 0.25
    assert newest(DepthLadder).ticks_per_row == 25


@pytest.mark.usefixtures("full")
def test_an_address_says_what_is_shown_and_nonsense_in_it_is_passed_over():
    page = opened(reach="± 0.1 %", contrast="50–99 %")
    assert newest(DepthSpec) == DepthSpec(PERP.id, 0.001, 0.5, 0.99)
    page.selectbox(key="instrument").set_value(str(SPOT.id)).run()
    assert not page.exception
    assert newest(DepthSpec) == DepthSpec(SPOT.id, 0.001, 0.5, 0.99)
    assert not opened(reach="all", contrast="=1+1").exception
    assert newest(DepthSpec) == DepthSpec(PERP.id, 0.005, 0.15, 0.96)


@pytest.mark.usefixtures("empty")
def test_without_a_market_it_says_what_is_being_waited_for():
    page = opened()
    assert not page.exception
    assert "Asking the exchanges" in " ".join(each.value for each in page.info)
