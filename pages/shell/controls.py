"""Controls: the sidebar's widgets become one frozen spec, kept in the page's address."""

from collections.abc import Mapping, Sequence
from typing import Final

import streamlit as st

from core.domain.instrument import Instrument, InstrumentId, MarketKind
from core.domain.timeframe import TIMEFRAMES_NS
from data.sources.source import Source
from data.views.explorer import ExplorerSpec
from pages.figures.explorer import LAYERS, PERP_LAYERS
from pages.shell.spec import ChartSpec

FIRST: Final = "binance.perp.BTCUSDT"
BARS: Final = (150, 300, 600, 1000)
ROW_TICKS: Final = (0, 1, 2, 5, 10, 25, 50, 100)
"""Ticks in a row; 0 = automatic."""
_LAYER_NAMES: Final[Mapping[str, str]] = {
    "vwap": "VWAP",
    "bands": "VWAP bands",
    "profile": "Volume profile",
    "liquidations": "Liquidations",
    "best_quote": "Best bid and ask",
    "cvd": "CVD",
    "delta": "Delta",
    "open_interest": "Open interest",
    "funding": "Funding and basis",
}


def choose(source: Source) -> ChartSpec | None:
    """Show the widgets in the sidebar and return what they say.

    Every choice is a parameter of the page's address, and one that is not on offer is ignored
    there, so an address can be shared.

    Args:
        source: whose instruments are on offer.

    Returns:
        None while the source has none.
    """
    listed = {str(each.id): each for each in source.instruments()}
    if not listed:
        return None
    with st.sidebar:
        first = _instrument(listed)
        instruments = (first.id, *_others(first, list(listed.values())))
        timeframe = _timeframe()
        bars = st.segmented_control(
            "Bars", BARS, default=300, required=True, key="bars", bind="query-params"
        )
        layers = _layers(first.id.kind)
        by_venue = len(instruments) > 1 and "open_interest" in layers and _by_venue()
        scope = st.segmented_control(
            "Profile of",
            ("session", "window"),
            default="session",
            required=True,
            key="profile_of",
            bind="query-params",
            help="The session began at 00:00 UTC; the window is what the chart holds.",
        )
        rows = row_size("Profile rows", key="profile_rows")
    return ChartSpec(
        ExplorerSpec(
            instruments=instruments,
            timeframe=timeframe,
            bars=bars,
            profile_scope="window" if scope == "window" else "session",
            ticks_per_row=rows,
        ),
        layers,
        by_venue,
    )


def row_size(label: str, *, key: str) -> int:
    """Show a choice of row heights; return ticks, 0 = automatic."""
    return st.selectbox(label, ROW_TICKS, format_func=_row_name, key=key, bind="query-params")


def _row_name(ticks: int) -> str:
    if not ticks:
        return "automatic"
    return "1 tick" if ticks == 1 else f"{ticks} ticks"


def _instrument(listed: Mapping[str, Instrument]) -> Instrument:
    names = list(listed)
    chosen = st.selectbox(
        "Instrument",
        names,
        index=names.index(FIRST) if FIRST in listed else 0,
        key="instrument",
        bind="query-params",
    )
    return listed[chosen]


def _others(first: Instrument, listed: Sequence[Instrument]) -> list[InstrumentId]:
    """Return the same market at the other venues chosen: spot and perpetual never mix."""
    same = {
        str(each.id.venue): each.id
        for each in listed
        if each.id.venue is not first.id.venue and _market(each) == _market(first)
    }
    if not same:
        return []
    chosen = st.multiselect(
        "Sum with",
        list(same),
        placeholder="no other venue",
        key="sum_with",
        bind="query-params",
        help="Volume, delta, CVD, VWAP, profile and footprint are the sum; candles stay the "
        "first venue's.",
    )
    return [same[venue] for venue in chosen]


def _market(instrument: Instrument) -> tuple[str, str, str]:
    return instrument.base, instrument.quote, instrument.id.kind


def _timeframe() -> str:
    return st.segmented_control(
        "Timeframe",
        list(TIMEFRAMES_NS),
        default="1m",
        required=True,
        key="timeframe",
        bind="query-params",
    )


def _layers(kind: MarketKind) -> tuple[str, ...]:
    """Return the layers switched on, of those that this kind of market has, in their order."""
    offered = [each for each in LAYERS if kind is MarketKind.PERP or each not in PERP_LAYERS]
    switched = {
        layer: st.toggle(_LAYER_NAMES[layer], value=True, key=layer, bind="query-params")
        for layer in offered
    }
    return tuple(layer for layer, is_on in switched.items() if is_on)


def _by_venue() -> bool:
    chosen = st.segmented_control(
        "Open interest",
        ("sum", "by venue"),
        default="sum",
        required=True,
        key="open_interest_of",
        bind="query-params",
        help="By venue: the change of each since the chart's left edge, in percent.",
    )
    return chosen == "by venue"
