import numpy as np
import pytest

from core.domain.arrays import Position
from core.domain.events import Channel
from core.domain.instrument import Instrument, InstrumentId
from data.views.dash_liquidations import ZonesSpec, price_of
from data.views.moment import Moment, Off
from tests.support.derivatives import liquidations, quotes
from tests.support.desk import BBT, BNC, IDS, OKX, moment, tell, tell_rows
from tests.support.trades import trades

LONG, SHORT = Position.LONG, Position.SHORT
SOL = Instrument(
    InstrumentId.parse("binance.perp.SOLUSDT"), "SOL", "USDT", BNC.tick_size, BNC.size_step
)


def closed(engine, listed, *rows):
    tell_rows(engine, listed, Channel.LIQUIDATIONS, liquidations(*rows))


def priced(engine, listed, ticks, now_s=0):
    tell(engine, listed, trades((now_s, ticks, 1, 1)))


def seen(engine, now_s, *gone, ids=IDS, bitcoin=IDS):
    return ZonesSpec(ids, bitcoin).query().view(engine, moment(now_s, *gone))


def test_what_was_closed_in_five_minutes_is_summed_by_a_hundred_dollars(engine):
    priced(engine, BNC, 124_200)
    closed(engine, BNC, (1, 900, 62_110.0, LONG), (100, 100, 62_110.0, LONG))
    closed(engine, OKX, (100, 200, 62_199.0, LONG), (120, 300, 62_250.0, SHORT))
    found = seen(engine, 310)
    assert found.zones.bucket.tolist() == [621, 622]
    assert found.zones.longs.tolist() == [2, 0]
    assert found.zones.total_quote.tolist() == pytest.approx([62_110 + 2 * 62_199, 3 * 62_250])
    assert found.price == 62_100.0
    assert [each.longs for each in found.parts] == [1, 1]
    assert [each.short_quote for each in found.parts] == [0.0, 186_750.0]


def test_a_bucket_above_a_million_is_a_danger_zone(engine):
    priced(engine, BNC, 124_200)
    closed(engine, BNC, (1, 1_700, 62_110.0, LONG), (1, 1_000, 62_300.0, LONG))
    found = seen(engine, 60)
    assert found.danger.tolist() == [True, False]
    assert found.risk == 1 - (62_100 - 62_100) / 62_100


def test_a_venue_that_is_off_is_left_out_and_where_none_is_live_nothing_is_told(engine):
    priced(engine, BNC, 124_200)
    closed(engine, BNC, (1, 100, 62_110.0, LONG))
    closed(engine, OKX, (1, 100, 62_110.0, LONG))
    assert seen(engine, 60, OKX).zones.longs.tolist() == [1]
    assert [each.instrument_id for each in seen(engine, 60, OKX).left] == [OKX.id]
    assert seen(engine, 60, BNC, OKX).zones is None


def test_the_risk_is_by_the_price_of_a_market_that_is_live(engine):
    priced(engine, BNC, 124_200)
    priced(engine, OKX, 123_000)
    closed(engine, OKX, (1, 100, 61_450.0, LONG))
    found = seen(engine, 60, BNC)
    assert found.price == 61_500.0
    assert found.risk == pytest.approx(1)
    closed(engine, BNC, (1, 100, 61_450.0, LONG))
    lost = {(each, Channel.TRADES): Off("stale", 0) for each in IDS}
    found = ZonesSpec(IDS, IDS).query().view(engine, Moment(moment(60).now_ns, "live", lost))
    assert found.zones.longs.tolist() == [2]
    assert np.isnan(found.price)
    assert np.isnan(found.risk)


def test_buckets_of_another_coin_are_as_much_of_its_price(engine):
    priced(engine, BNC, 124_000)
    priced(engine, SOL, 300)
    closed(engine, SOL, (1, 100, 150.3, LONG))
    assert seen(engine, 60, ids=(SOL.id,)).zones.step_quote == 0.2


def test_without_the_price_of_bitcoin_the_height_of_a_bucket_is_not_known(engine):
    priced(engine, SOL, 300)
    closed(engine, SOL, (1, 100, 150.3, LONG))
    assert seen(engine, 60, ids=(SOL.id,)).zones is None


def test_the_height_of_a_bucket_stays_for_the_day_however_prices_move(engine):
    priced(engine, BNC, 124_000)
    priced(engine, SOL, 300)
    closed(engine, SOL, (1, 100, 150.3, LONG))
    query = ZonesSpec((SOL.id,), IDS).query()
    assert query.view(engine, moment(60)).zones.step_quote == 0.2
    priced(engine, SOL, 3_000, now_s=50)
    assert query.view(engine, moment(60)).zones.step_quote == 0.2
    assert seen(engine, 60, ids=(SOL.id,)).zones.step_quote == 2.0


def test_sums_are_least_ones_unless_a_venue_tells_all_and_was_heard_from_before(engine):
    priced(engine, BBT, 124_200)
    closed(engine, BBT, (100, 100, 62_110.0, LONG))
    assert seen(engine, 310, ids=(BBT.id,), bitcoin=(BBT.id,)).is_least
    tell_rows(engine, BBT, Channel.QUOTES, quotes((5, 1, 2), (300, 1, 2)))
    assert not seen(engine, 310, ids=(BBT.id,), bitcoin=(BBT.id,)).is_least
    closed(engine, BNC, (100, 100, 62_110.0, LONG))
    assert seen(engine, 310, ids=(BBT.id, BNC.id), bitcoin=(BBT.id,)).is_least


def test_an_hour_ago_is_told_only_where_the_market_was_followed_then(engine):
    priced(engine, BBT, 124_200)
    closed(engine, BBT, (100, 100, 62_000.0, LONG), (3_650, 1, 62_000.0, SHORT))
    assert np.isnan(seen(engine, 3_800, ids=(BBT.id,), bitcoin=(BBT.id,)).ago[0].total_quote)
    tell_rows(engine, BBT, Channel.QUOTES, quotes((-200, 1, 2), (3_700, 1, 2)))
    hour, day = seen(engine, 3_800, ids=(BBT.id,), bitcoin=(BBT.id,)).ago
    assert hour.total_quote == 62_000.0
    assert not hour.is_least
    assert np.isnan(day.total_quote)


def test_the_price_is_the_last_one_of_the_first_market_that_traded(engine):
    assert np.isnan(price_of(engine, IDS))
    priced(engine, OKX, 123_000)
    assert price_of(engine, IDS) == 61_500.0
    priced(engine, BNC, 124_000)
    assert price_of(engine, IDS) == 62_000.0
