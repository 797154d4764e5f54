"""The planted market: hours of quiet trade, in which kind after kind is planted."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from core.domain.arrays import (
    LIQUIDATION_DTYPE,
    TICKER_DTYPE,
    LiquidationPrice,
    RowArray,
    TradeArray,
)
from core.domain.instrument import Instrument, MarketKind, Venue
from core.domain.units import NS_PER_DAY, NS_PER_MS, NS_PER_S, Ns
from data.sources.simulated.planted import absorption, bars, divergence, flow, forced, resting
from data.sources.simulated.planted.floor import Floor
from data.sources.simulated.planted.label import Label
from data.sources.simulated.planted.stage import Stage
from data.venues.registry import MARKETS

START_NS: Final[Ns] = 19_675 * NS_PER_DAY
_BAR_S: Final = 60
_MS: Final = 1_000

_Plant = Callable[[Stage, int, int], int]


@dataclass(frozen=True, slots=True)
class Scene:
    """What a market is made of.

    Attributes:
        past_s: so long nothing is planted at first: what is usual has to be known.
        quiet_s: so long nothing is before the plants, and again after them.
        rest_s: least rest after a plant.
        plants: what is planted; each leaves its labels and returns the second when it is over.
        resting: what is planted in the end, while the book is told.
    """

    past_s: int
    quiet_s: int
    rest_s: int
    plants: tuple[_Plant, ...]
    resting: tuple[_Plant, ...] = ()


BARS: Final = Scene(
    past_s=9 * 3_600,
    quiet_s=5_400,
    rest_s=600,
    plants=(
        divergence.slope_divergence,
        divergence.aligned,
        divergence.swing_divergence,
        bars.delta_fade,
        bars.volume_collapse,
        bars.drive,
        bars.stop_grab,
        bars.breakout,
        bars.stacked_imbalance,
        bars.balanced_climb,
        absorption.bar_absorption,
    ),
)
"""What bars of a minute show; a slope is held against five hundred before it."""
MOMENTS: Final = Scene(
    past_s=2 * 3_600,
    quiet_s=3_600,
    rest_s=100,
    plants=(
        absorption.absorption,
        absorption.failed_absorption,
        absorption.followed_effort,
        flow.burst,
        flow.rush,
        flow.bursts_in_a_row,
        flow.growing_bursts,
        flow.micro,
        flow.sweep,
        flow.large_trade,
        forced.calm_cluster,
        forced.cascade,
    ),
    resting=resting.PLANTS,
)
"""What takes seconds."""
_LONGEST_S: Final = 2_100


@dataclass(frozen=True, slots=True)
class PlantedMarket:
    """What one market printed, and what is true of it.

    Attributes:
        trades: TRADE_DTYPE[n], sorted.
        quotes: QUOTE_DTYPE[m], sorted.
        levels: LEVEL_DTYPE[k], the book during ``book_ns``, from a snapshot on.
        liquidations: LIQUIDATION_DTYPE[j], sorted.
        tickers: TICKER_DTYPE[i], one a second: open interest, and of the rest nothing.
        labels: all that was planted, in the order of time.
        quiet_ns: half-open spans, after the past, in which nothing was.
        book_ns: half-open span in which the book is told, if it is.
        from_ns: end of the past by which is judged what is usual.
        until_ns: end of all.
    """

    instrument: Instrument
    trades: TradeArray
    quotes: RowArray
    levels: RowArray
    liquidations: RowArray
    tickers: RowArray
    labels: tuple[Label, ...]
    quiet_ns: tuple[tuple[Ns, Ns], ...]
    book_ns: tuple[Ns, Ns]
    from_ns: Ns
    until_ns: Ns


def planted_market(seed: int, scene: Scene, *, count: int = 4) -> PlantedMarket:
    """Return the market of a seed: the same for every run.

    Args:
        seed: >= 0.
        scene: what it is made of.
        count: how often each kind is planted, >= 1; sides take turns.
    """
    plants = len(scene.plants) + len(scene.resting)
    most_s = scene.past_s + 2 * scene.quiet_s + count * plants * (_LONGEST_S + 2 * scene.rest_s)
    stage = Stage(seed, start_ns=START_NS, seconds=most_s)
    first_s = scene.past_s + scene.quiet_s
    book_s = _plant_all(stage, first_s, scene.plants, count, scene.rest_s)
    again_s = book_s + scene.quiet_s
    end_s = _plant_all(stage, again_s, scene.resting, count, scene.rest_s)
    if scene.resting:
        stage.told_s.append((book_s, end_s))
    stage.end(end_s)
    played = Floor(stage).play()

    def span(begin_s: int, to_s: int) -> tuple[Ns, Ns]:
        return stage.ns(begin_s * _MS), stage.ns(to_s * _MS)

    return PlantedMarket(
        instrument=_instrument(),
        trades=played.trades,
        quotes=played.quotes,
        levels=played.levels,
        liquidations=_liquidations(stage),
        tickers=_tickers(stage),
        labels=tuple(stage.labels),
        quiet_ns=(span(scene.past_s, first_s), span(book_s, again_s)),
        book_ns=span(book_s, end_s),
        from_ns=stage.ns(scene.past_s * _MS),
        until_ns=stage.ns(end_s * _MS),
    )


def _plant_all(stage: Stage, at_s: int, plants: tuple[_Plant, ...], count: int, rest_s: int) -> int:
    """Plant each so often, in a drawn order, each with a rest after it; return the end."""
    order = [(plant, 1 - 2 * (number % 2)) for plant in plants for number in range(count)]
    for place in stage.rng.permutation(len(order)).tolist():
        plant, side = order[place]
        begin_s = -(-at_s // _BAR_S) * _BAR_S
        before = len(stage.labels)
        end_s = plant(stage, begin_s, side)
        written_ns = stage.ns(begin_s * _MS), stage.ns(end_s * _MS)
        for index in range(before, len(stage.labels)):
            stage.labels[index] = replace(stage.labels[index], written_ns=written_ns)
        at_s = end_s + rest_s + int(stage.rng.integers(0, rest_s // 2))
    return at_s


def _instrument() -> Instrument:
    listed = MARKETS[Venue.BYBIT, MarketKind.PERP].facts.defaults
    return next(each for each in listed if each.base == "SOL")


def _liquidations(stage: Stage) -> RowArray:
    grid = _instrument()
    events = sorted(stage.forced, key=lambda each: each.ms)
    rows = np.zeros(len(events), LIQUIDATION_DTYPE)
    rows["ts_event_ns"] = [stage.ns(each.ms) for each in events]
    rows["ts_recv_ns"] = rows["ts_event_ns"] + 20 * NS_PER_MS
    rows["size_lots"] = [each.lots for each in events]
    rows["price"] = np.array([each.ticks for each in events]) * float(grid.tick_size)
    rows["position"] = [-each.side for each in events]
    rows["price_kind"] = LiquidationPrice.BANKRUPTCY
    return rows


def _tickers(stage: Stage) -> RowArray:
    rows = np.zeros(stage.seconds - 1, TICKER_DTYPE)
    rows["ts_event_ns"] = stage.start_ns + np.arange(1, stage.seconds) * NS_PER_S
    rows["ts_recv_ns"] = rows["ts_event_ns"] + 20 * NS_PER_MS
    for name in ("mark", "index", "funding_rate"):
        rows[name] = np.nan
    lots = np.cumsum(stage.interest_lots)[: rows.size]
    rows["open_interest"] = lots * float(_instrument().lot_size)
    return rows
