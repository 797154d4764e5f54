"""One trade, from the socket's bytes to the picture, with a clock that stands still."""

import numpy as np

from core.domain.instrument import MarketKind, Venue
from core.domain.units import NS_PER_MINUTE
from data.engine import Engine
from data.venues.registry import MARKETS
from data.views.explorer import ExplorerQuery, ExplorerSpec
from pages.figures.explorer import Look, draw
from pages.shell.codec import encode
from tests.support.wire import decode

RECV_NS = 1_700_000_040_128_000_000
FRAME = (
    b'{"stream":"btcusdt@aggTrade","data":{"e":"aggTrade","E":1700000040126,"a":5933014,'
    b'"s":"BTCUSDT","p":"61800.30","q":"0.125","nq":"0.125","f":100,"l":105,'
    b'"T":1700000040123,"m":false,"st":1}}'
)


def test_one_trade_walks_from_the_bytes_to_the_picture():
    market = MARKETS[Venue.BINANCE, MarketKind.PERP]
    listed = market.facts.defaults[0]

    (event,) = market.parse(FRAME, ts_recv_ns=RECV_NS, instruments={listed.id.symbol: listed})
    assert event.rows == [(1_700_000_040_123_000_000, RECV_NS, 5_933_014, 125, 618_003, 1, 0, 6)]

    engine = Engine()
    engine.submit(event)
    engine.start()
    assert engine.settle()
    engine.stop()
    (row,) = engine.tape(listed.id).trades.window(0, RECV_NS)
    assert tuple(row) == event.rows[0]

    view = ExplorerQuery(ExplorerSpec((listed.id,), "1m")).view(engine, now_ns=RECV_NS)
    assert view.bars["open_ns"].tolist() == [RECV_NS // NS_PER_MINUTE * NS_PER_MINUTE]
    assert view.bars["close_ticks"].tolist() == [618_003]
    assert view.vwap.vwap_ticks.tolist() == [618_003.0]
    assert view.cvd.close_lots.tolist() == [125.0]
    assert view.profile.poc_ticks is not None
    assert view.newest_recv_ns == RECV_NS

    figure = draw(view, Look(source="replay"))
    candles = next(trace for trace in figure["data"] if trace["type"] == "candlestick")
    assert candles["close"].tolist() == [61_800.3]
    assert candles["x"].tolist() == [1_700_000_040_000]

    sent = decode(encode({"kind": "chart", "figure": figure}))
    arrived = next(t for t in sent["figure"]["data"] if t["type"] == "candlestick")
    np.testing.assert_allclose(arrived["close"], [61_800.3], rtol=1e-12)
