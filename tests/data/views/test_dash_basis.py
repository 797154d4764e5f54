import numpy as np
import pytest

from core.calc.basis_state import BasisState
from core.domain.events import Channel, Gap
from data.views.dash_basis import BasisSpec
from tests.support.derivatives import at, quotes
from tests.support.desk import BNC, BNC_SPOT, OKX, OKX_SPOT, moment, tell_rows

PAIRS = (BNC.id, BNC_SPOT.id), (OKX.id, OKX_SPOT.id)
HOUR_S, DAY_S = 3_600, 86_400


def quoted(engine, listed, *rows):
    tell_rows(engine, listed, Channel.QUOTES, quotes(*rows))


def seen(engine, now_s, *gone, pairs=PAIRS):
    return BasisSpec(pairs).query().view(engine, moment(now_s, *gone))


@pytest.fixture
def both(engine):
    """Mids of 1005 and 1000 at one venue, of 999 and 1000 at the other."""
    quoted(engine, BNC, (5, 2009, 2011))
    quoted(engine, BNC_SPOT, (5, 1999, 2001))
    quoted(engine, OKX, (5, 1997, 1999))
    quoted(engine, OKX_SPOT, (5, 1999, 2001))
    return engine


def test_the_basis_is_perpetual_less_spot_of_the_same_venue_and_the_mean_of_all(both):
    found = seen(both, 10)
    assert [each.basis_quote for each in found.parts] == [5.0, -1.0]
    assert [each.basis_frac for each in found.parts] == pytest.approx([0.005, -0.001])
    words = [each.state for each in found.parts]
    assert words == [BasisState.CONTANGO, BasisState.BACKWARDATION]
    assert found.mean_quote == 2.0
    assert found.mean_frac == pytest.approx(0.002)
    assert found.state is BasisState.CONTANGO


@pytest.mark.parametrize("gone", [OKX, OKX_SPOT])
def test_a_venue_of_which_either_market_is_off_is_left_out(both, gone):
    found = seen(both, 10, gone)
    assert found.mean_quote == 5.0
    [left] = found.left
    assert left.instrument_id == OKX.id
    assert left.why == f"{gone.id.kind} stale"


def test_a_quote_that_is_a_minute_old_or_lacks_a_side_is_no_mid(both):
    assert np.isnan(seen(both, 70).mean_frac)
    assert seen(both, 70).state is None
    quoted(both, BNC, (69, 2009, 2011))
    assert seen(both, 70, pairs=PAIRS[:1]).left[0].why == "spot: no quote of late"


def test_an_hour_and_a_day_ago_are_of_the_mids_of_then(both):
    for listed, mid in ((BNC, 4_000), (BNC_SPOT, 4_000)):
        quoted(both, listed, (HOUR_S, mid - 1, mid + 1), (DAY_S, mid - 1, mid + 1))
    found = seen(both, HOUR_S + 10, OKX)
    assert found.mean_quote == 0.0
    assert found.state is BasisState.EVEN
    assert found.ago[0] == pytest.approx(0.005)
    assert np.isnan(found.ago[1])
    assert seen(both, DAY_S + 10, OKX).ago[1] == pytest.approx(0.005)
    # Held for a day alone: the first one within a minute stands for it.
    assert seen(both, DAY_S - 50, OKX).ago[1] == pytest.approx(0.005)


def test_in_a_gap_no_mid_holds(both):
    for listed in (BNC, BNC_SPOT):
        quoted(both, listed, (HOUR_S, 3_999, 4_001))
    both.submit(Gap(BNC.id, at(6), at(20), "lost", Channel.QUOTES))
    assert both.settle()
    assert np.isnan(seen(both, HOUR_S + 10, OKX).ago[0])
