"""Figures: everything that a rule may watch, by name; a figure more is an entry more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan, nan
from typing import Final

from core.domain.events import Channel
from core.domain.instrument import Instrument, InstrumentId, MarketKind
from core.domain.marker import Marker, MarkerKind
from core.domain.units import NS_PER_HOUR, Ns
from data.alerts import readings
from data.alerts.readings import Look, Reading
from data.engine import Engine
from data.thresholds import DEFAULTS
from data.views.markers import MarkersQuery, MarkersSpec
from data.views.moment import Moment
from data.views.panel import Want

_BARS: Final = 60
_BACK_NS: Final[Ns] = NS_PER_HOUR
_TIMEFRAME: Final = "1m"
_PERP: Final = (MarketKind.PERP,)
_BOTH: Final = (MarketKind.SPOT, MarketKind.PERP)


@dataclass(frozen=True, slots=True)
class Figure:
    """What can be watched.

    Attributes:
        title: its name on the page.
        unit: of its value; ``{base}`` and ``{quote}`` stand for the instrument's coins.
        channels: what it rests on.
        read: how it is read; None = it is a marker.
        kinds: of which markets there is one.
        beside_spot: it rests on the same coin's spot market, too.
        in_btc: it is scaled by Bitcoin's price.
        rules: of a marker: names of ``MARKER_RULES``.
    """

    title: str
    unit: str
    channels: tuple[Channel, ...]
    read: Reading | None = None
    kinds: tuple[MarketKind, ...] = _BOTH
    beside_spot: bool = False
    in_btc: bool = False
    rules: tuple[str, ...] = ()


_T, _B, _Q = (Channel.TRADES,), (Channel.BOOK,), (Channel.QUOTES,)
_K, _L = (Channel.TICKER,), (Channel.LIQUIDATIONS,)
_NUMBERS: Final = {
    "last_price": Figure("Last price", "{quote}", _T, readings.last_price),
    "spread": Figure("Spread", "bps", _Q, readings.spread_bps),
    "buy_share": Figure("Buy share, 1 min", "of notional", _T, readings.buy_share),
    "net_flow": Figure("Net flow, 1 min", "{quote}", _T, readings.net_flow),
    "cvd_15m": Figure("CVD, 15 min", "{base}", _T, readings.cvd_15m),
    "orders_per_s": Figure("Tape speed, 10 s", "orders/s", _T, readings.orders_per_s),
    "book_imbalance": Figure("Book imbalance, 10 bps", "", _B, readings.book_imbalance),
    "wall_distance": Figure(
        "Nearest wall",
        "bps",
        (Channel.BOOK, Channel.TRADES),
        readings.wall_distance_bps,
        in_btc=True,
    ),
    "basis": Figure("Basis", "bps", _Q, readings.basis, _PERP, beside_spot=True),
    "funding_rate": Figure("Funding rate, one interval", "%", _K, readings.funding_rate, _PERP),
    "open_interest_1h": Figure(
        "Open interest, change in 1 h", "%", _K, readings.open_interest_change, _PERP
    ),
    "liquidated_5m": Figure("Liquidated, 5 min", "{quote}", _L, readings.liquidated_5m, _PERP),
}
_SEVERAL: Final[Mapping[MarkerKind, tuple[str, ...]]] = {
    MarkerKind.ABSORPTION: ("absorption", "bar-absorption"),
    MarkerKind.EFFORT_NO_RESULT: ("effort-no-result",),
    MarkerKind.DELTA_FADE: ("delta-fade",),
    MarkerKind.VOLUME_COLLAPSE: ("volume-collapse",),
    MarkerKind.DIMINISHING_BURSTS: ("diminishing-bursts",),
    MarkerKind.DIVERGENCE: ("cvd-divergence-slope", "cvd-divergence-swing"),
}
"""Rules by kind, where the rule's name is not the kind's with dashes."""
_ON_LIQUIDATIONS: Final = (MarkerKind.LIQUIDATION_CLUSTER, MarkerKind.LIQUIDATION_CASCADE)


def _marker(kind: MarkerKind) -> Figure:
    title = kind.value[0].upper() + kind.value[1:]
    rules = _SEVERAL.get(kind, (kind.value.replace(" ", "-"),))
    if kind in _ON_LIQUIDATIONS:
        channels = (Channel.TRADES, Channel.LIQUIDATIONS)
        return Figure(title, "", channels, kinds=_PERP, rules=rules)
    return Figure(title, "", (Channel.TRADES, Channel.QUOTES), rules=rules)


FIGURES: Final[Mapping[str, Figure]] = _NUMBERS | {each.value: _marker(each) for each in MarkerKind}
"""By name: first what has a value, then the markers, named by their kind."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What one look found.

    Attributes:
        value: in the figure's unit; NaN where it is not known, and of markers.
        markers: of a marker: those known in the last hour, by ``known_ns``.
        missing: why there is no value, or no judgement yet, a clause; empty = there is.
    """

    value: float = nan
    markers: tuple[Marker, ...] = ()
    missing: str = ""


@dataclass(frozen=True, slots=True)
class FigureSpec:
    """The question of one figure of one instrument.

    Attributes:
        figure: a name of FIGURES.
        wall_btc_base: a wall of Bitcoin has more than this.
    """

    figure: str
    instrument: InstrumentId
    wall_btc_base: float = DEFAULTS.wall_btc_base

    def query(self) -> "FigureQuery":
        """Return a new query that answers it."""
        return FigureQuery(self)


class FigureQuery:
    """Answers one spec again and again."""

    def __init__(self, spec: FigureSpec) -> None:
        self.spec = spec
        self.figure = FIGURES[spec.figure]
        self._markers: MarkersQuery | None = None
        if self.figure.rules:
            asked = MarkersSpec(spec.instrument, _TIMEFRAME, self.figure.rules)
            self._markers = asked.query()

    def wants(self, listed: Sequence[Instrument]) -> Sequence[Want]:
        """Return what it needs of the source."""
        ids = dict.fromkeys((*watched(self.spec, listed), *scaled_by(self.spec, listed)))
        return [(each, _TIMEFRAME, _BARS) for each in ids]

    def view(self, engine: Engine, moment: Moment) -> Seen:
        """Return what is known now."""
        tape = engine.tape(self.spec.instrument)
        if tape is None:
            return Seen(missing="nothing has come of it")
        if self._markers is not None:
            return self._marked(engine, moment.now_ns)
        if self.figure.read is None:
            return Seen(missing="it cannot be read")
        base, held = tape.instrument.base, [tape.instrument]
        held += [other.instrument for other in map(engine.tape, engine.ids()) if other]
        spot, btc = (
            beside(tape.instrument, held, kind, coin)
            for kind, coin in ((MarketKind.SPOT, base), (self.spec.instrument.kind, "BTC"))
        )
        look = Look(
            tape,
            moment.now_ns,
            spot=engine.tape(spot) if spot else None,
            btc=engine.tape(btc) if btc else None,
            wall_btc_base=self.spec.wall_btc_base,
        )
        value = self.figure.read(look)
        return Seen(value, missing="it is not known now" if isnan(value) else "")

    def _marked(self, engine: Engine, now_ns: Ns) -> Seen:
        if self._markers is None:
            return Seen()
        found = self._markers.view(engine, from_ns=now_ns - _BACK_NS, now_ns=now_ns)
        every = sorted(
            (each for markers in found.found.values() for each in markers),
            key=lambda each: each.known_ns,
        )
        waits = found.not_ready
        missing = next(iter(waits.values())) if len(waits) == len(self.figure.rules) else ""
        return Seen(markers=tuple(every), missing=missing)


def watched(spec: FigureSpec, listed: Sequence[Instrument]) -> tuple[InstrumentId, ...]:
    """Return the instruments that a figure rests on: its own, and what stands beside it."""
    own = next((each for each in listed if each.id == spec.instrument), None)
    if own is None or not FIGURES[spec.figure].beside_spot:
        return (spec.instrument,)
    spot = beside(own, listed, MarketKind.SPOT, own.base)
    return (spec.instrument,) if spot is None else (spec.instrument, spot)


def scaled_by(spec: FigureSpec, listed: Sequence[Instrument]) -> tuple[InstrumentId, ...]:
    """Return the market of Bitcoin by whose price a figure is scaled; empty = it is by none."""
    own = next((each for each in listed if each.id == spec.instrument), None)
    if own is None or not FIGURES[spec.figure].in_btc:
        return ()
    btc = beside(own, listed, own.id.kind, "BTC")
    return () if btc is None else (btc,)


def beside(
    own: Instrument, listed: Sequence[Instrument], kind: MarketKind, base: str
) -> InstrumentId | None:
    """Return the market of a coin on the same venue, in the same quote coin; None = none."""
    wanted = (own.id.venue, kind, base, own.quote)
    for each in listed:
        if (each.id.venue, each.id.kind, each.base, each.quote) == wanted:
            return each.id
    return None
