"""Binance: spot and USD-M perpetuals. Trades come from ``@aggTrade``, books from ``@depth``.

``aggTrade`` is the documented stream of both markets, its ids are contiguous, and REST pages them
without a key. ``@trade`` frames (old recordings; undocumented on perpetuals) are understood too;
their ids are another space, so they are another channel.

Source:
    Spot: github.com/binance/binance-spot-api-docs, web-socket-streams.md and rest-api.md.
    Perpetuals: developers.binance.com, USDS-Margined Futures, Websocket Market Streams.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from core.domain.arrays import BarArray, RowArray, TradeArray
from core.domain.derivatives import DerivativeTicker
from core.domain.events import AnyWireEvent, BookSnapshot, WireEvent
from core.domain.instrument import Instrument, InstrumentId, MarketKind, Venue
from core.domain.units import Ns
from data.venues.binance import books, frames, polls, rest, streams
from data.venues.binance.sync import BinanceSync
from data.venues.market import Facts, KeepAlive, Market
from data.venues.streams import Coverage, Poll, Stream
from data.venues.sync import BookSync


@dataclass(frozen=True, slots=True)
class BinanceMarket:
    """One of the two markets.

    Attributes:
        path: of the combined stream, whose frames say which stream they are of.
        public_path: of the combined stream of books.
        calls: prefix of ccxt's implicit methods.
        intervals: the candle lengths that REST has; Binance's names are ours.
        book_depth: levels a side of a snapshot.
    """

    facts: Facts
    path: str
    public_path: str
    calls: str
    intervals: frozenset[str]
    book_depth: int

    def trade_topic(self, symbol: str) -> str:
        """Return for example ``btcusdt@aggTrade``: stream names take symbols in lower case."""
        return f"{symbol.lower()}@aggTrade"

    def socket_path(self) -> str:
        """Return the combined stream's path."""
        return self.path

    def subscribe(self, topics: Sequence[str], *, request_id: int) -> str:
        """Return a SUBSCRIBE request; Binance acknowledges streams that do not exist, too."""
        return json.dumps({"method": "SUBSCRIBE", "params": list(topics), "id": request_id})

    def unsubscribe(self, topics: Sequence[str], *, request_id: int) -> str:
        """Return an UNSUBSCRIBE request."""
        return json.dumps({"method": "UNSUBSCRIBE", "params": list(topics), "id": request_id})

    def parse(
        self, raw: bytes, *, ts_recv_ns: Ns, instruments: Mapping[str, Instrument]
    ) -> list[WireEvent]:
        """Return what one message, in the combined wrapper or bare, says."""
        return frames.parse(raw, ts_recv_ns, instruments, self.facts.kind)

    def parse_all(
        self, raw: bytes, *, ts_recv_ns: Ns, instruments: Mapping[str, Instrument]
    ) -> list[AnyWireEvent]:
        """Return what one message says, of anything."""
        return books.parse(raw, ts_recv_ns, instruments, self.facts.kind)

    def streams(self, symbol: str) -> tuple[Stream, ...]:
        """Return the topics; on perpetuals books have a path of their own."""
        of_book = streams.of_book(symbol, self.public_path)
        if self.facts.kind is MarketKind.SPOT:
            return of_book
        return (*of_book, *streams.of_contract(symbol, self.path))

    def polls(self, symbol: str) -> tuple[Poll, ...]:
        """Return the questions; no stream tells open interest or the time between fundings."""
        return polls.polls(symbol) if self.facts.kind is MarketKind.PERP else ()

    def parse_poll(
        self, body: Any, poll: Poll, instrument: Instrument, *, ts_recv_ns: Ns
    ) -> list[DerivativeTicker]:
        """Return what was asked for."""
        return polls.parse_poll(body, poll.method, instrument, ts_recv_ns)

    def past_open_interest_call(
        self, symbol: str, *, limit: int
    ) -> tuple[str, dict[str, Any]] | None:
        """Return the call for openInterestHist, at most 500 at once."""
        if self.facts.kind is MarketKind.SPOT:
            return None
        return polls.past_call(symbol, limit)

    def parse_past_open_interest(
        self, body: Any, instrument: Instrument, *, ts_recv_ns: Ns
    ) -> RowArray:
        """Return past open interest."""
        return polls.parse_past(body, instrument, ts_recv_ns)

    def book_sync(self) -> BookSync:
        """Return the rule of this market."""
        return BinanceSync(self.facts.kind)

    def book_call(self, symbol: str) -> tuple[str, dict[str, Any]]:
        """Return the call for depth."""
        return f"{self.calls}Depth", {"symbol": symbol, "limit": self.book_depth}

    def parse_book(self, body: Any, instrument: Instrument, *, ts_recv_ns: Ns) -> BookSnapshot:
        """Return the snapshot."""
        return books.parse_book(body, instrument, ts_recv_ns, self.book_depth)

    def instruments_call(self) -> tuple[str, dict[str, Any]]:
        """Return the call for exchangeInfo."""
        return f"{self.calls}ExchangeInfo", {}

    def parse_instruments(self, body: Any) -> list[Instrument]:
        """Return what trades: on spot all pairs, else perpetuals without a delivery date."""
        return rest.parse_instruments(body, self.facts.kind)

    def trades_call(
        self, symbol: str, *, before_id: int | None, limit: int
    ) -> tuple[str, dict[str, Any]] | None:
        """Return the call for aggTrades; older pages start ``limit`` ids before ``before_id``."""
        query = rest.trades_query(symbol, before_id, limit)
        return None if query is None else (f"{self.calls}AggTrades", query)

    def parse_trades(self, body: Any, instrument: Instrument) -> TradeArray:
        """Return one page of aggTrades."""
        return rest.parse_trades(body, instrument)

    def klines_call(
        self, symbol: str, timeframe: str, *, end_ns: Ns | None, limit: int
    ) -> tuple[str, dict[str, Any]] | None:
        """Return the call for klines; perpetuals have no ``1s``."""
        if timeframe not in self.intervals:
            return None
        return f"{self.calls}Klines", rest.klines_query(symbol, timeframe, end_ns, limit)

    def parse_klines(
        self, body: Any, instrument: Instrument, timeframe: str, *, now_ns: Ns
    ) -> BarArray:
        """Return closed candles; Binance gives the taker-buy volume."""
        return rest.parse_klines(body, instrument, timeframe, now_ns)


def _default(kind: MarketKind, base: str, tick_size: str, size_step: str) -> Instrument:
    """Return ``base`` against USDT as exchangeInfo lists it in 2026."""
    instrument_id = InstrumentId(Venue.BINANCE, kind, f"{base}USDT")
    return Instrument(instrument_id, base, "USDT", Decimal(tick_size), Decimal(size_step))


_DAY_S: Final = 86_400.0  # both markets: "a single connection is only valid for 24 hours"

_SPOT: Final = BinanceMarket(
    Facts(
        venue=Venue.BINANCE,
        kind=MarketKind.SPOT,
        ws_base="wss://stream.binance.com:9443",  # web-socket-streams.md, General information
        rest_base="https://api.binance.com",  # rest-api.md, General API Information
        ccxt_id="binance",
        ccxt_type="spot",
        # web-socket-streams.md: the server pings every 20 s and wants the pong within a minute.
        keep_alive=KeepAlive(text=None, every_s=20.0),
        topics_per_socket=1024,  # web-socket-streams.md, WebSocket Limits
        topics_per_request=200,  # not documented; keeps a request under about 4 KB
        # web-socket-streams.md, WebSocket Limits: 5 messages/s, of which pongs are some.
        requests_per_s=4.0,
        lifetime_s=_DAY_S,
        silence_s=15.0,  # ours: BTC, ETH and SOL trade every second
        defaults=(
            _default(MarketKind.SPOT, "BTC", "0.01", "0.00001"),
            _default(MarketKind.SPOT, "ETH", "0.01", "0.0001"),
            _default(MarketKind.SPOT, "SOL", "0.01", "0.001"),
        ),
        liquidations=Coverage.NONE,
    ),
    path="/stream",  # web-socket-streams.md: "Combined streams are accessed at /stream"
    public_path="/stream",
    calls="publicGet",
    # rest-api.md, Kline/Candlestick chart intervals
    intervals=frozenset({"1s", "1m", "3m", "5m", "15m", "30m", "1h", "4h", "1d"}),
    book_depth=5000,  # rest-api.md, Order book: the most, at weight 250 of 6000 a minute
)

_PERP: Final = BinanceMarket(
    Facts(
        venue=Venue.BINANCE,
        kind=MarketKind.PERP,
        ws_base="wss://fstream.binance.com",  # USDS-M, Websocket Market Streams, Connect
        rest_base="https://fapi.binance.com",  # USDS-M, General Info
        ccxt_id="binance",
        ccxt_type="swap",
        # USDS-M, Websocket Market Streams: the server pings every 3 min, pong within 10 min.
        keep_alive=KeepAlive(text=None, every_s=180.0),
        topics_per_socket=1024,  # USDS-M, change log 2025-07-02
        topics_per_request=200,  # not documented; keeps a request under about 4 KB
        # USDS-M, Websocket Market Streams: 10 messages/s, of which pongs are some.
        requests_per_s=8.0,
        lifetime_s=_DAY_S,
        silence_s=10.0,  # ours: BTC, ETH and SOL trade every second
        defaults=(
            _default(MarketKind.PERP, "BTC", "0.1", "0.001"),
            _default(MarketKind.PERP, "ETH", "0.01", "0.001"),
            _default(MarketKind.PERP, "SOL", "0.01", "0.01"),
        ),
        liquidations=Coverage.LARGEST,  # Liquidation Order Streams
    ),
    # USDS-M, Important WebSocket Change Notice: since 2026-04-23 aggTrade is only at /market;
    # elsewhere it is acknowledged and stays silent.
    path="/market/stream",
    public_path="/public/stream",  # the same notice: books are only at /public
    calls="fapiPublicGet",
    # USDS-M, Kline/Candlestick Data; connector 13.0.0 (2026-07-14) took 1s out
    intervals=frozenset({"1m", "3m", "5m", "15m", "30m", "1h", "4h", "1d"}),
    book_depth=1000,  # USDS-M, Order Book: the most, at weight 20 of 2400 a minute
)

MARKETS: Final[tuple[Market, Market]] = (_SPOT, _PERP)
