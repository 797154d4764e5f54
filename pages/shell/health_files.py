"""Health files: the tables of the Health page as columns, numbers without words."""

from collections.abc import Sequence

from core.domain.events import NO_ID
from data.exports.table import Table
from data.feeds.health import ChannelHealth, RefusedFrame
from data.views.health import BufferFigures


def channel_columns(channels: Sequence[ChannelHealth]) -> Table:
    """Return a row per channel. A time or a latency that nobody knows is empty."""
    return {
        "venue": [each.venue for each in channels],
        "kind": [each.kind for each in channels],
        "symbol": [each.symbol for each in channels],
        "channel": [each.channel for each in channels],
        "state": [each.state for each in channels],
        "since_ns": [each.since_ns for each in channels],
        "newest_recv_ns": [each.last_recv_ns for each in channels],
        "messages": [each.messages for each in channels],
        "messages_per_s": [each.rate_per_s for each in channels],
        "event_to_receipt_ms": [each.lag_ms for each in channels],
        "gaps": [each.gaps for each in channels],
        "reconnects": [each.reconnects for each in channels],
        "refused_of_market": [each.refused for each in channels],
        "reason": [each.reason for each in channels],
    }


def buffer_columns(buffers: Sequence[BufferFigures]) -> Table:
    """Return a row per instrument: what is held of it, and its book."""
    return {
        "instrument": [each.instrument_id for each in buffers],
        "trades": [each.trades for each in buffers],
        "quotes": [each.quotes for each in buffers],
        "tickers": [each.tickers for each in buffers],
        "liquidations": [each.liquidations for each in buffers],
        "oldest_ns": [each.first_ns for each in buffers],
        "newest_ns": [each.newest_ns for each in buffers],
        "gaps": [each.gaps for each in buffers],
        "receipt_to_written_ms": [each.write_ms for each in buffers],
        "book_phase": [each.book.phase for each in buffers],
        "book_bids": [each.book.bids for each in buffers],
        "book_asks": [each.book.asks for each in buffers],
        "book_update_id": [
            None if each.book.last_id == NO_ID else each.book.last_id for each in buffers
        ],
        "book_applied": [each.book.applied for each in buffers],
        "book_lost": [each.book.lost for each in buffers],
        "book_crossed": [each.book.crossed for each in buffers],
        "book_dropped": [each.book.dropped for each in buffers],
        "book_reason": [each.book.reason for each in buffers],
    }


def refused_columns(samples: Sequence[RefusedFrame]) -> Table:
    """Return a row per refused message, the newest first; its first bytes as text."""
    newest = list(reversed(samples))
    return {
        "received_ns": [each.ts_recv_ns for each in newest],
        "venue": [each.venue for each in newest],
        "kind": [each.kind for each in newest],
        "why": [each.reason for each in newest],
        "bytes": [each.size for each in newest],
        "begins": [each.raw.decode("utf-8", "replace") for each in newest],
    }
