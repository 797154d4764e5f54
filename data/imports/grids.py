"""Grids: which instrument a file is of, its ticks and lots, and drafts as trades on them."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.domain.arrays import TRADE_DTYPE, BoolArray, IntArray, TradeArray
from core.domain.errors import RecordingError
from core.domain.instrument import Instrument, InstrumentId, MarketKind, Venue
from core.domain.units import MAX_PRICE_TICKS, MAX_SIZE_LOTS
from data.imports.blocks import BadRow
from data.imports.layout import Layout
from data.imports.spool import StepCounts
from data.venues.registry import MARKETS

_SPOT_QUOTES: Final = (
    *("USDT", "USDC", "FDUSD", "TUSD", "BUSD", "USDE", "USD1", "DAI", "USD"),
    *("EUR", "GBP", "TRY", "BRL", "JPY", "AUD", "BTC", "ETH", "BNB", "SOL"),
)
_LINEAR_QUOTES: Final = ("USDT", "USDC")
_COPIED: Final = ("ts_event_ns", "ts_recv_ns", "trade_id", "aggressor", "flags", "fills")
_POWERS: Final = 10 ** np.arange(19, dtype=np.int64)
_MAX_INT64: Final = 2**63 - 1


def coins_of(instrument_id: InstrumentId) -> tuple[str, str] | None:
    """Return (base, quote) of a spot pair or a linear perpetual; None = something else."""
    symbol, perp = instrument_id.symbol, instrument_id.kind is MarketKind.PERP
    quotes = _LINEAR_QUOTES if perp else _SPOT_QUOTES
    if instrument_id.venue is Venue.OKX:
        base, _, rest = symbol.partition("-")
        quote, _, end = rest.partition("-")
        fits = quote in quotes and base and end == ("SWAP" if perp else "")
        return (base, quote) if fits else None
    for quote in quotes:
        if symbol.isalnum() and symbol.endswith(quote) and symbol != quote:
            return symbol.removesuffix(quote), quote
    # Bybit's perpetuals against USDC are BTCPERP, ETHPERP.
    if perp and instrument_id.venue is Venue.BYBIT and symbol.endswith("PERP"):
        return symbol.removesuffix("PERP"), "USDC"
    return None


def instrument_of(
    instrument_id: InstrumentId,
    layout: Layout,
    *,
    prices: StepCounts,
    sizes: StepCounts,
    contract_value: Decimal | None,
) -> Instrument:
    """Return the instrument: as its venue lists it where that fits the file, else inferred.

    Args:
        prices: of the file, in the quote coin.
        sizes: of the file; where they are in contracts, one contract must be known.
        contract_value: base coins in a contract, as the trader says; None = look it up.

    Raises:
        RecordingError: it is no spot pair or linear perpetual, or a contract is not known.
    """
    coins = coins_of(instrument_id)
    if coins is None:
        msg = f"{instrument_id} is neither a spot pair nor a linear perpetual, and is not imported"
        raise RecordingError(msg)
    listed = _listed(instrument_id)
    if listed is not None and contract_value in (None, listed.contract_value):
        step = listed.lot_size if layout.sizes_in_base else listed.size_step
        if prices.is_best(_decimals(listed.tick_size)) and sizes.is_best(_decimals(step)):
            return listed
    return Instrument(
        id=instrument_id,
        base=coins[0],
        quote=coins[1],
        tick_size=Decimal(1).scaleb(-prices.finest),
        size_step=Decimal(1).scaleb(-sizes.finest),
        contract_value=_contract(instrument_id, layout, listed, contract_value),
        inferred=True,
    )


def trades_of(
    drafts: NDArray[np.void], instrument: Instrument, *, sizes_in_base: bool
) -> tuple[TradeArray, Iterator[BadRow]]:
    """Return drafts of one instrument on its grid, and those that are off it.

    Args:
        drafts: DRAFT_DTYPE[n].
        sizes_in_base: sizes are in the base coin, not in the venue's own unit.
    """
    ticks, lots, good, reason = units_of(drafts, instrument, sizes_in_base=sizes_in_base)
    rows = np.empty(int(good.sum()), TRADE_DTYPE)
    for name in _COPIED:
        rows[name] = drafts[name][good]
    rows["price_ticks"], rows["size_lots"] = ticks[good], lots[good]
    bad = (BadRow(int(line), reason) for line in drafts["line"][~good])
    return rows, bad


def units_of(
    drafts: NDArray[np.void], instrument: Instrument, *, sizes_in_base: bool
) -> tuple[IntArray, IntArray, BoolArray, str]:
    """Return drafts in ticks and lots, which of them are whole, and a reason for the others.

    Args:
        drafts: DRAFT_DTYPE[n].
        sizes_in_base: as in trades_of.
    """
    step = instrument.lot_size if sizes_in_base else instrument.size_step
    ticks, on_tick = _steps(drafts, "price", instrument.tick_size, MAX_PRICE_TICKS)
    lots, on_lot = _steps(drafts, "size", step, MAX_SIZE_LOTS)
    reason = f"price or size is no multiple of {instrument.tick_size} or {step}, or is too large"
    return ticks, lots, on_tick & on_lot, reason


def _steps(
    drafts: NDArray[np.void], field: str, step: Decimal, largest: int
) -> tuple[IntArray, BoolArray]:
    """Return how many steps each value is, and which of them are whole and not too large."""
    decimals = _decimals(step)
    unit = int(step.scaleb(decimals))
    more = decimals - drafts[f"{field}_places"].astype(np.int64)
    scale = _POWERS[np.clip(more, 0, _POWERS.size - 1)]
    digits = drafts[field]
    most = min(largest * unit, _MAX_INT64) // scale
    good = (more >= 0) & (more < _POWERS.size) & (digits <= most)
    units = np.where(good, digits, 0) * scale
    return units // unit, good & (units % unit == 0)


def _decimals(step: Decimal) -> int:
    exponent = step.normalize().as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def _listed(instrument_id: InstrumentId) -> Instrument | None:
    facts = MARKETS[instrument_id.venue, instrument_id.kind].facts
    return next((each for each in facts.defaults if each.id == instrument_id), None)


def _contract(
    instrument_id: InstrumentId,
    layout: Layout,
    listed: Instrument | None,
    given: Decimal | None,
) -> Decimal:
    """Return the base coins in one unit of the file's sizes."""
    if layout.sizes_in_base or (instrument_id.venue, instrument_id.kind) != (
        Venue.OKX,
        MarketKind.PERP,
    ):
        return Decimal(1)
    if given is not None:
        return given
    if listed is None:
        msg = (
            f"{instrument_id} is counted in contracts and the file does not say what one is; "
            "say it with --contract-value, in base coins"
        )
        raise RecordingError(msg)
    return listed.contract_value
