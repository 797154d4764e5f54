import pytest

from core.calc.flow_share import Flow
from core.domain.events import Gap
from data.views.dash_whales import MOST_WHALES, WhalesSpec
from tests.support.derivatives import at
from tests.support.desk import BNC, IDS, OKX, moment, tell
from tests.support.trades import trades

# Of 600,000 in two fills, of 400,000 in one, of 6,000,000 in one.
TAPE = trades(
    (0, 200, 1, 1),
    (100, 120_000, 400, 1),
    (100, 120_000, 600, 1),
    (200, 100_000, 800, -1),
    (300, 120_000, 10_000, -1),
)


def seen(engine, now_s, *gone, ids=IDS, as_fills=False):
    query = WhalesSpec(ids, as_fills=as_fills).query()
    # The past is read piece by piece.
    views = [query.view(engine, moment(now_s, *gone)) for _ in range(20)]
    return views[-1]


def test_orders_of_half_a_million_are_told_whole_with_their_fills(engine):
    tell(engine, BNC, TAPE)
    found = seen(engine, 310)
    assert found.rows["value_quote"].tolist() == [600_000.0, 6_000_000.0]
    assert found.rows["fills"].tolist() == [2, 1]
    assert found.rows["aggressor"].tolist() == [1, -1]
    assert found.instruments[0] == BNC


def test_single_fills_are_a_choice(engine):
    tell(engine, BNC, TAPE)
    assert seen(engine, 310, as_fills=True).rows["value_quote"].tolist() == [6_000_000.0]


def test_an_hour_is_summed_over_the_live_venues_that_are_held_for_so_long(engine):
    tell(engine, BNC, TAPE)
    tell(engine, OKX, TAPE)
    assert seen(engine, 310).hour is None
    assert seen(engine, 3_600).hour == Flow(1_200_000.0, 12_000_000.0)
    assert seen(engine, 3_600, OKX).hour == Flow(600_000.0, 6_000_000.0)
    assert [each.instrument_id for each in seen(engine, 3_600, OKX).left] == [OKX.id]
    assert seen(engine, 3_600, BNC, OKX).hour is None


def test_of_a_venue_that_is_off_the_orders_that_were_told_stay(engine):
    tell(engine, BNC, TAPE)
    assert seen(engine, 3_600, BNC).rows.size == 2


def test_an_hour_with_a_gap_is_not_known_and_says_so(engine):
    tell(engine, BNC, TAPE)
    engine.submit(Gap(BNC.id, at(150), at(160), "lost"))
    assert engine.settle()
    found = seen(engine, 3_600, ids=(BNC.id,))
    assert found.hour is None
    assert found.left[0].why == "some of its trades are missing"


def test_an_hour_of_more_whales_than_are_held_is_not_summed(engine):
    query = WhalesSpec(IDS).query()

    def hour(now_s):
        return [query.view(engine, moment(now_s)).hour for _ in range(20)][-1]

    for listed in (BNC, OKX):
        alike = [(100 + each, 120_000, 1_000, 1) for each in range(2_400)]
        tell(engine, listed, trades((0, 200, 1, 1), *alike))
    assert hour(3_600) == Flow(4_800 * 600_000.0, 0.0)
    for listed in (BNC, OKX):
        more = trades(*[(2_600 + each, 120_000, 1_000, 1) for each in range(600)])
        more["trade_id"] += 10_000
        tell(engine, listed, more)
    assert query.view(engine, moment(3_600)).rows.size == MOST_WHALES
    assert hour(3_600) is None


def test_the_hour_before_is_told_beside_it(engine):
    tell(engine, BNC, TAPE)
    found = seen(engine, 7_201, ids=(BNC.id,))
    assert found.hour == Flow(0.0, 0.0)
    assert found.ago[0] == Flow(600_000.0, 6_000_000.0)
    assert found.ago[1] is None


def test_nothing_is_known_of_markets_never_heard_of(engine):
    assert WhalesSpec(IDS).query().view(engine, moment(0)) is None


@pytest.mark.parametrize("as_fills", [False, True])
def test_what_is_asked_of_the_tape_is_the_same_for_panel_and_table(as_fills):
    spec = WhalesSpec(IDS, 7e5, as_fills=as_fills)
    assert spec.orders.least_quote == 7e5
    assert spec.orders.as_fills is as_fills
