"""A view of a perpetual's other numbers, made by hand; and the rows that an engine takes."""

import numpy as np

from core.calc.funding import funding
from core.calc.liquidations import liquidated
from core.domain.arrays import LIQUIDATION_DTYPE, QUOTE_DTYPE, TICKER_DTYPE, Position
from core.domain.events import Channel
from core.domain.units import NS_PER_HOUR, NS_PER_MINUTE, NS_PER_S
from data.venues.streams import Coverage
from data.views.derivatives import Best, DerivativesSpec, DerivativesView
from data.views.open_interest import OpenInterestSpec, OpenInterestView
from tests.support.trades import START_NS, instrument

NAN = float("nan")
PERP = instrument("binance.perp.BTCUSDT")
SPOT = instrument("binance.spot.BTCUSDT", tick="0.01")
OKX = instrument("okx.perp.BTC-USDT-SWAP", step="1", value="0.01")


def at(after_s):
    return START_NS + round(after_s * NS_PER_S)


def tickers(*rows):
    """Rows of (seconds, funding rate, open interest); NaN is not told."""
    out = np.zeros(len(rows), TICKER_DTYPE)
    for index, (after_s, rate, held) in enumerate(rows):
        told_h = 0 if np.isnan(rate) else 8 * NS_PER_HOUR
        next_ns = START_NS + NS_PER_HOUR if told_h else 0
        out[index] = (at(after_s), at(after_s), next_ns, told_h, NAN, NAN, rate, held)
    return out


def quotes(*rows):
    """Rows of (seconds, bid_ticks, ask_ticks)."""
    out = np.zeros(len(rows), QUOTE_DTYPE)
    for index, (after_s, bid, ask) in enumerate(rows):
        out[index] = (at(after_s), at(after_s) + 1, index, 7, 7, bid, ask)
    return out


def liquidations(*rows):
    """Rows of (seconds, lots, price, position)."""
    out = np.zeros(len(rows), LIQUIDATION_DTYPE)
    for index, (after_s, lots, price, position) in enumerate(rows):
        out[index] = (at(after_s), at(after_s), lots, price, position, 0)
    return out


CLOSED = liquidations((10, 400, 100.0, Position.LONG), (70, 100, 101.0, Position.SHORT))


def view(  # noqa: PLR0913
    *,
    rate=(0.0001, 0.0001),
    basis=(1.5, 2.5),
    predicted=None,
    closed=((CLOSED, 0.001),),
    coverage=(Coverage.LARGEST,),
    complete=False,
    best=(1009, 1011),
    next_s=3_661,
):
    """Two one-minute bars from START_NS, one second before the second one's close."""
    opens = START_NS + np.arange(len(rate)) * NS_PER_MINUTE
    rates = np.array(rate, float)
    now_ns = at(119)
    spec = DerivativesSpec("1m", (PERP.id,) * len(closed), PERP.id, SPOT.id, PERP.id)
    quote = Best(PERP, *best, now_ns - 12 * NS_PER_S, Channel.QUOTES) if best else None
    return DerivativesView(
        spec=spec,
        now_ns=now_ns,
        step_ns=NS_PER_MINUTE,
        open_ns=opens,
        funding=funding(opens, rates, np.full(rates.size, 8.0 * NS_PER_HOUR)),
        predicted=None if predicted is None else np.array(predicted, float),
        next_funding_ns=now_ns + next_s * NS_PER_S if next_s else None,
        basis=np.array(basis, float) if basis is not None else None,
        liquidations=liquidated(closed, most=10),
        coverage=coverage,
        complete=complete,
        best=quote,
    )


def positions(held=None, *, quadrants=None):
    """Open interest by instrument, of one-minute bars from START_NS."""
    held = {PERP.id: (100.0, 110.0)} if held is None else held
    opens = START_NS + np.arange(len(next(iter(held.values())))) * NS_PER_MINUTE
    return OpenInterestView(
        spec=OpenInterestSpec(tuple(held), "1m", with_quadrants=quadrants is not None),
        step_ns=NS_PER_MINUTE,
        open_ns=opens,
        held={each: np.array(values, float) for each, values in held.items()},
        quadrants=None if quadrants is None else np.array(quadrants, np.int64),
    )
