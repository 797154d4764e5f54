import numpy as np
import pytest

from core.calc.bars import time_bars
from core.calc.common_grid import common_instrument, factors, rescale_bars
from core.calc.timeframe_signs import BARS, timeframe_signs
from core.domain.arrays import Provenance
from core.domain.events import Gap
from core.domain.timeframe import TIMEFRAMES_NS
from core.domain.units import NS_PER_HOUR
from data.views.dash_matrix import MatrixSpec
from tests.support.derivatives import at
from tests.support.desk import BNC, IDS, OKX, moment, tell, tell_candles
from tests.support.trades import random_trades

SPAN_S = 3 * 3_600


@pytest.fixture
def tapes(engine):
    rng = np.random.default_rng(8)
    out = {each: random_trades(rng, 20_000, span_s=SPAN_S) for each in (BNC, OKX)}
    for listed, tape in out.items():
        tell(engine, listed, tape)
    return out


def rows(engine, now_s, *gone, ids=IDS):
    found = MatrixSpec(ids).query().view(engine, moment(now_s, *gone))
    return {each.timeframe: each for each in found.rows}


def batch(tapes, timeframe, now_s):
    """The same from all the trades at once."""
    step_ns = TIMEFRAMES_NS[timeframe]
    from_ns = (at(now_s) // step_ns - BARS + 1) * step_ns
    grid = common_instrument(list(tapes))
    parts = []
    for listed, tape in tapes.items():
        bars = time_bars(tape, step_ns=step_ns)
        bars = bars[bars["open_ns"] >= from_ns]
        parts.append(rescale_bars(bars, factors(listed, grid)))
    return timeframe_signs(parts, lot_base=float(grid.lot_size))


@pytest.mark.parametrize("timeframe", ["1m", "5m"])
def test_each_timeframe_has_the_signs_of_its_last_twenty_bars(engine, tapes, timeframe):
    found = rows(engine, SPAN_S - 1)[timeframe]
    assert found.signs == batch(tapes, timeframe, SPAN_S - 1)
    assert found.signs.counted == (True, True)
    assert found.why == ""


def test_a_venue_that_is_off_is_in_none_of_it(engine, tapes):
    found = MatrixSpec(IDS).query().view(engine, moment(SPAN_S - 1, BNC))
    assert [each.instrument_id for each in found.left] == [BNC.id]
    assert found.rows[0].signs == batch({OKX: tapes[OKX]}, "1m", SPAN_S - 1)


def test_of_a_timeframe_of_which_too_few_bars_are_held_nothing_is_told(engine, tapes):
    found = rows(engine, SPAN_S - 1)["4h"]
    assert found.of == ()
    assert np.isnan(found.signs.trend)
    assert found.why == "binance: only 2 of 20 bars are held"
    assert tapes


def test_candles_stand_for_the_bars_before_the_trades(engine, tapes):
    early = random_trades(np.random.default_rng(9), 5_000, span_s=20 * 3_600)
    early["ts_event_ns"] -= 20 * NS_PER_HOUR
    bars = time_bars(early, step_ns=NS_PER_HOUR)
    bars["provenance"] = Provenance.KLINES
    tell_candles(engine, BNC, bars, "1h")
    found = rows(engine, SPAN_S - 1, ids=(BNC.id,))["1h"]
    assert found.of == (BNC.id,)
    assert found.signs.counted == (True,)
    assert not np.isnan(found.signs.cvd_base)
    assert tapes


def test_a_gap_without_a_candle_leaves_the_venue_out_of_delta_and_cvd(engine, tapes):
    engine.submit(Gap(OKX.id, at(SPAN_S - 300), at(SPAN_S - 290), "lost"))
    assert engine.settle()
    found = rows(engine, SPAN_S - 1)["1m"]
    assert found.signs.counted == (True, False)
    assert found.why == "okx: some of its trades are missing"
    assert found.signs.cvd_base == batch({BNC: tapes[BNC]}, "1m", SPAN_S - 1).cvd_base


def test_a_query_kept_up_to_date_equals_one_made_afresh(engine):
    tape = random_trades(np.random.default_rng(2), 3_000, span_s=1_800)
    query = MatrixSpec((BNC.id,)).query()
    for now_s in range(1_300, 1_800, 60):
        until = tape[tape["ts_event_ns"] < at(now_s)]
        tell(engine, BNC, until)
        kept = query.view(engine, moment(now_s))
        fresh = MatrixSpec((BNC.id,)).query().view(engine, moment(now_s))
        assert repr(kept.rows[0]) == repr(fresh.rows[0])


def test_so_many_candles_of_each_timeframe_are_asked_for():
    wants = MatrixSpec(IDS).query().wants([BNC, OKX])
    assert len(wants) == 10
    assert (OKX.id, "4h", BARS) in wants
