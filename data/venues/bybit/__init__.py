"""Bybit v5: spot and linear perpetuals. Trades come from ``publicTrade``, books ``orderbook``.

Ids only tell trades apart: on linear they are UUIDs. REST gives the newest trades and no more.

Source:
    bybit-exchange.github.io/docs/v5; the pages are named beside each fact.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal

from core.domain.arrays import BarArray, RowArray, TradeArray
from core.domain.events import AnyWireEvent, BookSnapshot, WireEvent
from core.domain.instrument import Instrument, InstrumentId, MarketKind, Venue
from core.domain.units import Ns
from data.venues.bybit import books, frames, rest, streams
from data.venues.bybit.sync import BybitSync
from data.venues.market import Facts, KeepAlive, Market
from data.venues.streams import Coverage, NoPolls, Stream
from data.venues.sync import BookSync


@dataclass(frozen=True, slots=True)
class BybitMarket(NoPolls):
    """One of the two markets.

    Attributes:
        category: Bybit's word for it.
        trades_page: how many trades recent-trade gives.
        book_depth: levels a side. Walls are looked for within 100 bps of the mid, imbalance within
            25, and 200 levels of BTC end at about 5: so 1000, though they come every 200 ms and
            not every 100. The best quote has a topic of its own, every 10 ms.
    """

    facts: Facts
    category: Literal["spot", "linear"]
    trades_page: int
    book_depth: int = 1000  # websocket/public/orderbook and market/orderbook: the most

    def trade_topic(self, symbol: str) -> str:
        """Return for example ``publicTrade.BTCUSDT``."""
        return f"{frames.TOPIC}{symbol}"

    def socket_path(self) -> str:
        """Return the category's path; a connection serves one category."""
        return f"/v5/public/{self.category}"

    def subscribe(self, topics: Sequence[str], *, request_id: int) -> str:
        """Return a subscribe request; one bad topic refuses all of them."""
        return json.dumps({"req_id": str(request_id), "op": "subscribe", "args": list(topics)})

    def unsubscribe(self, topics: Sequence[str], *, request_id: int) -> str:
        """Return an unsubscribe request."""
        return json.dumps({"req_id": str(request_id), "op": "unsubscribe", "args": list(topics)})

    def parse(
        self, raw: bytes, *, ts_recv_ns: Ns, instruments: Mapping[str, Instrument]
    ) -> list[WireEvent]:
        """Return what one message says."""
        return frames.parse(raw, ts_recv_ns, instruments)

    def parse_all(
        self, raw: bytes, *, ts_recv_ns: Ns, instruments: Mapping[str, Instrument]
    ) -> list[AnyWireEvent]:
        """Return what one message says, of anything."""
        return books.parse(raw, ts_recv_ns, instruments)

    def streams(self, symbol: str) -> tuple[Stream, ...]:
        """Return the topics; all ride on one path."""
        path = self.socket_path()
        of_book = streams.of_book(symbol, path, self.book_depth)
        if self.facts.kind is MarketKind.SPOT:
            return of_book
        return (*of_book, *streams.of_contract(symbol, path))

    def past_open_interest_call(
        self, symbol: str, *, limit: int
    ) -> tuple[str, dict[str, Any]] | None:
        """Return the call for the history of open interest, at most 200 at once."""
        if self.facts.kind is MarketKind.SPOT:
            return None
        return rest.past_call(symbol, limit)

    def parse_past_open_interest(
        self, body: Any, instrument: Instrument, *, ts_recv_ns: Ns
    ) -> RowArray:
        """Return past open interest."""
        return rest.parse_past(body, instrument, ts_recv_ns)

    def book_sync(self) -> BookSync:
        """Return the rule."""
        return BybitSync()

    def book_call(self, symbol: str) -> tuple[str, dict[str, Any]]:
        """Return the call for orderbook."""
        query = {"category": self.category, "symbol": symbol, "limit": self.book_depth}
        return "publicGetV5MarketOrderbook", query

    def parse_book(self, body: Any, instrument: Instrument, *, ts_recv_ns: Ns) -> BookSnapshot:
        """Return the snapshot."""
        return books.parse_book(body, instrument, ts_recv_ns, self.book_depth)

    def instruments_call(self) -> tuple[str, dict[str, Any]]:
        """Return the call for instruments-info; spot ignores the limit and gives all."""
        return "publicGetV5MarketInstrumentsInfo", {"category": self.category, "limit": 1000}

    def parse_instruments(self, body: Any) -> list[Instrument]:
        """Return what trades: on spot all pairs, else linear perpetuals."""
        return rest.parse_instruments(body, self.facts.kind)

    def trades_call(
        self, symbol: str, *, before_id: int | None, limit: int
    ) -> tuple[str, dict[str, Any]] | None:
        """Return the call for the newest trades; there is no paging further back."""
        if before_id is not None:
            return None
        limit = min(limit, self.trades_page)
        query = {"category": self.category, "symbol": symbol, "limit": limit}
        return "publicGetV5MarketRecentTrade", query

    def parse_trades(self, body: Any, instrument: Instrument) -> TradeArray:
        """Return the newest trades."""
        return rest.parse_trades(body, instrument)

    def klines_call(
        self, symbol: str, timeframe: str, *, end_ns: Ns | None, limit: int
    ) -> tuple[str, dict[str, Any]] | None:
        """Return the call for kline; nothing is shorter than a minute."""
        query = rest.klines_query(symbol, timeframe, end_ns, limit)
        if query is None:
            return None
        return "publicGetV5MarketKline", {"category": self.category, **query}

    def parse_klines(
        self, body: Any, instrument: Instrument, timeframe: str, *, now_ns: Ns
    ) -> BarArray:
        """Return closed candles; Bybit does not say who the taker was."""
        return rest.parse_klines(body, instrument, timeframe, now_ns)


def _default(kind: MarketKind, base: str, tick_size: str, size_step: str) -> Instrument:
    """Return ``base`` against USDT as instruments-info lists it in 2026."""
    instrument_id = InstrumentId(Venue.BYBIT, kind, f"{base}USDT")
    return Instrument(instrument_id, base, "USDT", Decimal(tick_size), Decimal(size_step))


# websocket/wss-authentication, "How to Send the Heartbeat Packet": every 20 s
_KEEP_ALIVE: Final = KeepAlive(text='{"req_id":"ping","op":"ping"}', every_s=20.0)

_SPOT: Final = BybitMarket(
    Facts(
        venue=Venue.BYBIT,
        kind=MarketKind.SPOT,
        ws_base="wss://stream.bybit.com",  # websocket/wss-authentication
        rest_base="https://api.bybit.com",  # guide
        ccxt_id="bybit",
        ccxt_type="spot",
        keep_alive=_KEEP_ALIVE,
        # websocket/wss-authentication: all topics of a connection together <= 21 000 characters,
        # and a topic has up to 12 + 40.
        topics_per_socket=400,
        topics_per_request=10,  # websocket/wss-authentication: spot takes 10 args
        requests_per_s=5.0,  # not documented
        lifetime_s=None,  # not documented
        silence_s=20.0,  # ours: BTC, ETH and SOL trade every few seconds
        defaults=(
            _default(MarketKind.SPOT, "BTC", "0.1", "0.000001"),
            _default(MarketKind.SPOT, "ETH", "0.01", "0.00001"),
            _default(MarketKind.SPOT, "SOL", "0.01", "0.001"),
        ),
        liquidations=Coverage.NONE,
        ids_count=False,
    ),
    category="spot",
    trades_page=60,  # market/recent-trade
)

_LINEAR: Final = BybitMarket(
    Facts(
        venue=Venue.BYBIT,
        kind=MarketKind.PERP,
        ws_base="wss://stream.bybit.com",  # websocket/wss-authentication
        rest_base="https://api.bybit.com",  # guide
        ccxt_id="bybit",
        ccxt_type="swap",
        keep_alive=_KEEP_ALIVE,
        topics_per_socket=400,  # websocket/wss-authentication: as on spot
        topics_per_request=200,  # no limit documented but the characters of a connection
        requests_per_s=5.0,  # not documented
        lifetime_s=None,  # not documented
        silence_s=15.0,  # ours: BTC, ETH and SOL trade every second
        defaults=(
            _default(MarketKind.PERP, "BTC", "0.1", "0.001"),
            _default(MarketKind.PERP, "ETH", "0.01", "0.01"),
            _default(MarketKind.PERP, "SOL", "0.01", "0.1"),
        ),
        liquidations=Coverage.ALL,  # websocket/public/all-liquidation
        ids_count=False,
    ),
    category="linear",
    trades_page=1000,  # market/recent-trade
)

MARKETS: Final[tuple[Market, Market]] = (_SPOT, _LINEAR)
