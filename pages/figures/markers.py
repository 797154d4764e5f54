"""Markers: glyphs beside the candles in which something was found, and what the mouse reads there.

``front/marks.js`` draws them on a canvas of its own: buying and what favours higher prices below
its candle, selling above, never on one another. Large trades are rings at their price.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from core.calc.words import decimals
from core.domain.instrument import Instrument
from core.domain.marker import Marker, MarkerKind
from core.domain.units import Ns
from pages.figures import palette
from pages.figures.liquidations import MARK
from pages.figures.part import Part
from pages.figures.scale import milliseconds, prices

MOST: Final = 400
"""Markers of one layer that are sent: the newest."""
_DIGITS: Final = 5


@dataclass(frozen=True, slots=True)
class Glyph:
    """How a kind of marker looks.

    Attributes:
        shape: a name that ``front/glyphs.js`` knows.
        sign: the same in a line of text.
        title: of its hover.
        up: what side +1 is called.
        down: what side -1 is called.
        at_price: it stands at its price, not beside its candle.
    """

    shape: str
    sign: str
    title: str
    up: str
    down: str
    at_price: bool = False


_TIRED: Final = ("sellers tire", "buyers tire")
_CLOSED: Final = ("shorts closed by force", "longs closed by force")
GLYPHS: Final = {
    MarkerKind.ABSORPTION: Glyph("bar", "▬", "Absorption", "bids took it up", "offers took it up"),
    MarkerKind.EFFORT_NO_RESULT: Glyph(
        "open-bar", "▭", "Effort without result", "of sellers", "of buyers"
    ),
    MarkerKind.DELTA_FADE: Glyph("diamond", "◆", "Exhaustion: delta fades", *_TIRED),
    MarkerKind.VOLUME_COLLAPSE: Glyph("open-diamond", "◇", "Exhaustion: volume collapses", *_TIRED),
    MarkerKind.DIMINISHING_BURSTS: Glyph("hourglass", "⧗", "Exhaustion: bursts diminish", *_TIRED),
    MarkerKind.BURST: Glyph("triangle", "▲", "Burst", "buying", "selling"),
    MarkerKind.MICRO_PUSH: Glyph("chevron", "⌃", "Micro push", "up", "down"),
    MarkerKind.MICRO_PULLBACK: Glyph(
        "open-triangle", "△", "Micro pullback", "in a rise", "in a fall"
    ),
    MarkerKind.SWEEP: Glyph("chevrons", "»", "Book sweep", "of offers", "of bids"),
    MarkerKind.STOP_GRAB: Glyph("cross", "✕", "Stop grab", "below a low", "above a high"),
    MarkerKind.STACKED_IMBALANCE: Glyph("stack", "≡", "Stacked imbalance", "buyers", "sellers"),
    MarkerKind.DIVERGENCE: Glyph("wedge", "∠", "CVD divergence", "bullish", "bearish"),
    MarkerKind.LARGE_TRADE: Glyph("ring", "○", "Large trade", "buy", "sell", at_price=True),
    MarkerKind.LIQUIDATION_CLUSTER: Glyph("square", "■", "Liquidation cluster", *_CLOSED),
    MarkerKind.LIQUIDATION_CASCADE: Glyph("star", "★", "Liquidation cascade", *_CLOSED),
}
"""By kind; the sign is beside the layer's name in the sidebar."""


def draw(
    found: Sequence[Marker], instrument: Instrument, *, step_ns: Ns, waits: Sequence[str] = ()
) -> Part:
    """Return one trace with the newest MOST markers.

    Args:
        found: in the order of ``known_ns``.
        instrument: the grid of their ticks.
        step_ns: length of a candle; a marker belongs to the one that holds its event.
        waits: what is not drawn and why, short lines; shown in one note with those of other
            layers.

    Returns:
        Of its columns ``x`` is the open of the candle, ``at`` the event and ``known`` when it was
        known, milliseconds; ``y`` the price; ``kind`` an index into ``meta.kinds``; ``strength``
        percent. Numbers without a common unit and sentences are lists. Empty when there is
        neither a marker nor a wait.
    """
    if not found and not waits:
        return Part()
    newest = found[-MOST:]
    kinds = sorted({each.kind for each in newest})
    event_ns = np.array([each.event_ns for each in newest], np.int64)
    trace: dict[str, Any] = {
        "name": "Markers",
        "x": milliseconds(event_ns // step_ns * step_ns),
        "y": prices(np.array([each.price_ticks for each in newest], np.int64), instrument),
        "at": milliseconds(event_ns),
        "known": milliseconds(np.array([each.known_ns for each in newest], np.int64)),
        "side": np.array([each.side for each in newest], np.int64),
        "kind": np.array([kinds.index(each.kind) for each in newest], np.uint8),
        "strength": np.array([round(100 * each.strength) for each in newest], np.uint8),
        "value": [_rounded(each.value) for each in newest],
        "threshold": [_rounded(each.threshold) for each in newest],
        "reason": [each.reason for each in newest],
        "meta": {
            "kind": MARK,
            "glyphs": True,
            "kinds": [_words(GLYPHS[each]) for each in kinds],
            "buy": palette.BUY_MARK,
            "sell": palette.SELL_MARK,
            "decimals": decimals(instrument.tick_size),
            "waits": list(waits),
        },
    }
    return Part([trace])


def _rounded(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")


def _words(glyph: Glyph) -> dict[str, Any]:
    return {
        "shape": glyph.shape,
        "title": glyph.title,
        "up": glyph.up,
        "down": glyph.down,
        "at_price": glyph.at_price,
    }
