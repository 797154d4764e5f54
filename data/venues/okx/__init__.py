"""OKX: spot and linear perpetual swaps. Channels: ``trades`` and ``books``.

A row is what one taker order took at one price; its id is that of the last of ``count`` fills.
Sizes of swaps are contracts, in steps of ``lotSz`` contracts, which need not be whole.

Source:
    www.okx.com/docs-v5; the sections are named beside each fact.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from core.domain.arrays import BarArray, RowArray, TradeArray
from core.domain.events import AnyWireEvent, BookSnapshot, WireEvent
from core.domain.instrument import Instrument, InstrumentId, MarketKind, Venue
from core.domain.units import Ns
from data.venues.market import Facts, KeepAlive, Market
from data.venues.okx import books, frames, rest, streams
from data.venues.okx.sync import OkxSync
from data.venues.streams import Coverage, NoPolls, Stream
from data.venues.sync import BookSync


@dataclass(frozen=True, slots=True)
class OkxMarket(NoPolls):
    """One of the two markets; they share a socket path and differ in symbols and units.

    Attributes:
        book_depth: levels a side that the channel keeps, and that REST gives at most.
    """

    facts: Facts
    book_depth: int = 400  # WS / Order book channel, books; GET / Order book, sz

    def trade_topic(self, symbol: str) -> str:
        """Return for example ``trades:BTC-USDT-SWAP``: channel, colon, instrument."""
        return frames.topic_of("trades", symbol)

    def socket_path(self) -> str:
        """Return the public path (Overview, Production Trading Services)."""
        return "/ws/v5/public"

    def subscribe(self, topics: Sequence[str], *, request_id: int) -> str:
        """Return a subscribe request; OKX answers each topic by itself."""
        return _request("subscribe", topics, request_id)

    def unsubscribe(self, topics: Sequence[str], *, request_id: int) -> str:
        """Return an unsubscribe request."""
        return _request("unsubscribe", topics, request_id)

    def parse(
        self, raw: bytes, *, ts_recv_ns: Ns, instruments: Mapping[str, Instrument]
    ) -> list[WireEvent]:
        """Return what one message says."""
        return frames.parse(raw, ts_recv_ns, instruments)

    def parse_all(
        self, raw: bytes, *, ts_recv_ns: Ns, instruments: Mapping[str, Instrument]
    ) -> list[AnyWireEvent]:
        """Return what one message says, of anything."""
        return books.parse(raw, ts_recv_ns, instruments, self.book_depth)

    def streams(self, symbol: str) -> tuple[Stream, ...]:
        """Return the topics; all ride on one path."""
        path = self.socket_path()
        of_book = streams.of_book(symbol, path)
        if self.facts.kind is MarketKind.SPOT:
            return of_book
        return (*of_book, *streams.of_swap(symbol, path))

    def past_open_interest_call(
        self, symbol: str, *, limit: int
    ) -> tuple[str, dict[str, Any]] | None:
        """Return the call for the history of open interest, at most 100 at once."""
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
        return OkxSync()

    def book_call(self, symbol: str) -> tuple[str, dict[str, Any]]:
        """Return the call for GET / Order book, as its change log of 2026-02-12 has it."""
        query = {"instId": symbol, "sz": str(self.book_depth), "source": "0"}
        return "publicGetMarketBooks", query

    def parse_book(self, body: Any, instrument: Instrument, *, ts_recv_ns: Ns) -> BookSnapshot:
        """Return the snapshot."""
        return books.parse_book(body, instrument, ts_recv_ns, self.book_depth)

    def instruments_call(self) -> tuple[str, dict[str, Any]]:
        """Return the call for instruments of our type."""
        inst_type = "SWAP" if self.facts.kind is MarketKind.PERP else "SPOT"
        return "publicGetPublicInstruments", {"instType": inst_type}

    def parse_instruments(self, body: Any) -> list[Instrument]:
        """Return what is live: on spot all pairs, else linear swaps."""
        return rest.parse_instruments(body, self.facts.kind)

    def trades_call(
        self, symbol: str, *, before_id: int | None, limit: int
    ) -> tuple[str, dict[str, Any]] | None:
        """Return the call for the newest trades, or for a page of the last three months."""
        return rest.trades_call(symbol, before_id, limit)

    def parse_trades(self, body: Any, instrument: Instrument) -> TradeArray:
        """Return one page; REST does not say how many fills a row merges."""
        return rest.parse_trades(body, instrument)

    def klines_call(
        self, symbol: str, timeframe: str, *, end_ns: Ns | None, limit: int
    ) -> tuple[str, dict[str, Any]] | None:
        """Return the call for history-candles."""
        return rest.klines_call(symbol, timeframe, end_ns, limit)

    def parse_klines(
        self, body: Any, instrument: Instrument, timeframe: str, *, now_ns: Ns
    ) -> BarArray:
        """Return closed candles; OKX does not say who the taker was."""
        return rest.parse_klines(body, instrument, timeframe, now_ns)


def _request(operation: str, topics: Sequence[str], request_id: int) -> str:
    """Return a request (Overview, WebSocket, Subscribe): ids are up to 32 letters or digits."""
    args = [frames.arg_of(topic) for topic in topics]
    return json.dumps({"id": str(request_id), "op": operation, "args": args})


def _facts(kind: MarketKind, ccxt_type: str, silence_s: float, *defaults: Instrument) -> Facts:
    """Return the facts; what both markets share is said once."""
    return Facts(
        venue=Venue.OKX,
        kind=kind,
        ws_base="wss://ws.okx.com:8443",  # Overview, Production Trading Services
        rest_base="https://openapi.okx.com",  # Overview, Production Trading Services
        ccxt_id="okx",
        ccxt_type=ccxt_type,
        # Overview, WebSocket, Connect: cut after 30 s without data; protocol pings do not count.
        keep_alive=KeepAlive(text="ping", every_s=20.0),
        topics_per_socket=200,  # not documented for trades; keeps a socket's load low
        # Overview, WebSocket, Subscribe: 64 KB per request, and a topic takes under 100 bytes.
        topics_per_request=200,
        # Overview, WebSocket, Connect: 480 requests an hour on one connection, none per second
        # stated; a trader's clicks stay below the one, this spaces a burst.
        requests_per_s=1.0,
        lifetime_s=None,  # not documented; a notice comes about 60 s before a restart
        silence_s=silence_s,
        defaults=defaults,
        # WS / Liquidation orders channel: not the total
        liquidations=Coverage.SOME if kind is MarketKind.PERP else Coverage.NONE,
        ids_step_by_fill=True,  # WS / Trades channel: tradeId is the last of ``count`` trades
    )


def _spot(base: str, tick_size: str, size_step: str) -> Instrument:
    """Return ``base`` against USDT as Get instruments lists it in 2026."""
    instrument_id = InstrumentId(Venue.OKX, MarketKind.SPOT, f"{base}-USDT")
    return Instrument(instrument_id, base, "USDT", Decimal(tick_size), Decimal(size_step))


def _swap(base: str, tick_size: str, size_step: str, contract_value: str) -> Instrument:
    """Return ``base`` against USDT as Get instruments lists it in 2026; steps in contracts."""
    instrument_id = InstrumentId(Venue.OKX, MarketKind.PERP, f"{base}-USDT-SWAP")
    steps = (Decimal(tick_size), Decimal(size_step), Decimal(contract_value))
    return Instrument(instrument_id, base, "USDT", *steps)


MARKETS: Final[tuple[Market, Market]] = (
    OkxMarket(
        _facts(
            MarketKind.SPOT,
            "spot",
            20.0,  # silence_s, ours: BTC, ETH and SOL trade every few seconds
            _spot("BTC", "0.1", "0.00000001"),
            _spot("ETH", "0.01", "0.000001"),
            _spot("SOL", "0.01", "0.000001"),
        )
    ),
    OkxMarket(
        _facts(
            MarketKind.PERP,
            "swap",
            15.0,  # silence_s, ours: BTC, ETH and SOL trade every second or two
            _swap("BTC", "0.1", "0.01", "0.01"),
            _swap("ETH", "0.01", "0.01", "0.1"),
            _swap("SOL", "0.01", "0.01", "1"),
        )
    ),
)
