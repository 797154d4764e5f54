import numpy as np
import pytest

from core.domain.arrays import Position
from core.domain.events import Channel, Gap, Listed, Rows
from core.domain.units import NS_PER_HOUR, NS_PER_MINUTE, NS_PER_S
from data.views.derivatives import MOST_MARKS, DerivativesQuery, DerivativesSpec
from tests.support.derivatives import NAN, OKX, PERP, SPOT, at, liquidations, quotes, tickers
from tests.support.trades import START_NS, instrument

BYBIT = instrument("bybit.perp.BTCUSDT")
WANTED = DerivativesSpec("1m", liquidations=(PERP.id,), perp=PERP.id, spot=SPOT.id, quotes=PERP.id)


def give(engine, channel, rows, listed=PERP):
    engine.submit(Listed(listed))
    engine.submit(Rows(listed, channel, "test", rows))
    assert engine.settle()


def seen(engine, minutes, *, wanted=WANTED, from_ns=START_NS):
    return DerivativesQuery(wanted).view(engine, from_ns=from_ns, now_ns=at(60 * minutes) - 1)


def test_an_instrument_of_which_nothing_came_is_all_missing(engine):
    wanted = DerivativesSpec("1m", perp=OKX.id, spot=SPOT.id)
    view = seen(engine, 3, wanted=wanted)
    assert np.isnan(view.funding.rate_frac).all()
    assert np.isnan(view.basis).all()
    assert (view.next_funding_ns, view.best, view.liquidations) == (None, None, None)


def test_funding_has_its_interval_its_yearly_rate_and_its_next_payment(engine):
    give(engine, Channel.TICKER, tickers((10, 0.0001, NAN)))
    view = seen(engine, 1)
    assert view.funding.rate_frac.tolist() == [0.0001]
    assert view.funding.interval_h.tolist() == [8.0]
    assert view.funding.apr_frac[0] == pytest.approx(0.1095)
    assert view.next_funding_ns == START_NS + NS_PER_HOUR
    assert seen(engine, 61).next_funding_ns is None


def premiums(*rows):
    """Rows of (seconds, mark) over an index of 100, paid every eight hours."""
    out = tickers(*((after_s, 0.0001, NAN) for after_s, _ in rows))
    out["mark"], out["index"] = [mark for _, mark in rows], 100.0
    out["next_funding_ns"] = (START_NS // (8 * NS_PER_HOUR) + 1) * 8 * NS_PER_HOUR
    return out


def test_the_predicted_rate_is_of_the_premium_since_the_interval_began(engine):
    since_s = -(START_NS % (8 * NS_PER_HOUR)) // NS_PER_S
    minutes = range(int(since_s), 120, 60)
    give(engine, Channel.TICKER, premiums(*((s + 30, 100.0 if s < 0 else 200.0) for s in minutes)))
    before = -since_s // 60
    averages = [count / (before + count) for count in (1, 2)]
    found = seen(engine, 2).predicted
    assert found == pytest.approx([each - 0.0005 for each in averages])


def test_of_an_interval_that_was_hardly_heard_nothing_is_predicted(engine):
    give(engine, Channel.TICKER, premiums((10, 101.0), (70, 101.0)))
    assert np.isnan(seen(engine, 2).predicted).all()
    assert seen(engine, 1, wanted=DerivativesSpec("1m", liquidations=(PERP.id,))).predicted is None


def test_the_basis_is_that_of_the_two_mids_at_one_close_and_missing_where_one_is_too_old(engine):
    give(engine, Channel.QUOTES, quotes((30, 1_000_0, 1_000_2), (80, 1_010_0, 1_010_2)))
    give(engine, Channel.QUOTES, quotes((50, 100_000, 100_002)), SPOT)
    found = seen(engine, 2).basis
    assert found[0] == pytest.approx((1000.1 - 1000.01) / 1000.01 * 1e4)
    assert np.isnan(found[1])


def test_where_one_of_the_two_markets_is_silent_the_basis_is_missing(engine):
    give(engine, Channel.QUOTES, quotes((30, 10_000, 10_002), (90, 10_000, 10_002)))
    give(engine, Channel.QUOTES, quotes((20, 100_000, 100_002)), SPOT)
    found = seen(engine, 2).basis
    assert not np.isnan(found[0])
    assert np.isnan(found[1])
    assert seen(engine, 2, wanted=DerivativesSpec("1m", perp=PERP.id)).basis is None


def test_the_largest_liquidations_are_shown_and_the_others_counted(engine):
    rows = liquidations(*((n / 100, n + 1, 50.0, Position.LONG) for n in range(MOST_MARKS + 5)))
    give(engine, Channel.LIQUIDATIONS, rows)
    found = seen(engine, 1).liquidations
    assert found.ts_ns.size == MOST_MARKS
    assert found.left_out == 5
    assert found.long_quote == pytest.approx(sum(range(1, MOST_MARKS + 6)) * 0.001 * 50)


def test_liquidations_before_the_first_bar_do_not_count(engine):
    rows = liquidations((5, 10, 50.0, Position.LONG), (70, 20, 50.0, Position.SHORT))
    give(engine, Channel.LIQUIDATIONS, rows)
    found = seen(engine, 2, from_ns=START_NS + NS_PER_MINUTE).liquidations
    assert found.ts_ns.tolist() == [at(70)]
    assert found.long_quote == 0.0


def test_sums_are_complete_only_where_the_venue_tells_all_and_was_heard_from_the_start(engine):
    wanted = DerivativesSpec("1m", liquidations=(BYBIT.id,))
    give(engine, Channel.LIQUIDATIONS, liquidations((5, 1, 50.0, Position.LONG)), BYBIT)
    assert not seen(engine, 1, wanted=wanted).complete
    give(engine, Channel.QUOTES, quotes((-20, 100, 101)), BYBIT)
    assert seen(engine, 1, wanted=wanted).complete
    assert not seen(engine, 1).complete
    engine.submit(Gap(BYBIT.id, at(10), at(20), "lost", Channel.LIQUIDATIONS))
    assert engine.settle()
    assert not seen(engine, 1, wanted=wanted).complete


def test_the_best_bid_and_ask_are_the_newest_quote(engine):
    give(engine, Channel.QUOTES, quotes((1, 999, 1001), (2, 1000, 1002)))
    best = seen(engine, 1).best
    assert (best.bid_ticks, best.ask_ticks, best.channel) == (1000, 1002, Channel.QUOTES)
    assert best.recv_ns == at(2) + 1


def test_an_empty_side_has_no_best_price(engine):
    rows = quotes((1, 0, 1001))
    rows["bid_lots"] = 0
    give(engine, Channel.QUOTES, rows)
    assert seen(engine, 1).best.bid_ticks is None


@pytest.mark.parametrize("timeframe", ["1s", "1m", "5m"])
def test_a_view_kept_up_to_date_equals_one_made_afresh(engine, timeframe):
    rng = np.random.default_rng(5)
    wanted = DerivativesSpec(timeframe, (PERP.id,), PERP.id, SPOT.id, PERP.id)
    kept = DerivativesQuery(wanted)
    seconds = np.sort(rng.integers(0, 1_800, 700)).astype(float)
    late = seconds[np.argsort(np.arange(700) + rng.integers(0, 80, 700) * (rng.random(700) < 0.05))]
    for part in np.array_split(late, 30):
        for each in (PERP, SPOT):
            bids = 10_000 + rng.integers(0, 50, part.size)
            rows = quotes(*zip(np.sort(part), bids, bids + 2, strict=True))
            give(engine, Channel.QUOTES, rows, each)
        told = zip(np.sort(part), rng.random(part.size), rng.random(part.size) + 5, strict=True)
        give(engine, Channel.TICKER, tickers(*told))
        sizes = rng.integers(1, 50, part.size)
        closed = zip(np.sort(part), sizes, 50.0 + sizes, sizes % 2 * 2 - 1, strict=True)
        give(engine, Channel.LIQUIDATIONS, liquidations(*closed))
        if rng.random() < 0.2:
            start = float(rng.integers(0, int(part.max()) + 1))
            engine.submit(Gap(PERP.id, at(start), at(start + 40), "lost", Channel.TICKER))
            assert engine.settle()
        now_ns = at(part.max()) + 1
        step_ns = {"1s": NS_PER_S, "1m": NS_PER_MINUTE, "5m": 5 * NS_PER_MINUTE}[timeframe]
        from_ns = (now_ns // step_ns - 99) * step_ns
        one = kept.view(engine, from_ns=from_ns, now_ns=now_ns)
        other = DerivativesQuery(wanted).view(engine, from_ns=from_ns, now_ns=now_ns)
        same = {"equal_nan": True}
        assert np.array_equal(one.open_ns, other.open_ns)
        assert np.array_equal(one.funding.rate_frac, other.funding.rate_frac, **same)
        assert np.array_equal(one.basis, other.basis, **same)
        assert np.array_equal(one.predicted, other.predicted, **same)
        assert np.array_equal(one.liquidations.ts_ns, other.liquidations.ts_ns)
        assert (one.best, one.next_funding_ns) == (other.best, other.next_funding_ns)
