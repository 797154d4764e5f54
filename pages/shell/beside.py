"""Beside the trades: what the Explorer's chart shows of quotes, positions, funding and basis."""

from collections.abc import Hashable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from core.domain.arrays import FloatArray, IntArray
from core.domain.events import Channel
from core.domain.instrument import Instrument, InstrumentId, MarketKind
from data.runtime import Runtime
from data.views.derivatives import Best, DerivativesQuery, DerivativesSpec, DerivativesView
from data.views.explorer import ExplorerView
from data.views.moment import FRESH_NS, followed
from pages.figures.axes import AXES
from pages.figures.part import Part
from pages.figures.scale import milliseconds
from pages.shell.spec import ChartSpec


class Beside:
    """Answers one chart again and again."""

    def __init__(self, spec: ChartSpec, runtime: Runtime) -> None:
        self._spec = spec
        self._layers = frozenset(spec.shown.layers)
        self._runtime = runtime
        self._other: Instrument | None = None
        self._query = DerivativesQuery(self._wanted())

    def marker(self) -> Hashable:
        """Return what changes whenever something that is shown does."""
        engine = self._runtime.engine
        found = [(engine.tape(each), channel) for each, channel in self._query.spec.channels()]
        return tuple(
            tape.version(channel)
            for tape, channel in found
            if tape is not None and not (channel is Channel.BOOK and len(tape.quotes))
        )

    def view(self, view: ExplorerView) -> DerivativesView:
        """Return the newest view of the bars that the chart shows; asks for what it rests on."""
        wanted = self._wanted()
        if wanted != self._query.spec:
            self._query = DerivativesQuery(wanted)
        explorer = self._spec.explorer
        if self._other is not None:
            self._runtime.source.want(self._other.id, explorer.timeframe, explorer.bars)
        from_ns = int(view.bars["open_ns"][0])
        now_ns = max(self._runtime.source.now_ns(), from_ns)
        found = self._query.view(self._runtime.engine, from_ns=from_ns, now_ns=now_ns)
        # A gap is noted when it is over; of one that lasts, only health tells.
        return replace(found, complete=found.complete and self._hears_liquidations())

    def is_live(self, best: Best | None) -> bool:
        """Return whether the channel that told the best bid and ask is live."""
        run = self._runtime
        if best is None:
            return False
        if run.source.name != "live":
            return run.source.now_ns() - best.recv_ns <= FRESH_NS
        return (best.instrument.id, best.channel) in self._live()

    def _hears_liquidations(self) -> bool:
        """Return whether all liquidations that are shown are told now, as far as is known."""
        wanted = {(each, Channel.LIQUIDATIONS) for each in self._query.spec.liquidations}
        return self._runtime.source.name != "live" or wanted <= self._live()

    def _live(self) -> set[tuple[InstrumentId, Channel]]:
        """Return what is live of the live market."""
        known = followed(self._runtime.health.snapshot())
        return {key for key, off in known.items() if off is None}

    def _wanted(self) -> DerivativesSpec:
        instruments = self._spec.explorer.instruments
        first = instruments[0]
        perps = tuple(each for each in instruments if each.kind is MarketKind.PERP)
        other = self._other_market(first) if "funding" in self._layers else None
        pair = (first, other) if first.kind is MarketKind.PERP else (other, first)
        perp, spot = pair if "funding" in self._layers else (None, None)
        return DerivativesSpec(
            timeframe=self._spec.explorer.timeframe,
            liquidations=perps if "liquidations" in self._layers else (),
            perp=perp,
            spot=spot,
            quotes=first if "best_quote" in self._layers else None,
        )

    def _other_market(self, first: InstrumentId) -> InstrumentId | None:
        """Return the same coins' other market at the same venue: spot of a perpetual, or back."""
        if self._other is None:
            listed = self._runtime.source.instruments()
            own = next((each for each in listed if each.id == first), None)
            self._other = next((each for each in listed if own and _is_other(each, own)), None)
        return self._other.id if self._other is not None else None


def _is_other(each: Instrument, own: Instrument) -> bool:
    same_coins = (each.base, each.quote) == (own.base, own.quote)
    return same_coins and each.id.venue is own.id.venue and each.id.kind is not own.id.kind


def columns(view: DerivativesView, bars_ns: IntArray, parts: Mapping[str, Part]) -> dict[str, Any]:
    """Return what is read of each pane at the bar under the mouse.

    Args:
        view: of funding.
        bars_ns: int64[n], open of each bar of the chart, for what ``parts`` say of them.
        parts: of other layers.
    """
    panes = told(bars_ns, parts)
    if view.funding is not None:
        cells = [
            _cell("", 100 * view.funding.rate_frac, 4, f"% of {_hours(view)}"),
            _cell("APR", 100 * view.funding.apr_frac, 2, "%"),
        ]
        if view.predicted is not None and not np.isnan(view.predicted).all():
            cells.append(_cell("from the premium", 100 * view.predicted, 4, "%"))
        if view.basis is not None:
            cells.append(_cell("basis", view.basis, 2, "bps"))
        # Rate and basis keep their common zero, and with it their ranges.
        panes.append({"axis": _key("funding"), "cells": cells, "fit": "none"})
    return {"time": milliseconds(view.open_ns), "panes": panes}


def told(bars_ns: IntArray, parts: Mapping[str, Part]) -> list[dict[str, Any]]:
    """Return what the panes of parts say of each bar.

    Args:
        bars_ns: int64[n], where each bar of the chart stands on its axis.
        parts: by the name of their layer; those without such words are left out.
    """
    panes: list[dict[str, Any]] = []
    for name, part in parts.items():
        if part.cells:
            cells = [
                _cell(each.label, each.values, each.decimals, each.unit)
                | ({"words": each.words} if each.words else {})
                for each in part.cells
            ]
            panes.append({"axis": _key(name), "cells": cells, "time": milliseconds(bars_ns)})
            panes[-1]["fit"] = _fit(part)
    return panes


def _fit(part: Part) -> str:
    """Return how a pane's axis follows what is seen: with zero where it was drawn with it."""
    if part.span is None:
        return "none"
    return "zero" if part.span[0] <= 0 <= part.span[1] else "seen"


def _cell(label: str, values: FloatArray, decimals: int, unit: str) -> dict[str, Any]:
    return {"label": label, "values": values, "decimals": decimals, "unit": unit}


def _hours(view: DerivativesView) -> str:
    interval_h = view.funding.interval_h if view.funding is not None else np.zeros(0)
    known = interval_h[~np.isnan(interval_h)]
    return f"{known[-1]:g} h" if known.size else "an interval"


def _key(pane: str) -> str:
    return f"yaxis{AXES[pane][1:]}"
