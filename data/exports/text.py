"""Text on its way out: cells that no spreadsheet takes for a formula, and names of files."""

import re
from typing import Final

from core.domain.moments import utc_text
from core.domain.units import NS_PER_S, Ns

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a formula can begin with, in some spreadsheet; the last four are full-width signs.

Source: OWASP, CSV Injection.
"""
_OTHER: Final = re.compile(r"[^A-Za-z0-9.]+")
_MOST_LETTERS: Final = 150


def safe(text: str) -> str:
    """Return ``text`` so that no spreadsheet takes it for a formula, on one line."""
    line = text.replace("\r", " ").replace("\n", " ")  # csv leaves a lone return unquoted
    return f"'{line}" if text.startswith(_FORMULA) else line


def file_stem(*parts: str, at_ns: Ns) -> str:
    """Return the name of a file without its ending: what it is, then when, to the second.

    Args:
        parts: what it is of; nothing but letters, digits, dots and dashes is kept of them, and no
            more than a name of a file may have.

    Returns:
        For example ``footprint-simulated-binance.perp.BTCUSDT-1m-2023-11-14T221300Z``.
    """
    moment = utc_text(at_ns // NS_PER_S * NS_PER_S).replace(":", "")
    kept = [_OTHER.sub("-", part).strip("-.") for part in parts]
    return f"{'-'.join(filter(None, kept))[:_MOST_LETTERS]}-{moment}"
