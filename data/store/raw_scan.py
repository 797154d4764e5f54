"""A first pass over recordings: which span of time, which instruments, on which grid."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, TypeAlias

from core.domain.instrument import Instrument, InstrumentId, MarketKind, Venue
from core.domain.units import Ns
from data.store.raw_formats import RawFrame
from data.store.raw_log import RawLog
from data.venues.registry import MARKETS

_TRADE: Final = re.compile(rb'@(?:agg)?[tT]rade"|"e":"(?:agg)?[tT]rade"|"trades"|publicTrade\.')
_BOOK: Final = re.compile(
    rb'"depthUpdate"|bookTicker"|"channel":\s*"(?:books|bbo-tbt)|"topic":\s*"orderbook\.'
)
_LEVEL: Final = re.compile(rb'\["([0-9.]+)",\s*"([0-9.]+)"|"b":"([0-9.]+)","B":"([0-9.]+)"')
_SYMBOL: Final = re.compile(rb'"(?:s|instId)":\s*"([^"]{1,60})"')
_PRICE: Final = re.compile(rb'"(?:p|px)":\s*"([0-9.]+)"')
_SIZE: Final = re.compile(rb'"(?:q|sz|v)":\s*"([0-9.]+)"')
_QUOTES: Final = ("USDT", "USDC")
_LEVELS: Final = 2_000
"""So many levels of a book tell its decimals."""
_ODD: Final = 0.01
"""Part of the levels that may be finer than the grid: orders from before a change of steps."""

Instruments: TypeAlias = Mapping[tuple[Venue, MarketKind], Mapping[str, Instrument]]


@dataclass(slots=True)
class _Decimals:
    """Decimals seen of one symbol.

    Attributes:
        price: the most, in trades.
        size: as price.
        prices: decimals of the first levels of its book.
        sizes: as prices.
    """

    price: int = 0
    size: int = 0
    prices: list[int] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)

    def settle(self) -> None:
        """Let the book have its say: nearly all of its levels lie on the grid."""
        self.price = max(self.price, _usual(self.prices))
        self.size = max(self.size, _usual(self.sizes))


@dataclass(slots=True)
class Scan:
    """What recordings hold.

    Attributes:
        first_ns: receipt time of the first frame; 0 = there is none.
        last_ns: of the last frame.
        frames: frames in all.
        problems: one sentence per file that ends early or has lines that are no frames.
        instruments: by market and symbol; those that trade in the recordings, or have a book.
        books: those whose book or best quotes are in the recordings.
        inferred: instruments whose tick and lot are the finest decimals seen.
        other_symbols: symbols that are neither spot nor linear USDT/USDC contracts; not played.
    """

    first_ns: Ns = 0
    last_ns: Ns = 0
    frames: int = 0
    problems: list[str] = field(default_factory=list)
    instruments: dict[tuple[Venue, MarketKind], dict[str, Instrument]] = field(default_factory=dict)
    books: set[InstrumentId] = field(default_factory=set)
    inferred: list[Instrument] = field(default_factory=list)
    other_symbols: set[str] = field(default_factory=set)


def scan(logs: Sequence[RawLog], *, books: bool = False) -> Scan:
    """Read all of ``logs`` once, in order.

    Args:
        books: what has only a book is wanted, too.

    Raises:
        RecordingError: one of them cannot be read at all.
    """
    found = Scan()
    seen: dict[tuple[Venue, MarketKind, str], _Decimals] = {}
    for log in logs:
        for frame in log.frames():
            found.first_ns = min(found.first_ns or frame.ts_recv_ns, frame.ts_recv_ns)
            found.last_ns = max(found.last_ns, frame.ts_recv_ns)
            found.frames += 1
            if books and _BOOK.search(frame.payload):
                _note_levels(frame, seen)
            elif _TRADE.search(frame.payload):
                _note_decimals(frame, seen)
        found.problems += _problems(log)
    _add_instruments(found, seen)
    return found


def _add_instruments(found: Scan, seen: dict[tuple[Venue, MarketKind, str], _Decimals]) -> None:
    damaged = 0
    for (venue, kind, symbol), decimals in seen.items():
        try:
            instrument_id = InstrumentId(venue, kind, symbol)
        except ValueError:
            damaged += 1
        else:
            if decimals.prices:
                found.books.add(instrument_id)
            decimals.settle()
            _add_instrument(found, instrument_id, decimals)
    if damaged:
        found.problems.append(f"{damaged} symbols are none that a venue would list; not played")


def _problems(log: RawLog) -> list[str]:
    lines = []
    if log.problem is not None:
        lines.append(log.problem)
    if log.bad_lines:
        lines.append(f"{log.path.name}: {log.bad_lines} lines are no frames and are left out")
    return lines


def _note_decimals(frame: RawFrame, seen: dict[tuple[Venue, MarketKind, str], _Decimals]) -> None:
    known = _of(frame, seen)
    if known is None:
        return
    for price in _PRICE.findall(frame.payload):
        known.price = max(known.price, _places(price))
    for size in _SIZE.findall(frame.payload):
        known.size = max(known.size, _places(size))


def _note_levels(frame: RawFrame, seen: dict[tuple[Venue, MarketKind, str], _Decimals]) -> None:
    known = _of(frame, seen)
    if known is None or len(known.prices) >= _LEVELS:
        return
    for price, size, best_price, best_size in _LEVEL.findall(frame.payload):
        known.prices.append(_places(price or best_price))
        known.sizes.append(_places(size or best_size))


def _of(frame: RawFrame, seen: dict[tuple[Venue, MarketKind, str], _Decimals]) -> _Decimals | None:
    symbol = _SYMBOL.search(frame.payload)
    if symbol is None:
        return None
    name = symbol[1].decode("ascii", "replace")
    return seen.setdefault((frame.venue, frame.kind, name), _Decimals())


def _usual(places: list[int]) -> int:
    """Return the fewest decimals that nearly all have; 0 where there are none."""
    return sorted(places)[int(len(places) * (1.0 - _ODD))] if places else 0


def _places(number: bytes) -> int:
    return len(number.partition(b".")[2].rstrip(b"0"))


def _add_instrument(found: Scan, instrument_id: InstrumentId, decimals: _Decimals) -> None:
    market, symbol = (instrument_id.venue, instrument_id.kind), instrument_id.symbol
    listed = found.instruments.setdefault(market, {})
    for default in MARKETS[market].facts.defaults:
        fits = _digits(default.tick_size) >= decimals.price
        if default.id.symbol == symbol and fits and _digits(default.size_step) >= decimals.size:
            listed[symbol] = default
            return
    coins = _coins(symbol, instrument_id.kind)
    if coins is None:
        found.other_symbols.add(symbol)
        return
    listed[symbol] = Instrument(
        id=instrument_id,
        base=coins[0],
        quote=coins[1],
        tick_size=Decimal(1).scaleb(-decimals.price),
        size_step=Decimal(1).scaleb(-decimals.size),
        inferred=True,
    )
    found.inferred.append(listed[symbol])


def _digits(step: Decimal) -> int:
    exponent = step.normalize().as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def _coins(symbol: str, kind: MarketKind) -> tuple[str, str] | None:
    """Return (base, quote) of a spot pair or a linear perpetual; None = something else."""
    parts = symbol.split("-")
    if len(parts) == 1:
        for quote in _QUOTES:
            if symbol.isascii() and symbol.isalnum() and symbol.endswith(quote) and symbol != quote:
                return symbol.removesuffix(quote), quote
        return None
    ends = ["SWAP"] if kind is MarketKind.PERP else []
    return (parts[0], parts[1]) if parts[1] in _QUOTES and parts[2:] == ends else None
