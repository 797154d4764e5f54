import numpy as np
import pytest

from core.calc.funding_state import Payer
from core.domain.events import Channel
from core.domain.units import NS_PER_HOUR
from data.views.dash_funding import FundingNowSpec
from tests.support.derivatives import at, tickers
from tests.support.desk import BNC, IDS, OKX, moment, tell_rows

NAN = float("nan")


def told(engine, listed, *rows, interval_h=8):
    """Rows of (seconds, rate)."""
    out = tickers(*((after_s, rate, NAN) for after_s, rate in rows))
    out["funding_interval_ns"] = interval_h * NS_PER_HOUR
    tell_rows(engine, listed, Channel.TICKER, out)


def seen(engine, now_s, *gone, ids=IDS):
    return FundingNowSpec(ids).query().view(engine, moment(now_s, *gone))


def test_rates_are_compared_by_eight_hours_and_the_mean_says_who_pays(engine):
    told(engine, BNC, (5, 0.0001))
    told(engine, OKX, (5, 0.0003), interval_h=4)
    found = seen(engine, 10)
    assert [each.rate_frac for each in found.parts] == [0.0001, 0.0003]
    assert [each.per_8h_frac for each in found.parts] == pytest.approx([0.0001, 0.0006])
    assert found.mean_8h_frac == pytest.approx(0.00035)
    assert found.mean_apr_frac == pytest.approx((0.0001 * 3 * 365 + 0.0003 * 6 * 365) / 2)
    assert found.payer is Payer.LONGS
    assert not found.is_extreme
    assert found.next_ns == at(3_600)
    assert seen(engine, 10, BNC).is_extreme


def test_a_venue_that_is_off_or_has_not_told_of_late_is_left_out(engine):
    told(engine, BNC, (5, 0.0001))
    told(engine, OKX, (50, -0.0002))
    assert seen(engine, 60, BNC).mean_8h_frac == pytest.approx(-0.0002)
    assert seen(engine, 60, BNC).payer is Payer.SHORTS
    found = seen(engine, 100)
    assert [each.instrument_id for each in found.left] == [BNC.id]
    assert found.left[0].why == "its rate is not told of late"
    nothing = seen(engine, 60, BNC, OKX)
    assert np.isnan(nothing.mean_8h_frac)
    assert nothing.payer is None


def test_without_its_interval_a_rate_is_told_and_in_no_mean(engine):
    told(engine, BNC, (5, 0.0001), interval_h=0)
    found = seen(engine, 10, ids=(BNC.id,))
    assert found.parts[0].rate_frac == 0.0001
    assert np.isnan(found.parts[0].apr_frac)
    assert np.isnan(found.mean_8h_frac)


def test_a_payment_that_is_over_is_not_counted_down_to(engine):
    told(engine, BNC, (3_590, 0.0001))
    assert seen(engine, 3_595, ids=(BNC.id,)).next_ns == at(3_600)
    assert seen(engine, 3_605, ids=(BNC.id,)).next_ns is None


def test_an_hour_and_a_day_ago_are_as_they_were_told_then(engine):
    told(engine, BNC, *((s, 0.0001 + s * 1e-9) for s in range(0, 90_000, 60)))
    found = seen(engine, 89_990, ids=(BNC.id,))
    assert found.ago[0] == pytest.approx(0.0001 + 86_280e-9)
    assert found.ago[1] == pytest.approx(0.0001 + 3_480e-9)


def test_arrows_count_how_far_this_hour_went_beside_the_hours_before(engine):
    # A rate that wanders by 0.00001 an hour, then leaps by ten times as much.
    rows = [(s, 0.0001 + 1e-5 * ((s // 3_600) % 2)) for s in range(0, 36_000, 60)]
    told(engine, BNC, *rows, (36_000, 0.0002))
    assert seen(engine, 36_010, ids=(BNC.id,)).trend == 3
    told(engine, OKX, *rows[-70:], (36_000, 0.0001))
    # Of one hour alone there are no thirds.
    assert seen(engine, 36_010, ids=(OKX.id,)).trend is None
