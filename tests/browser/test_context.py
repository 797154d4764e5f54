"""The page Context: on a fixed replay its numbers are those of the calculators."""

import time

import pytest

from core.calc.regime import Regime
from core.calc.regime_values import Part
from core.domain.units import NS_PER_MINUTE
from data.engine import Engine
from data.store.store import Store
from data.views.moment import Moment
from data.views.regime import RegimeSpec
from pages.figures.context_words import sentences
from pages.figures.regime_words import score_text, value_text
from tests.support.app import EXPLORER, running
from tests.support.books import whole
from tests.support.coins import MARKETS, OKX, PERP, SPOT, TICKS, Coin, Recorder, at, quiet, rush
from tests.support.waiting import until

pytestmark = pytest.mark.browser

QUIET, RUSH = 80, 15
NOW = QUIET + RUSH - 1
END_NS = at(60 * NOW + 22)
GOAL_HZ = 4.0
MANY = 20
"""Frames by which the rate is measured."""
ROOT = '[data-testid="first-figure"]'
WORDS = '[data-testid="context-words"]'


class Told:
    """What is recorded: eighty quiet minutes, then fifteen in which takers buy."""

    def __init__(self):
        minutes, moves, base = quiet(QUIET)
        self.moves = rush(range(QUIET, QUIET + RUSH), moves[-1], price=5.0, flow=50.0)
        self.calm = minutes, moves, base
        self.middle = round(TICKS[SPOT] * (1 + self.moves[1][-1] / 1e4))

    def give(self, engine):
        coin = Coin(engine)
        coin.live(*self.calm)
        coin.live(*self.moves)
        engine.submit(self.book())
        assert engine.settle()

    def book(self):
        """18 BTC five basis points above, 16 BTC eight below; what is nearer is too small."""
        middle = self.middle
        asks = [(middle + 1, 15_000), (self.away(5), 18_000), (self.away(9), 99_000)]
        bids = [(middle - 1, 14_999), (self.away(-8), 16_000)]
        return whole(SPOT, bids, asks, at_ns=END_NS - 1)

    def away(self, bps):
        return round(self.middle * (1 + bps / 1e4))


@pytest.fixture(scope="module")
def told():
    return Told()


@pytest.fixture(scope="module")
def expected(told):
    """The regime as the calculators have it at the end of the recording."""
    engine = Engine()
    engine.start()
    told.give(engine)
    view = RegimeSpec(MARKETS).query().view(engine, Moment(END_NS - 1, "replay"))
    engine.stop()
    return view


@pytest.fixture(scope="module")
def still(told, tmp_path_factory):
    """A server that has played the recording."""
    home = tmp_path_factory.mktemp("context")
    store = Store(home / "recordings")
    told.give(Recorder(store))
    store.close()
    ids = ",".join(str(each.id) for each in (SPOT, PERP, OKX))
    environment = {"TAPESCOPE_REPLAY": f"store:live/{ids}/2023-11-14", "TAPESCOPE_SPEED": "inf"}
    with running(EXPLORER, home, environment) as server:
        yield server


def opened(page, server, query=""):
    started = time.monotonic()
    page.goto(f"{server.url}/context{query}")
    page.wait_for_selector(f"{ROOT} [data-stat=regime]", timeout=60_000)
    print(f"context: first figures after {time.monotonic() - started:.2f} s")
    return page


def said(page, name, root=ROOT):
    return page.locator(f'{root} [data-stat="{name}"]').inner_text()


@pytest.fixture
def ended(page, still, expected):
    """The page once the recording is over."""
    opened(page, still, "?coin=BTC")
    price = value_text(Part.PRICE, expected.part(Part.PRICE).value, "BTC")
    assert price == "+4.98 bps/min"
    until(
        lambda: page.wait_for_timeout(200) or said(page, "price-value") == price,
        within_s=120,
        what="the end of the recording",
    )
    return page


@pytest.mark.timeout(300)
def test_every_contribution_is_that_of_the_recorded_rows(ended, expected):
    assert said(ended, "regime") == "▲ BULLISH CVD"
    assert expected.word is Regime.BULLISH_CVD
    assert said(ended, "spot_cvd-value") == "+50.0 BTC/min"
    assert said(ended, "perp_cvd-value") == "+100 BTC/min"
    assert said(ended, "funding-value") == "+0.0100 %/8 h"
    assert said(ended, "spread-value") == "0.0020 bps"
    for part in Part:
        key, now = part.name.lower(), expected.part(part)
        assert said(ended, f"{key}-value") == value_text(part, now.value, "BTC"), key
        assert said(ended, f"{key}-score") == score_text(now.score), key
        assert said(ended, f"{key}-weight") == f"{100 * now.weight:.0f} %"
    assert said(ended, "lean") == score_text(expected.lean)
    assert said(ended, "known") == "100 %"


@pytest.mark.timeout(300)
def test_how_long_it_has_held_and_what_followed_are_told(ended, expected):
    held = (END_NS - expected.since_ns + NS_PER_MINUTE // 2) // NS_PER_MINUTE
    assert said(ended, "held").startswith(f"has held for {held} min, since 23:")
    ended.wait_for_selector(f"{ROOT} [data-stat=followed]")
    until(lambda: "looked up" not in said(ended, "followed"), what="what followed")
    # It began in the last minutes alone: what follows is not over yet.
    assert said(ended, "followed").startswith("Nothing is known: none that began is over in the ")


@pytest.mark.timeout(300)
def test_the_nearest_walls_are_those_of_the_spot_book(ended, told):
    assert said(ended, "above") == "18.00 BTC"
    assert said(ended, "above-where") == f"at {told.away(5) / 100:,.2f}, +5.0 bps"
    assert said(ended, "below") == "16.00 BTC"
    assert said(ended, "below-where") == f"at {told.away(-8) / 100:,.2f}, −8.0 bps"
    assert "1 more behind" in said(ended, "above-stood")
    assert said(ended, "walls-least") == "More than 15.00 BTC, Binance spot"


@pytest.mark.timeout(300)
def test_the_sentences_and_the_divergence_are_of_the_same_numbers(ended, expected):
    ended.wait_for_selector(f"{WORDS} [data-stat=said-0]")
    for place, sentence in enumerate(sentences(expected)):
        assert said(ended, f"said-{place}", WORDS) == sentence
    spot = expected.divergences[0]
    assert said(ended, "spot_cvd-divergence", WORDS) == "ALIGNED"
    assert said(ended, "spot_cvd-strength", WORDS) == f"strength {score_text(spot.strength)}"


@pytest.mark.timeout(300)
def test_below_is_the_chart_with_walls_cvd_and_open_interest(ended):
    ended.wait_for_selector('[data-testid="live-chart"]')
    text = ended.get_by_test_id("live-chart").inner_text
    until(lambda: ended.wait_for_timeout(200) or "Open interest (BTC, Binance + OKX" in text())
    assert "CVD (BTC)" in text()


@pytest.mark.timeout(240)
def test_it_is_refreshed_and_its_first_figures_come_soon(page, server):
    opened(page, server)
    page.wait_for_timeout(3_000)
    frames = "document.querySelector('[data-testid=first-figure]').dataset.frames"
    before, started = int(page.evaluate(frames)), time.monotonic()
    until(
        lambda: page.wait_for_timeout(50) or int(page.evaluate(frames)) >= before + MANY,
        within_s=60,
        what=f"{MANY} more frames",
    )
    print(f"context: {MANY / (time.monotonic() - started):.1f} frames a second (goal {GOAL_HZ:g})")


@pytest.mark.timeout(240)
def test_another_coin_is_chosen_by_the_address(page, server):
    opened(page, server, "?coin=SOL")
    page.get_by_text("Regime of SOL, 15 minutes").wait_for()
    assert said(page, "walls-least").endswith("SOL, Binance spot")
