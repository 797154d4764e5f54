"""Palette: one colour per meaning, on every figure."""

from typing import Final

BACKGROUND: Final = "#0b0f14"
GRID: Final = "rgba(148,163,184,0.08)"
AXIS_TEXT: Final = "#8b98a9"
TEXT: Final = "#d7dee6"
QUIET: Final = "#64748b"
"""Neither side: volume whose side nobody told, or both sides alike."""

BUY: Final = "#22c55e"
SELL: Final = "#ef4444"
BUY_PALE: Final = "#4d7a61"
"""Candles that are the venue's own, not built from its trades."""
SELL_PALE: Final = "#8a5757"

BUY_MARK: Final = "#5eead4"
"""Markers, beside candles of their own side's colour or the other's."""
SELL_MARK: Final = "#fb7bb5"

POC: Final = "#FFA726"
VALUE_AREA: Final = "#42A5F5"
HVN: Final = "#fcd34d"
"""Rows where much traded."""
LVN: Final = "#7dd3fc"
"""Rows between two of them, where little did."""
VWAP: Final = "#a78bfa"
"""The session's."""
VWAP_WEEK: Final = "#f0abfc"
VWAP_MONTH: Final = "#d946ef"
VWAP_ANCHOR: Final = "#e2e8f0"
SIZES: Final = ("#64748b", "#38bdf8", "#a78bfa", "#f472b6", "#facc15")
"""From the smallest orders to the largest."""
UNFINISHED: Final = "#cbd5e1"
"""Auctions to which price may come back."""
SPOT: Final = "#60a5fa"
PERP: Final = "#fb923c"
DIFFERENCE: Final = "#e2e8f0"
"""Of spot and perpetual."""
OPEN_INTEREST: Final = "#38bdf8"
SHORT_COVER: Final = "#86efac"
"""Price rises as contracts are closed; where they are opened it is BUY."""
LONG_UNWIND: Final = "#fca5a5"
"""Price falls as contracts are closed; where they are opened it is SELL."""
BASIS: Final = "#fbbf24"

FONT: Final = (
    "'Source Sans', Inter, ui-sans-serif, system-ui, -apple-system, Segoe UI, Roboto, sans-serif"
)


def faded(colour: str, alpha: float) -> str:
    """Return ``#rrggbb`` as ``rgba(...)`` of that opacity, 0 to 1."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha:g})"
