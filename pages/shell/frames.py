"""Frames: what every chart says besides its figure: how old it is, what it waits for, its bars."""

from collections.abc import Sequence
from typing import Any

from core.domain.instrument import InstrumentId
from core.domain.units import NS_PER_MS, Ns
from data.runtime import Runtime
from data.views.coin_markets import QUOTE
from data.views.explorer import ExplorerView
from pages.figures.scale import coins, milliseconds, prices
from pages.figures.venues import instrument_title
from pages.shell.states import describe


def waiting_for(runtime: Runtime, instruments: Sequence[InstrumentId]) -> str:
    """Return the sentence for a view of which nothing has come.

    Args:
        instruments: those of the view; none = it is of any market against QUOTE.
    """
    if not runtime.source.instruments():
        return " ".join(runtime.notes()) or "Waiting for the market."
    if not instruments:
        return f"Waiting for a market against {QUOTE}."
    names = " and ".join(map(instrument_title, instruments))
    return f"Waiting for the first trade of {names}."


def channel_states(
    runtime: Runtime, instruments: Sequence[InstrumentId], missing: Sequence[InstrumentId]
) -> dict[str, str]:
    """Return what the channels are worth; only those of the live market are ours to judge."""
    channels = runtime.health.snapshot() if runtime.source.name == "live" else ()
    state, words = describe(channels, instruments, missing)
    return {"state": state, "state_words": words}


def stamps(runtime: Runtime, newest_recv_ns: Ns, written_ns: Ns) -> dict[str, Any]:
    """Return the source, and how old the newest event was when the frame left.

    Age is taken on the source's own clock, so that a replay's is that of its recording. Arrival
    is on ours: what was not received now arrived when the engine wrote it.
    """
    age_ns = max(runtime.source.now_ns() - newest_recv_ns, 0) if newest_recv_ns else 0
    arrived_ns = newest_recv_ns if runtime.source.name == "live" else written_ns
    return {
        "source": runtime.source.name,
        "recv_ns": str(newest_recv_ns),
        "arrived_ms": arrived_ns / NS_PER_MS,
        "written_ms": written_ns / NS_PER_MS,
        "age_ms": age_ns / NS_PER_MS,
    }


def bar_columns(view: ExplorerView) -> dict[str, Any]:
    """Return what the line above the chart reads of each bar."""
    bars, grid = view.bars, view.instrument
    volume = bars["buy_lots"] + bars["sell_lots"] + bars["unknown_lots"]
    return {
        "time": milliseconds(bars["open_ns"]),
        **{key: prices(bars[f"{key}_ticks"], grid) for key in ("open", "high", "low", "close")},
        "volume": coins(volume, grid),
        "delta": coins(view.delta.delta_lots, grid),
        "cvd": coins(view.cvd.close_lots, grid),
        "vwap": prices(view.vwap.vwap_ticks, grid),
    }
