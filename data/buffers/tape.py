"""Everything held of one instrument: trades and bars, its book, what else is told, and the gaps."""

from bisect import insort
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from core.calc.bars import merge_bars
from core.domain.arrays import (
    LIQUIDATION_DTYPE,
    QUOTE_DTYPE,
    BarArray,
    RowArray,
    TradeArray,
    empty_trades,
)
from core.domain.events import Channel, Gap
from core.domain.instrument import Instrument
from core.domain.units import NS_PER_MINUTE, NS_PER_S, Ns
from data.buffers.held_book import HeldBook
from data.buffers.rows import RowRing
from data.buffers.seconds import SecondBars
from data.buffers.tickers import TickerRing
from data.buffers.trades import TradeRing
from data.venues.registry import market_of

MAX_QUOTES: Final = 100_000
"""One a second: a day and a little."""
MAX_TICKERS: Final = 100_000
MAX_LIQUIDATIONS: Final = 100_000
QUOTE_SLOT_NS: Final[Ns] = NS_PER_S
"""Of each such span, the last quote is held."""


class Tape:
    """One instrument's recent past. The engine writes; anyone reads.

    Attributes:
        instrument: the newest version of its facts.
        channel: the trade stream that is kept; None until the first trade.
        complete_from_ns: since when every trade is held; None = no trade yet.
        bars_from_ns: since when every second bar is held, which may be longer.
        newest_recv_ns: when the newest bytes about it reached us, or whoever recorded them;
            0 = never.
        written_ns: when the engine last wrote a trade, on our own clock; 0 = never.
        waited_ns: how long before that the newest of those trades was received, by whoever
            received it; of a recording long ago.
        klines_version: changes with every change of the klines.
        other_channel_rows: trades of another stream than ``channel``, not kept.
        book: what rests on both sides.
        quotes: the best bid and ask, the last of each QUOTE_SLOT_NS.
        tickers: what the venue says of a perpetual, one row a second, each with the newest of all.
        liquidations: as far as the venue tells them.
    """

    def __init__(self, instrument: Instrument) -> None:
        self.instrument = instrument
        self.channel: str | None = None
        self.trades = TradeRing(ids_count=market_of(instrument.id).facts.ids_count)
        self.seconds = SecondBars()
        self.complete_from_ns: Ns | None = None
        self.bars_from_ns: Ns | None = None
        self.newest_recv_ns: Ns = 0
        self.written_ns: Ns = 0
        self.waited_ns: Ns = 0
        self.klines_version = 0
        self.other_channel_rows = 0
        self.book = HeldBook(instrument)
        self.quotes = RowRing(QUOTE_DTYPE, max_rows=MAX_QUOTES)
        self.tickers = TickerRing(max_rows=MAX_TICKERS)
        self.liquidations = RowRing(LIQUIDATION_DTYPE, max_rows=MAX_LIQUIDATIONS)
        self._klines: dict[str, BarArray] = {}
        self._gaps: list[Gap] = []

    @property
    def klines(self) -> Mapping[str, BarArray]:
        """Timeframe -> BAR_DTYPE[n], sorted; never written after it was handed out."""
        return self._klines

    @property
    def gaps(self) -> Sequence[Gap]:
        """Where trades are missing, oldest first."""
        return self.gaps_of(Channel.TRADES)

    def gaps_of(self, channel: Channel) -> tuple[Gap, ...]:
        """Return where rows of a channel are missing, or a book was not live; oldest first."""
        return tuple(gap for gap in self._gaps if gap.channel is channel)

    def version(self, channel: Channel) -> int:
        """Return a number that changes with every write of a channel other than trades."""
        if channel is Channel.BOOK:
            return self.book.version
        return self._ring(channel).version

    def take_rows(self, channel: Channel, stream: str, rows: RowArray) -> None:
        """Add rows of a channel other than trades, in the layout of the channel."""
        if channel is Channel.BOOK:
            self.book.take_rows(stream, rows)
        elif channel is Channel.QUOTES and rows.size:
            self._take_quotes(rows)
        else:
            self._ring(channel).append(rows)

    def take_trades(self, channel: str, rows: TradeArray) -> TradeArray:
        """Add trades, in any order; return those that were new, sorted.

        The first channel seen is the tape's; rows of another one are counted, not kept, since
        the two streams of a venue tell the same trades under different ids.
        """
        if self.channel is None:
            self.channel = channel
        if channel != self.channel:
            self.other_channel_rows += rows.size
            return empty_trades()
        self.newest_recv_ns = max(self.newest_recv_ns, int(rows["ts_recv_ns"].max(initial=0)))
        fresh = self.trades.append(rows)
        if fresh.size == 0:
            return fresh
        first_ns = int(fresh["ts_event_ns"][0])
        if self.complete_from_ns is None or first_ns < self.complete_from_ns:
            self.complete_from_ns = self.bars_from_ns = first_ns
        second_ns = first_ns // NS_PER_S * NS_PER_S
        newest_ns = self.trades.newest_ns or 0
        self.seconds.replace_from(second_ns, self.trades.window(second_ns, newest_ns + 1))
        self.book.log.take_trades(fresh)
        return fresh

    def take_klines(self, timeframe: str, bars: BarArray) -> None:
        """Add closed klines; where one was held for the same time, the newer answer stays."""
        held = self._klines.get(timeframe)
        if held is not None:
            bars = np.concatenate([bars, held])
        _, first = np.unique(bars["open_ns"], return_index=True)
        self._klines[timeframe] = bars[first]
        self.klines_version += 1

    def take_gap(self, gap: Gap) -> None:
        """Note that rows are missing."""
        insort(self._gaps, gap, key=lambda each: each.from_ns)
        if gap.channel is Channel.BOOK:
            self.book.lose(gap.reason)
        elif gap.channel is Channel.TICKER:
            self.tickers.end(gap.from_ns)

    def drop_before(self, ns: Ns) -> None:
        """Let go of trades and second bars before ``ns``; their minutes stay among the klines.

        Args:
            ns: a whole minute.
        """
        old = self.seconds.window(0, ns)
        if old.size:
            self.take_klines("1m", merge_bars(old, step_ns=NS_PER_MINUTE))
            self.bars_from_ns = ns
            self.seconds.drop_before(ns)
        self._gaps = [gap for gap in self._gaps if gap.to_ns > ns]
        self.trades.drop_before(ns)
        self.note_dropped()

    def drop_rows(self, max_age_ns: Ns) -> None:
        """Let go of what is not trades and is so much older than the newest of its kind."""
        seconds = self.book.seconds
        for ring in (self.quotes, self.tickers, self.liquidations, seconds.rows, seconds.tops):
            newest = ring.newest
            if newest is not None:
                ring.drop_before(int(newest["ts_event_ns"]) - max_age_ns)

    def note_dropped(self) -> None:
        """Keep ``complete_from_ns`` true after trades were dropped."""
        first_ns = self.trades.first_ns
        if first_ns is not None and self.complete_from_ns is not None:
            self.complete_from_ns = max(self.complete_from_ns, first_ns)

    def _take_quotes(self, rows: RowArray) -> None:
        """Hold the last of each slot; the first may go on in the slot of the newest held."""
        slots = rows["ts_event_ns"] // QUOTE_SLOT_NS
        rows = rows[np.append(slots[1:] != slots[:-1], [True])]
        newest = self.quotes.newest
        if newest is not None and rows["ts_event_ns"][0] - newest["ts_event_ns"] >= 0:
            self.quotes.put(rows[0].item(), slot_ns=QUOTE_SLOT_NS)
            rows = rows[1:]
        self.quotes.append(rows)

    def _ring(self, channel: Channel) -> RowRing:
        rings = {
            Channel.QUOTES: self.quotes,
            Channel.TICKER: self.tickers,
            Channel.LIQUIDATIONS: self.liquidations,
        }
        return rings[channel]
