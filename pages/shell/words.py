"""Words: how instruments, times, errors and outside text are written on a page."""

import re
from datetime import UTC, datetime
from typing import Final

from core.calc.bar_size import BarSize
from core.calc.running_bars import By
from core.domain.errors import TapescopeError
from core.domain.instrument import Instrument, InstrumentId
from core.domain.units import NS_PER_S, Ns
from pages.figures.venues import VENUE_NAMES, instrument_title

_MARKDOWN: Final = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:&])")


def view_title(instruments: tuple[InstrumentId, ...], timeframe: str) -> str:
    """Return for example ``BTCUSDT Binance perp + OKX, 1m``: the first, and whom it is summed with.

    Args:
        instruments: at least one.
    """
    return f"{market_title(instruments)}, {timeframe}"


def market_title(instruments: tuple[InstrumentId, ...]) -> str:
    """Return for example ``BTCUSDT Binance perp + OKX``.

    Args:
        instruments: at least one.
    """
    others = ", ".join(VENUE_NAMES[each.venue] for each in instruments[1:])
    return f"{instrument_title(instruments[0])}{' + ' + others if others else ''}"


def bars_title(size: BarSize, grid: Instrument) -> str:
    """Return for example ``bars of 500 trades``."""
    units = {
        By.TICK: "trades",
        By.VOLUME: grid.base,
        By.DOLLAR: grid.quote,
        By.RANGE: "ticks high",
        By.DELTA: f"{grid.base} delta",
    }
    return f"bars of {size.size:,f} {units[size.by]}"


def utc_text(ns: Ns, *, seconds: bool = True) -> str:
    """Return for example ``2026-11-21 08:12:00 UTC``."""
    moment = datetime.fromtimestamp(ns // NS_PER_S, UTC)
    return moment.strftime(f"%Y-%m-%d %H:%M{':%S' if seconds else ''} UTC")


def counted(count: int, noun: str) -> str:
    """Return for example ``1 file`` or ``1,204 files``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def ended(text: str) -> str:
    """Return a sentence with its full stop."""
    return text if text.endswith((".", "!", "?")) else f"{text}."


def refusal(error: TapescopeError) -> str:
    """Return what was refused and why, as one sentence that Markdown shows as it is."""
    return plain(ended(error.ui_message))


def plain(text: str) -> str:
    """Return ``text`` so that Markdown shows it as it is: exchanges and files speak through us."""
    return _MARKDOWN.sub(r"\\\1", text)
