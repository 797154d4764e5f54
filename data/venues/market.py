"""What a venue module states about each of its markets: a list of facts and two translations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from core.domain.arrays import BarArray, RowArray, TradeArray
from core.domain.derivatives import DerivativeTicker
from core.domain.events import AnyWireEvent, BookSnapshot, WireEvent
from core.domain.instrument import Instrument, MarketKind, Venue
from core.domain.units import Ns
from data.venues.streams import Coverage, Poll, Stream
from data.venues.sync import BookSync


@dataclass(frozen=True, slots=True)
class KeepAlive:
    """What the client must send so that the venue keeps the connection.

    Attributes:
        text: the text frame; None where the venue pings and the WebSocket layer answers.
        every_s: seconds between two.
    """

    text: str | None
    every_s: float


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of one market (one venue, spot or perpetual).

    Attributes:
        ws_base: ``scheme://host:port``, no path; settings and environment can replace it.
        rest_base: the same for REST.
        ccxt_id: class name in ccxt.
        ccxt_type: ccxt's ``defaultType``: ``spot`` or ``swap``.
        topics_per_socket: how many topics one connection may carry.
        topics_per_request: how many topics one subscribe request may name.
        requests_per_s: subscribe requests that the venue takes, per second.
        lifetime_s: the venue closes a connection at this age; None = not documented.
        silence_s: a trade topic silent for longer is suspect (REST is asked before it is blamed).
        defaults: BTC, ETH and SOL against USDT, as listed in 2026; for the simulator and for
            recordings without metadata. Live asks the venue.
        liquidations: how much of all liquidations the market's topic tells.
        ids_count: each row's trade id is the one before plus one; False where ids only tell
            trades apart.
        ids_step_by_fill: a row takes as many ids as it has fills, and bears the last of them.
    """

    venue: Venue
    kind: MarketKind
    ws_base: str
    rest_base: str
    ccxt_id: str
    ccxt_type: str
    keep_alive: KeepAlive
    topics_per_socket: int
    topics_per_request: int
    requests_per_s: float
    lifetime_s: float | None
    silence_s: float
    defaults: tuple[Instrument, ...]
    liquidations: Coverage
    ids_count: bool = True
    ids_step_by_fill: bool = False


class Market(Protocol):
    """One market of one venue."""

    @property
    def facts(self) -> Facts:
        """The facts."""
        ...

    def trade_topic(self, symbol: str) -> str:
        """Return the venue's topic for the trades of ``symbol``; unique in this market."""
        ...

    def socket_path(self) -> str:
        """Return the path (and query) of the public trade stream, starting with ``/``."""
        ...

    def subscribe(self, topics: Sequence[str], *, request_id: int) -> str:
        """Return the text frame that subscribes ``topics``."""
        ...

    def unsubscribe(self, topics: Sequence[str], *, request_id: int) -> str:
        """Return the text frame that unsubscribes ``topics``."""
        ...

    def parse(
        self, raw: bytes, *, ts_recv_ns: Ns, instruments: Mapping[str, Instrument]
    ) -> list[WireEvent]:
        """Return what one WebSocket message says.

        Args:
            raw: the message's payload.
            ts_recv_ns: when it arrived; copied into every row.
            instruments: symbol -> instrument, of this market.

        Returns:
            Zero or more events; unknown fields and event kinds are ignored, not errors.

        Raises:
            FeedError: the message cannot be used; nothing of it may be.
        """
        ...

    def parse_all(
        self, raw: bytes, *, ts_recv_ns: Ns, instruments: Mapping[str, Instrument]
    ) -> list[AnyWireEvent]:
        """Return what one WebSocket message says: as ``parse``, and what ``streams`` bring too.

        A topic that several instruments share speaks of others, too: they are left out.

        Raises:
            FeedError: the message cannot be used; nothing of it may be.
        """
        ...

    def streams(self, symbol: str) -> tuple[Stream, ...]:
        """Return every topic of ``symbol`` but that of its trades."""
        ...

    def polls(self, symbol: str) -> tuple[Poll, ...]:
        """Return what no topic tells of ``symbol`` and REST must be asked for again and again."""
        ...

    def parse_poll(
        self, body: Any, poll: Poll, instrument: Instrument, *, ts_recv_ns: Ns
    ) -> list[DerivativeTicker]:
        """Return the answer to one of ``polls``.

        Args:
            ts_recv_ns: when it arrived; stands for the venue's time where the answer has none.

        Raises:
            FeedError: ``body`` is not what the venue documents.
            ValueError: ``poll`` is none of this market's.
        """
        ...

    def past_open_interest_call(
        self, symbol: str, *, limit: int
    ) -> tuple[str, dict[str, Any]] | None:
        """Return ccxt's implicit method and parameters for open interest every five minutes.

        Args:
            limit: the newest so many; a venue may give fewer at once.

        Returns:
            None on spot, where nothing is open.
        """
        ...

    def parse_past_open_interest(
        self, body: Any, instrument: Instrument, *, ts_recv_ns: Ns
    ) -> RowArray:
        """Return the answer to ``past_open_interest_call``.

        Returns:
            TICKER_DTYPE[n], sorted, in which only open interest is told.

        Raises:
            FeedError: ``body`` is not what the venue documents.
        """
        ...

    def book_sync(self) -> BookSync:
        """Return the venue's rule for keeping a book, for one instrument."""
        ...

    def book_call(self, symbol: str) -> tuple[str, dict[str, Any]]:
        """Return ccxt's implicit method and its parameters for a snapshot of the book."""
        ...

    def parse_book(self, body: Any, instrument: Instrument, *, ts_recv_ns: Ns) -> BookSnapshot:
        """Return the answer to ``book_call``.

        Args:
            ts_recv_ns: when it arrived.

        Raises:
            FeedError: ``body`` is not what the venue documents.
        """
        ...

    def instruments_call(self) -> tuple[str, dict[str, Any]]:
        """Return ccxt's implicit method and its parameters that list the instruments."""
        ...

    def parse_instruments(self, body: Any) -> list[Instrument]:
        """Return the tradable USDT- or USDC-quoted instruments in ``body``.

        Raises:
            FeedError: ``body`` is not what the venue documents.
        """
        ...

    def trades_call(
        self, symbol: str, *, before_id: int | None, limit: int
    ) -> tuple[str, dict[str, Any]] | None:
        """Return ccxt's implicit method and parameters for one page of recent trades.

        Args:
            before_id: the page must end just before this trade id; None = the newest page.

        Returns:
            None where the venue cannot page further back.
        """
        ...

    def parse_trades(self, body: Any, instrument: Instrument) -> TradeArray:
        """Return one page of trades, sorted, ``ts_recv_ns`` 0.

        Ids are in the space of the live trade topic.

        Raises:
            FeedError: ``body`` is not what the venue documents.
        """
        ...

    def klines_call(
        self, symbol: str, timeframe: str, *, end_ns: Ns | None, limit: int
    ) -> tuple[str, dict[str, Any]] | None:
        """Return ccxt's implicit method and parameters for one page of candles.

        Args:
            end_ns: the newest candle opens before this; None = up to now.

        Returns:
            None where the venue has no such timeframe.
        """
        ...

    def parse_klines(
        self, body: Any, instrument: Instrument, timeframe: str, *, now_ns: Ns
    ) -> BarArray:
        """Return closed candles only, sorted, provenance KLINES.

        Where the venue does not give taker-buy volume, all volume is ``unknown_lots``.

        Raises:
            FeedError: ``body`` is not what the venue documents.
        """
        ...
