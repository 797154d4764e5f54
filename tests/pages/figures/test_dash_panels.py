import numpy as np
import pytest

from core.domain.arrays import Position
from core.domain.events import Channel
from core.domain.units import NS_PER_HOUR
from data.views.dash_basis import BasisSpec
from data.views.dash_divergence import DivergenceSpec
from data.views.dash_flow import FlowSpec
from data.views.dash_funding import FundingNowSpec
from data.views.dash_liquidations import ZonesSpec
from data.views.dash_matrix import MatrixSpec
from data.views.dash_whales import WhalesSpec
from pages.figures import (
    dash_basis,
    dash_divergence,
    dash_flow,
    dash_funding,
    dash_matrix,
    dash_whales,
    dash_zones,
)
from pages.figures.node import texts
from tests.support.derivatives import liquidations, quotes, tickers
from tests.support.desk import (
    BNC,
    BNC_SPOT,
    IDS,
    OKX,
    OKX_SPOT,
    moment,
    tell,
    tell_rows,
)
from tests.support.nodes import every, hovers, lines, said, stat
from tests.support.trades import random_trades, trades

NAN = float("nan")
TAPE = trades((0, 200, 10_000, 1), (50, 200, 80_000, 1), (100, 204, 10_000, -1))
PAIRS = (BNC.id, BNC_SPOT.id), (OKX.id, OKX_SPOT.id)


def asked(engine, spec, now_s, *gone):
    query = spec.query()
    return [query.view(engine, moment(now_s, *gone)) for _ in range(20)][-1]


def flow(engine, now_s, *gone, **look):
    return dash_flow.draw(asked(engine, FlowSpec(IDS), now_s, *gone), **look)


def test_order_flow_says_share_arrow_and_money_by_the_minute(engine):
    tell(engine, BNC, TAPE)
    card = flow(engine, 105)
    assert said(card, "flow-share") == "88.7 % buy"
    assert said(card, "flow-net") == "+69.8K USD/min"
    assert said(card, "flow-arrow") == "↑↑"
    assert "ts-tone-buy" in stat(card, "flow-arrow").classes
    assert "width:88.7%" in [each.attributes.get("style") for each in _all(card)]
    assert {"1h –", "24h –"} <= set(texts(card))
    assert "One hour ago: its trades are not held so far back." not in hovers(card)
    assert "One hour ago: neither trades nor candles of then are held." in hovers(card)


def test_an_hour_ago_stands_beside_it_as_its_share(engine):
    tell(engine, BNC, TAPE)
    card = flow(engine, 3_705)
    assert "1h 89 %" in texts(card)
    assert "One hour ago: bought less sold +69.8K." in hovers(card)


def test_one_by_one_each_venue_has_its_bar(engine):
    tell(engine, BNC, TAPE)
    tell(engine, OKX, trades((0, 200, 5, 1), (90, 200, 700, -1)))
    assert lines(flow(engine, 105, apart=True)) == ["BNC ↑↑ +69.8K", "OKX ↓↓ −700"]
    assert lines(flow(engine, 105)) == []


def test_a_venue_that_is_left_out_is_named_with_the_reason_and_since_when(engine):
    tell(engine, BNC, TAPE)
    card = flow(engine, 105, OKX)
    assert "✕OKX" in texts(card)
    assert "Left out: OKX perp: stale since 22:13:00 UTC" in hovers(card)
    assert "ts-is-off" not in card.classes


def test_where_none_is_live_the_card_is_grey_says_since_when_and_has_no_number(engine):
    tell(engine, BNC, TAPE)
    card = flow(engine, 105, BNC, OKX)
    assert "ts-is-off" in card.classes
    assert "BNC perp: stale since 22:13:00 UTC" in texts(card)
    assert said(card, "flow-share") == "–"
    assert said(card, "flow-net") == "– USD/min"


@pytest.fixture
def quoted(engine):
    for listed, bid, ask in (
        (BNC, 2_013, 2_015),
        (BNC_SPOT, 1_999, 2_001),
        (OKX, 1_997, 1_999),
        (OKX_SPOT, 1_999, 2_001),
    ):
        tell_rows(engine, listed, Channel.QUOTES, quotes((5, bid, ask)))
    return engine


def test_the_basis_is_told_in_quote_and_percent_for_each_venue(quoted):
    card = dash_basis.draw(asked(quoted, BasisSpec(PAIRS), 10))
    assert lines(card) == [
        "BNC +7.00 +0.700 % STEEP CONTANGO",
        "OKX −1.00 −0.100 % BACKWARDATION",
    ]
    assert said(card, "basis-quote") == "+3.00"
    assert said(card, "basis-frac") == "+0.300 %"
    assert said(card, "basis-state") == "CONTANGO"
    assert "One hour ago: the quotes of both markets are not held so far back." in hovers(card)


def test_without_mids_the_basis_is_a_dash_and_has_no_word(quoted):
    card = dash_basis.draw(asked(quoted, BasisSpec(PAIRS), 100))
    assert said(card, "basis-quote") == "–"
    assert not every(card, "stat", "basis-state")


LONG, SHORT = Position.LONG, Position.SHORT


@pytest.fixture
def closed(engine):
    tell(engine, BNC, trades((0, 124_300, 1, 1)))
    rows = liquidations(
        (1, 1_700, 62_110.0, LONG), (2, 10, 62_110.0, SHORT), (3, 100, 62_390.0, SHORT)
    )
    tell_rows(engine, BNC, Channel.LIQUIDATIONS, rows)
    return engine


def test_liquidations_are_counted_by_side_in_buckets_with_the_dangerous_marked(closed):
    card = dash_zones.draw(asked(closed, ZonesSpec(IDS, IDS), 60))
    assert said(card, "liq-longs") == "longs ≥ 1 · 1.06M"
    assert said(card, "liq-shorts") == "shorts ≥ 2 · 68.6K"
    assert said(card, "liq-danger") == "⚠ DANGER ZONE"
    # A price of 62,150 lies in the bucket: what is left is how one-sided it was.
    assert said(card, "liq-risk") == "risk 0.94"
    assert lines(card)[1:] == [
        "62,300.0 L 0 · 0 S 1 · 62.4K",
        "62,100.0 L 1 · 1.06M S 1 · 6.21K ⚠",
        "",
    ]


def test_below_the_threshold_no_zone_is_dangerous_and_one_by_one_each_venue_is_told(closed):
    view = asked(closed, ZonesSpec(IDS, IDS, danger_quote=5e6), 60)
    card = dash_zones.draw(view, apart=True)
    assert not every(card, "stat", "liq-danger")
    assert lines(card)[1:] == ["BNC L ≥ 1 · 1.06M S ≥ 2 · 68.6K"]
    assert "This venue tells the largest of each second." in hovers(card)


def test_where_nothing_was_closed_that_is_said_and_where_nothing_is_known_there_is_a_dash(engine):
    tell(engine, BNC, trades((0, 124_300, 1, 1)))
    assert lines(dash_zones.draw(asked(engine, ZonesSpec(IDS, IDS), 60)))[1] == "none told"
    assert "–" in texts(dash_zones.draw(asked(engine, ZonesSpec(IDS, IDS), 60, BNC, OKX)))


def test_funding_says_who_pays_how_much_when_and_whether_that_is_extreme(engine):
    rows = tickers(*((s, 0.0005 + 1e-8 * (s // 3_600) ** 2, NAN) for s in range(0, 36_001, 60)))
    tell_rows(engine, BNC, Channel.TICKER, rows)
    four = tickers((36_000, -0.0001, NAN))
    four["funding_interval_ns"] = 4 * NS_PER_HOUR
    four["next_funding_ns"] += 10 * NS_PER_HOUR + 5_000_000_000
    tell_rows(engine, OKX, Channel.TICKER, four)
    card = dash_funding.draw(asked(engine, FundingNowSpec(IDS), 36_005))
    assert lines(card) == [
        "BNC +0.0501 % /8h ↑↑↑ APR +54.9 % in –",
        "OKX −0.0100 % /4h – APR −21.9 % in 1:00:00",
    ]
    assert said(card, "funding-rate") == "+0.0151 % /8h"
    assert said(card, "funding-payer") == "LONGS PAY"
    assert not every(card, "stat", "funding-extreme")
    alone = dash_funding.draw(asked(engine, FundingNowSpec((BNC.id,)), 36_005))
    assert said(alone, "funding-extreme") == "⚠ EXTREME"
    assert "1h +0.0501 %" in texts(alone)


def test_price_and_cvd_have_their_word_and_their_signs(engine):
    tell(engine, BNC, trades((0, 200, 1, 1), (50, 204, 30_000, -1), (100, 206, 10_000, 1)))
    tell(engine, OKX, trades((0, 200, 1, 1), (50, 190, 900, -1)))
    view = asked(engine, DivergenceSpec(IDS), 105)
    card = dash_divergence.draw(view)
    assert said(card, "divergence-price") == "price +3.0000 % ↑"
    assert said(card, "divergence-cvd") == "CVD −21.2K ↓"
    assert said(card, "divergence-word") == "▼ BEARISH"
    assert lines(dash_divergence.draw(view, apart=True)) == [
        "BNC price +3.0000 % ↑ CVD −20.3K ↓ ▼ BEARISH",
        "OKX price −5.0000 % ↓ CVD −855 ↓ = ALIGNED",
    ]


def test_the_last_ten_whales_stand_newest_first_and_the_largest_has_a_sign(engine):
    whales = [(200 + s, 120_000, 1_000 + s, 1) for s in range(11)]
    tell(engine, BNC, trades((0, 200, 1, 1), *whales, (300, 120_000, 10_000, -1)))
    view = asked(engine, WhalesSpec(IDS), 4_000)
    rows = lines(dash_whales.draw(view, mega_quote=5e6))
    assert len(rows) == 10
    assert rows[0] == "22:18:00 BTC ▼ SELL 6.00M 60,000.0 BNC ⚠"
    assert rows[1] == "22:16:30 BTC ▲ BUY 606K 60,000.0 BNC"
    card = dash_whales.draw(view, mega_quote=7e6)
    assert not lines(card)[0].endswith("⚠")
    assert said(card, "whales-bought") == "hour ▲ 0"
    later = dash_whales.draw(asked(engine, WhalesSpec(IDS), 7_201), mega_quote=5e6)
    assert "1h 6.63M / 6.00M" in texts(later)


def test_without_a_whale_the_card_says_so_and_stays_as_high(engine):
    tell(engine, BNC, TAPE)
    rows = lines(dash_whales.draw(asked(engine, WhalesSpec(IDS), 105), mega_quote=5e6))
    assert rows == ["None is held yet."] + [""] * 9


def test_what_has_a_unit_says_it_in_its_head(engine):
    tell(engine, BNC, TAPE)
    heads = [
        dash_basis.draw(asked(engine, BasisSpec(PAIRS), 105)),
        dash_divergence.draw(asked(engine, DivergenceSpec(IDS), 105)),
        dash_whales.draw(asked(engine, WhalesSpec(IDS), 105), mega_quote=5e6),
    ]
    assert [texts(each)[0] for each in heads] == [
        "Basis, USDT",
        "Price and CVD 60 s, USD",
        "Whales ≥ 500K USD",
    ]
    matrix = dash_matrix.draw(asked(engine, MatrixSpec(IDS, ("1m",)), 1_199), coin="BTC")
    assert "CVD BTC" in texts(matrix)


def test_whales_of_venues_that_are_all_lost_are_grey_and_none_of_them_looks_live(engine):
    tell(engine, BNC, trades((0, 200, 1, 1), (100, 120_000, 10_000, -1)))
    card = dash_whales.draw(asked(engine, WhalesSpec(IDS), 105, BNC, OKX), mega_quote=5e6)
    assert "ts-is-off" in card.classes
    assert [each for each in texts(card) if each.endswith(("BNC", "OKX"))][:2] == ["✕BNC", "✕OKX"]


def test_the_matrix_has_a_line_for_each_timeframe_and_a_star_where_a_venue_is_missing(engine):
    rising = [(60 * m, 200 + m, 100 + 10 * (m % 2), 1) for m in range(20)]
    falling = [(60 * m + 30, 200 + m, 100, -1) for m in range(20)]
    tell(engine, BNC, trades(*sorted(rising + falling)))
    view = asked(engine, MatrixSpec(IDS, ("1m", "4h")), 1_199)
    minute, four = dash_matrix.draw(view, coin="BTC").kids[1].kids[1].kids
    assert texts(minute) == ["1m", "↑ up", "+4.8 %", "+1", "▲ 453 bps"]
    assert texts(four) == ["4h", "–", "–", "–", "–"]
    assert "binance: only 1 of 20 bars are held" in hovers(four)
    tell(engine, OKX, random_trades(np.random.default_rng(1), 200, span_s=300))
    view = asked(engine, MatrixSpec(IDS, ("1m",)), 1_199)
    [minute] = dash_matrix.draw(view, coin="BTC").kids[1].kids[1].kids
    assert texts(minute)[3] == "+1*"
    assert "Not of all: okx: only 5 of 20 bars are held." in hovers(minute)


@pytest.mark.parametrize(
    "draw",
    [
        dash_flow.draw,
        dash_basis.draw,
        dash_zones.draw,
        dash_funding.draw,
        dash_divergence.draw,
        lambda view: dash_whales.draw(view, mega_quote=5e6),
        lambda view: dash_matrix.draw(view, coin="BTC"),
    ],
)
def test_before_anything_is_known_each_card_is_grey_and_has_a_dash(draw):
    card = draw(None)
    assert "ts-is-off" in card.classes
    assert "–" in texts(card)
    assert not any(each.isdigit() for text in texts(card)[2:] for each in text)


def test_a_past_figure_of_some_venues_alone_bears_a_star_and_names_them(engine):
    tell(engine, BNC, TAPE)
    tell(engine, OKX, trades((3_000, 200, 5, 1), (3_700, 200, 700, -1)))
    card = flow(engine, 3_705)
    assert "1h 89 %*" in texts(card)
    why = "of BNC alone: neither trades nor candles of then are held"
    assert f"One hour ago: {why}." in hovers(card)
    words = dash_divergence.draw(asked(engine, DivergenceSpec(IDS), 3_705))
    assert "1h ALIGNED*" in texts(words)


def _all(root):
    return [root] + [each for kid in root.kids for each in _all(kid)]
