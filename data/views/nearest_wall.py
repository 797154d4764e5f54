"""The nearest passive wall above and below the price, and how long each has stood."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from core.calc.nearest_wall import Resting, SideWalls, scaled_base, side_walls
from core.domain.arrays import BookSide
from core.domain.instrument import Instrument, InstrumentId, MarketKind
from core.domain.units import MAX_PRICE_TICKS, NS_PER_S, Ns
from data.buffers.tape import Tape
from data.engine import Engine
from data.thresholds import DEFAULTS
from data.views.book_off import book_off
from data.views.coin_markets import CoinMarkets
from data.views.moment import Moment, Off
from data.views.panel import Want

_UNSEEN_NS: Final[Ns] = 5 * NS_PER_S
"""Where nobody looked for so long, it is not known what stood in between."""
_UNKNOWN: Final = float("nan")
_Key = tuple[int, int]


@dataclass(frozen=True, slots=True)
class NearestWallSpec:
    """Whose walls.

    Attributes:
        markets: of the coin; the first spot market of its venues is looked at, Binance's where it
            is among them.
        btc_base: a wall of BTC has more than this; one of another coin is worth as much.
    """

    markets: CoinMarkets
    btc_base: float = DEFAULTS.wall_btc_base

    @property
    def instrument(self) -> InstrumentId | None:
        """The market that is looked at; None = the coin has no spot market."""
        return self.markets.spots[0] if self.markets.spots else None

    def query(self) -> "NearestWallQuery":
        """Return a new query that answers it."""
        return NearestWallQuery(self)


@dataclass(frozen=True, slots=True)
class WallNow:
    """A wall that stands.

    Attributes:
        since_ns: since when it is large enough, as far as was looked, four times a second or so.
        is_at_least: it was there at the first look, so it may have stood for longer.
    """

    resting: Resting
    since_ns: Ns
    is_at_least: bool


@dataclass(frozen=True, slots=True)
class SideNow:
    """One side of the price.

    Attributes:
        nearest: None = there is none as far as the book is known.
        count: walls as far as the book is known.
        largest: the largest level known; None = the side is empty.
        known_bps: so far from the middle the book is known; NaN = to its end.
    """

    nearest: WallNow | None
    count: int
    largest: Resting | None
    known_bps: float


@dataclass(frozen=True, slots=True)
class NearestWallView:
    """One moment of a book.

    Attributes:
        instrument: whose book.
        middle_ticks: between best bid and ask; NaN where a side is empty or the book is not live.
        least_lots: a wall has more; NaN = no price of BTC is known to scale by.
        above: asks; None = the book is not live, or it cannot be said what is large.
        below: bids, likewise.
        off: why it is not live; None = it is.
    """

    spec: NearestWallSpec
    now_ns: Ns
    instrument: Instrument
    middle_ticks: float
    least_lots: float
    above: SideNow | None
    below: SideNow | None
    off: Off | None


class NearestWallQuery:
    """Looks at one book for as long as it is asked."""

    def __init__(self, spec: NearestWallSpec) -> None:
        self.spec = spec
        self._stood: dict[_Key, tuple[Ns, bool]] = {}
        self._seen: tuple[Tape, Ns] | None = None

    def wants(self, listed: Sequence[Instrument]) -> Sequence[Want]:
        """Return the market, and that of BTC by which it is scaled."""
        own = self.spec.instrument
        first = next((each for each in listed if each.id == own), None)
        btc = None if first is None else _btc_of(first, listed)
        return [(each.id, "1m", 1) for each in dict.fromkeys((first, btc)) if each is not None]

    def view(self, engine: Engine, moment: Moment) -> NearestWallView | None:
        """Return the newest view; None while nothing has come of the market, or there is none."""
        own = self.spec.instrument
        tape = engine.tape(own) if own is not None else None
        if tape is None:
            return None
        off = book_off(tape, moment)
        middle = _middle(tape) if off is None else _UNKNOWN
        least = self._least_lots(engine, tape.instrument, middle)
        above = below = None
        if least == least and off is None:  # noqa: PLR0124
            above, below = self._sides(tape, middle, least, moment.now_ns)
        else:
            self._seen = None
        return NearestWallView(
            spec=self.spec,
            now_ns=moment.now_ns,
            instrument=tape.instrument,
            middle_ticks=middle,
            least_lots=least,
            above=above,
            below=below,
            off=off,
        )

    def _least_lots(self, engine: Engine, grid: Instrument, middle: float) -> float:
        tapes = [tape for each in engine.ids() if (tape := engine.tape(each)) is not None]
        btc = _btc_of(grid, [tape.instrument for tape in tapes])
        base = self.spec.btc_base
        if btc is not None and btc.id != grid.id:
            tape = engine.tape(btc.id)
            btc_price = _middle(tape) * float(btc.tick_size) if tape is not None else _UNKNOWN
            base = scaled_base(base, btc_price, middle * float(grid.tick_size))
        elif btc is None:
            base = _UNKNOWN
        return base / float(grid.lot_size) if middle > 0 else _UNKNOWN

    def _sides(
        self, tape: Tape, middle: float, least: float, now_ns: Ns
    ) -> tuple[SideNow, SideNow]:
        """Return both sides, and note what stands."""
        book = tape.book.resting()
        resting = book.sides()
        bids, asks = (
            side_walls(*held, side=side, middle_ticks=middle, least_lots=least)
            for side, held in zip((BookSide.BID, BookSide.ASK), resting, strict=True)
        )
        seen = self._seen
        was_seen = seen is not None and seen[0] is tape and now_ns - seen[1] <= _UNSEEN_NS
        before = self._stood if was_seen else {}
        self._stood = {
            key: before.get(key, (now_ns, not was_seen))
            for key in ((each.side, each.price_ticks) for each in (*asks.walls, *bids.walls))
        }
        self._seen = tape, now_ns
        low, high = book.known_ticks
        far = (
            (high - middle) / middle * 1e4 if high < MAX_PRICE_TICKS else _UNKNOWN,
            (middle - low) / middle * 1e4 if low > 0 else _UNKNOWN,
        )
        return self._side(asks, far[0]), self._side(bids, far[1])

    def _side(self, found: SideWalls, known_bps: float) -> SideNow:
        nearest = found.nearest
        if nearest is None:
            return SideNow(None, 0, found.largest, known_bps)
        since_ns, is_at_least = self._stood[nearest.side, nearest.price_ticks]
        wall = WallNow(nearest, since_ns, is_at_least)
        return SideNow(wall, len(found.walls), found.largest, known_bps)


def _btc_of(grid: Instrument, listed: Sequence[Instrument]) -> Instrument | None:
    """Return the spot market of BTC at the same venue against the same coin."""
    for each in listed:
        same = (each.id.venue, each.quote) == (grid.id.venue, grid.quote)
        if same and each.base == "BTC" and each.id.kind is MarketKind.SPOT:
            return each
    return None


def _middle(tape: Tape) -> float:
    bid, ask = tape.book.best()
    return (bid + ask) / 2 if bid is not None and ask is not None else _UNKNOWN
