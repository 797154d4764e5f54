from dataclasses import fields

import numpy as np
import pytest

from core.calc.regime_values import Minutes
from core.domain.events import Channel, Gap
from core.domain.units import NS_PER_MINUTE
from data.views.coin_minutes import CoinMinutesQuery
from data.views.recorded_minutes import recorded_minutes
from data.views.regime_followed import RegimeFollowedSpec
from tests.support.coins import MARKETS, OKX, PERP, SPOT, Coin, Recorder, at, moment, quiet
from tests.support.trades import START_NS
from tests.support.waiting import until

COUNT = 200
NOW = moment(COUNT - 1, after_s=59)


@pytest.fixture
def recorded(store):
    Coin(Recorder(store)).live(*quiet(COUNT))
    return store


def read(store, **more):
    return recorded_minutes(store, "live", MARKETS, now_ns=NOW.now_ns, **more)


def test_recorded_minutes_are_those_that_the_engine_would_have_held(recorded, engine):
    Coin(engine).live(*quiet(COUNT))
    held = CoinMinutesQuery(MARKETS).update(engine, NOW).minutes
    found = read(recorded)
    assert found.open_ns[0] == START_NS
    assert found.open_ns.size == COUNT
    for each in fields(Minutes):
        one, other = getattr(found, each.name), getattr(held, each.name)[-COUNT:]
        assert np.allclose(one[20:], other[20:], equal_nan=True), each.name


def test_a_minute_in_which_nothing_is_recorded_is_not_known(store):
    coin = Coin(Recorder(store))
    minutes, moves, base = quiet(COUNT)
    for part in (slice(0, 50), slice(60, COUNT)):
        coin.live(minutes[part], moves[part], base[part])
    found = read(store)
    assert np.isnan(found.price[50:60]).all()
    assert np.isnan(found.spot_delta[50:60]).all()
    assert not np.isnan(found.price[60])


def test_of_a_gap_nothing_is_known(recorded):
    recorded.append_gap("live", Gap(PERP.id, at(600), at(660), "lost", Channel.TRADES))
    found = read(recorded)
    assert np.isnan(found.perp_delta[10])
    assert not np.isnan(found.perp_delta[[9, 11]]).any()
    assert not np.isnan(found.spot_delta[10])


def test_a_venue_of_which_little_is_recorded_is_left_out_of_the_sums(store):
    coin = Coin(Recorder(store), (PERP,))
    coin.live(*quiet(COUNT))
    Coin(Recorder(store), (OKX,)).live(*(series[:100] for series in quiet(COUNT)))
    found = read(store)
    assert np.abs(found.perp_delta).tolist() == pytest.approx([10.0] * COUNT)


def test_the_price_is_that_of_the_first_market_of_which_much_is_recorded(store):
    Coin(Recorder(store), (PERP,)).live(*quiet(COUNT))
    Coin(Recorder(store), (SPOT,)).live(*(series[150:] for series in quiet(COUNT)))
    found = read(store)
    assert found.open_ns.size == COUNT
    assert not np.isnan(found.price).any()


def test_nothing_recorded_and_no_time_to_read_it_are_nothing_known(recorded):
    assert recorded_minutes(recorded, "replay", MARKETS, now_ns=NOW.now_ns) is None
    assert read(recorded, max_s=-1.0) is None
    before_ns = START_NS - NS_PER_MINUTE
    assert recorded_minutes(recorded, "live", MARKETS, now_ns=before_ns) is None


def _followed(engine, store, source):
    query = RegimeFollowedSpec(MARKETS, store.root).query()
    now = moment(COUNT - 1)
    asked = type(now)(now.now_ns, source)
    until(lambda: query.view(engine, asked) is not None, what="what followed")
    return query.view(engine, asked)


def test_on_the_live_market_what_followed_is_from_recordings_where_there_are_more(engine, recorded):
    Coin(engine).live(*(series[100:] for series in quiet(COUNT)))
    view = _followed(engine, recorded, "live")
    assert (view.of, view.of_words) == (
        "recordings",
        "2 h recorded since 2023-11-14 23:27 UTC",
    )
    simulated = _followed(engine, recorded, "simulated")
    assert simulated.of == "held"
    assert "no recordings yet" in simulated.of_words


def test_where_more_is_held_that_is_taken_and_how_much_is_recorded_is_said(engine, store):
    Coin(engine).live(*quiet(COUNT))
    Coin(Recorder(store)).live(*(series[80:] for series in quiet(COUNT)))
    view = _followed(engine, store, "live")
    assert (view.of, view.of_words) == ("held", "the 2 h that are held; 46 min are recorded")
