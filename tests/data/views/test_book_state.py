import numpy as np
import pytest

from core.calc.basis import mids
from core.calc.microprice import MicropriceRule, fit_microprice, microprice_ticks
from core.domain.events import Channel
from core.domain.timeframe import TIMEFRAMES_NS
from core.domain.units import NS_PER_HOUR, NS_PER_S
from data.views.book_state import SHOWN, BookStateSpec
from tests.support.book_seconds import live_tape, random_seconds, seconds
from tests.support.trades import START_NS, instrument

PERP = instrument()


def seen(engine, now_s, bars, show="touch", *, query=None, timeframe="5s"):
    step_ns = TIMEFRAMES_NS[timeframe]
    now_ns = START_NS + round(now_s * 1e9)
    from_ns = (now_ns // step_ns - bars + 1) * step_ns
    query = query or BookStateSpec(PERP.id, timeframe, show).query()
    return query.view(engine, from_ns=from_ns, now_ns=now_ns)


def test_the_imbalance_of_a_bar_is_the_mean_of_its_seconds(engine):
    rows = seconds(range(10), bid_lots=[5, 5, 5, 5, 10] * 2, ask_lots=[5, 5, 5, 15, 0] * 2)
    live_tape(engine, PERP).book.seconds.rows.append(rows)
    found = seen(engine, 10.0, 3).values
    assert found[:2].tolist() == pytest.approx([(0 + 0 + 0 - 0.5 + 1) / 5] * 2)
    assert np.isnan(found[2])


def test_depth_that_is_not_known_does_not_count_and_where_none_is_there_is_no_value(engine):
    near = np.full((10, 2, 2), np.nan)
    near[:2, 0] = [[3, 1], [1, 1]]
    live_tape(engine, PERP).book.seconds.rows.append(seconds(range(10), near_lots=near))
    assert np.array_equal(seen(engine, 9.9, 2, "10 bps").values, [0.25, np.nan], equal_nan=True)
    assert np.isnan(seen(engine, 9.9, 2, "50 bps").values).all()


def test_the_microprice_is_fitted_on_the_hour_before(engine):
    rng = np.random.default_rng(2)
    start_s = (-(-START_NS // NS_PER_HOUR) * NS_PER_HOUR - START_NS) // NS_PER_S
    rows = random_seconds(rng, np.arange(start_s, start_s + 3_700))
    live_tape(engine, PERP).book.seconds.rows.append(rows)
    found = seen(engine, start_s + 3_700, 25, "microprice").values
    hour, after = rows[:3_600], rows[3_600:]
    expected = microprice_ticks(after, fit_microprice(hour, rule=MicropriceRule()))
    expected -= mids(after, tick_quote=1.0)
    assert np.isnan(found[:4]).all(), "of the hour itself none is known"
    means = [np.nanmean(each) for each in expected.reshape(-1, 5)]
    assert found[4:24].tolist() == pytest.approx(means)


def test_nothing_held_of_the_book_is_said(engine):
    assert seen(engine, 5.0, 2) is None
    live_tape(engine, PERP)
    view = seen(engine, 5.0, 2)
    assert view.is_untold
    assert np.isnan(view.values).all()
    assert BookStateSpec(PERP.id, "1m").query().channels() == ((PERP.id, Channel.BOOK),)


@pytest.mark.parametrize("show", SHOWN)
@pytest.mark.parametrize("timeframe", ["1s", "1m"])
def test_a_view_kept_up_to_date_equals_one_made_afresh(engine, show, timeframe):
    rng = np.random.default_rng(5)
    rows = live_tape(engine, PERP).book.seconds.rows
    kept = BookStateSpec(PERP.id, timeframe, show).query()
    for part in np.array_split(np.arange(8_000)[rng.random(8_000) > 0.002], 20):
        rows.append(random_seconds(rng, part))
        now_s = float(part[-1]) + 1.5
        one = seen(engine, now_s, 40, show, query=kept, timeframe=timeframe)
        other = seen(engine, now_s, 40, show, timeframe=timeframe)
        assert np.array_equal(one.values, other.values, equal_nan=True)
