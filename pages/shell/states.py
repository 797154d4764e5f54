"""States: what the channels behind a picture are in, in words, so that nothing dead looks live."""

from collections.abc import Sequence
from typing import Final

from core.domain.instrument import InstrumentId
from data.feeds.health import ChannelHealth, State
from pages.figures.venues import VENUE_NAMES
from pages.shell.words import utc_text

_OFF: Final = {State.REJECTED, State.HALTED}


def describe(
    channels: Sequence[ChannelHealth],
    instruments: Sequence[InstrumentId],
    missing: Sequence[InstrumentId],
) -> tuple[str, str]:
    """Return the worst state of the channels of ``instruments``, and what is amiss.

    Args:
        channels: of every instrument.
        missing: instruments of which nothing has come yet.

    Returns:
        (``ok`` | ``late`` | ``off``, sentences); no words where all is well.
    """
    wanted = {(each.venue, each.kind, each.symbol) for each in instruments}
    amiss = [
        each
        for each in channels
        if (each.venue, each.kind, each.symbol) in wanted and each.state is not State.LIVE
    ]
    words = [_words(each) for each in amiss]
    named = {(each.venue, each.kind, each.symbol) for each in amiss}
    words += [
        f"{VENUE_NAMES[each.venue]} {each.symbol}: nothing has come yet."
        for each in missing
        if (each.venue, each.kind, each.symbol) not in named
    ]
    heard = {(each.venue, each.kind, each.symbol) for each in channels}
    words += [
        f"{VENUE_NAMES[each.venue]} {each.symbol}: not connected yet."
        for each in instruments
        if channels and each not in missing and (each.venue, each.kind, each.symbol) not in heard
    ]
    level = "off" if any(each.state in _OFF for each in amiss) else "late" if words else "ok"
    return level, " ".join(words)


def _words(channel: ChannelHealth) -> str:
    since = utc_text(channel.since_ns)
    reason = f": {channel.reason.rstrip('.')}" if channel.reason else ""
    name = f"{VENUE_NAMES[channel.venue]} {channel.symbol}"
    return f"{name} is {channel.state} since {since}{reason}."
