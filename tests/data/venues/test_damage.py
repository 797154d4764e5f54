"""Any damage to a good frame or answer: valid rows, or a FeedError, and nothing else."""

import copy
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.arrays import BAR_DTYPE, TRADE_DTYPE
from core.domain.errors import FeedError
from core.domain.events import Control, NoTrade, Trades
from core.domain.units import MAX_PRICE_TICKS, MAX_SIZE_LOTS
from data.venues.registry import MARKETS
from tests.data.venues import samples as s

EVERY = [pytest.param(each, id=".".join(each)) for each in MARKETS]
FIRST_NS, END_NS = 1_230_768_000 * 10**9, 4_102_444_800 * 10**9

NASTY = st.sampled_from(
    [
        *("1_000", "NaN", "nan", "Infinity", "-1", "+1", "1e5", "0", "0.0", "", " 1", "1.", ".5"),
        *("\uff11\uff12", "\u0661", "\ud800", "9" * 400, "0x10", "1,5", "null", "true"),
        *(0, -1, 1.5, 2**31, 2**53 + 1, 2**63, -(2**63), 10**400, float("nan"), float("inf")),
        *(None, True, False, [], {}, [[]], [{}], "BTCUSDT", "Buy", "sell", "MARKET", "trade"),
    ]
)
JSON = st.recursive(
    NASTY | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


def paths(tree, path=()):
    """The way to every part of a tree, leaves and what holds them."""
    yield path
    if isinstance(tree, dict | list):
        for key, part in tree.items() if isinstance(tree, dict) else enumerate(tree):
            yield from paths(part, (*path, key))


def replaced(tree, path, value):
    """The tree with one part replaced."""
    if not path:
        return value
    tree = copy.copy(tree)
    tree[path[0]] = replaced(tree[path[0]], path[1:], value)
    return tree


def without(tree, path):
    """The tree with one part taken out."""
    tree = copy.deepcopy(tree)
    holder = tree
    for key in path[:-1]:
        holder = holder[key]
    del holder[path[-1]]
    return tree


@st.composite
def damaged(draw, trees):
    tree = draw(st.sampled_from(trees))
    path = draw(st.sampled_from(list(paths(tree))))
    if path and draw(st.booleans()) and draw(st.booleans()):
        return without(tree, path)
    return replaced(tree, path, draw(JSON))


@st.composite
def broken(draw, trees):
    raw = bytearray(json.dumps(draw(st.sampled_from(trees))).encode())
    for _ in range(draw(st.integers(0, 4))):
        raw[draw(st.integers(0, len(raw) - 1))] = draw(st.integers(0, 255))
    return bytes(raw[: draw(st.integers(0, len(raw)))] if draw(st.booleans()) else raw)


def check_rows(rows):
    for at_ns, _, trade_id, lots, ticks, aggressor, flags, fills in rows:
        assert FIRST_NS <= at_ns < END_NS
        assert -(2**63) <= trade_id < 2**63
        assert 1 <= lots <= MAX_SIZE_LOTS
        assert 1 <= ticks <= MAX_PRICE_TICKS
        assert aggressor in {-1, 0, 1}
        assert 0 <= flags <= 3
        assert 0 <= fills <= 65_535
    assert np.array(rows, TRADE_DTYPE).tolist() == list(rows)


def check_bars(bars):
    assert bars.dtype == BAR_DTYPE
    assert np.all(np.diff(bars["open_ns"]) > 0)
    assert np.all(bars["low_ticks"] >= 1)
    assert np.all(bars["low_ticks"] <= np.minimum(bars["open_ticks"], bars["close_ticks"]))
    assert np.all(bars["high_ticks"] >= np.maximum(bars["open_ticks"], bars["close_ticks"]))
    for name in ("buy_lots", "sell_lots", "unknown_lots", "max_delta_lots", "trades", "moment2"):
        assert np.all(bars[name] >= 0)
    assert np.all(bars["min_delta_lots"] <= 0)
    assert np.all(np.isfinite(bars["moment2"]))


def check_frame(market_id, raw):
    listed = s.listed(*market_id)
    try:
        events = MARKETS[market_id].parse(raw, ts_recv_ns=s.RECV_NS, instruments=listed)
    except FeedError:
        return
    for event in events:
        assert isinstance(event, Trades | NoTrade | Control)
        if isinstance(event, Trades):
            assert event.instrument in listed.values()
            assert event.rows
            check_rows(event.rows)


@pytest.mark.parametrize("market_id", EVERY)
@settings(max_examples=500, deadline=None)
@given(data=st.data())
def test_a_frame_with_any_part_replaced_is_read_or_refused(market_id, data):
    check_frame(market_id, json.dumps(data.draw(damaged(s.FRAMES[market_id]))).encode())


@pytest.mark.parametrize("market_id", EVERY)
@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_a_frame_cut_or_flipped_anywhere_is_read_or_refused(market_id, data):
    check_frame(market_id, data.draw(broken(s.FRAMES[market_id])))


@pytest.mark.parametrize("market_id", EVERY)
@given(raw=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(market_id, raw):
    check_frame(market_id, raw)


@pytest.mark.parametrize("market_id", EVERY)
@pytest.mark.parametrize("opening", [b"[", b'{"data":', b'{"data":[', b'{"e":"trade","x":['])
def test_endless_nesting_is_refused(market_id, opening):
    check_frame(market_id, opening * 100_000)


@pytest.mark.parametrize("market_id", EVERY)
def test_every_prefix_of_every_frame_is_refused(market_id):
    for frame in s.FRAMES[market_id]:
        raw = json.dumps(frame).encode()
        for length in range(len(raw)):
            with pytest.raises(FeedError):
                MARKETS[market_id].parse(
                    raw[:length], ts_recv_ns=1, instruments=s.listed(*market_id)
                )


@pytest.mark.parametrize("market_id", EVERY)
@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_a_page_of_trades_with_any_part_replaced_is_read_or_refused(market_id, data):
    market = MARKETS[market_id]
    body = data.draw(damaged([s.TRADES[market_id]]))
    try:
        rows = market.parse_trades(body, market.facts.defaults[0])
    except FeedError:
        return
    check_rows(rows.tolist())
    assert np.all(np.diff(rows["ts_event_ns"]) >= 0)


@pytest.mark.parametrize("market_id", EVERY)
@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_candles_with_any_part_replaced_are_read_or_refused(market_id, data):
    market = MARKETS[market_id]
    body = data.draw(damaged([s.KLINES[market_id]]))
    try:
        bars = market.parse_klines(body, market.facts.defaults[0], "1m", now_ns=s.NOW_NS)
    except FeedError:
        return
    check_bars(bars)


@pytest.mark.parametrize("market_id", EVERY)
@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_a_list_of_instruments_with_any_part_replaced_is_read_or_refused(market_id, data):
    body = data.draw(damaged([s.INSTRUMENTS[market_id]]))
    try:
        listed = MARKETS[market_id].parse_instruments(body)
    except FeedError:
        return
    for each in listed:
        assert each.tick_size > 0
        assert each.lot_size > 0
        assert each.quote in {"USDT", "USDC"}
        assert each.price_grid.units(each.price_grid.text(7)) == 7
