"""Controls: the sidebar's widgets become one frozen spec, kept in the page's address."""

from collections.abc import Sequence
from typing import Final, Literal

import streamlit as st

from core.domain.instrument import Instrument, InstrumentId
from core.domain.timeframe import TIMEFRAMES_NS
from data.sources.source import Source
from data.views.explorer import ExplorerSpec
from pages.figures.venues import instrument_title
from pages.layers.own import ROW_TICKS, START_OF, VALUE_AREA_OF
from pages.layers.registry import LAYERS
from pages.shell import places
from pages.shell.bar_controls import choose_size, left_out
from pages.shell.coins import choose_instrument
from pages.shell.layer_controls import choose_layers
from pages.shell.spec import ChartSpec
from pages.shell.words import plain

BARS: Final = (150, 300, 600, 1000)


def choose(source: Source) -> ChartSpec | None:
    """Show the widgets in the sidebar and return what they say.

    Every choice is a parameter of the page's address, and one that is not on offer is ignored
    there, so an address can be shared.

    Args:
        source: whose instruments are on offer.

    Returns:
        None while the source has none.
    """
    first = choose_instrument(source)
    if first is None:
        return None
    with st.sidebar:
        instruments = (first.id, *_others(first, source.instruments()))
        above = st.container()
        size = choose_size(first)
        note = st.empty()
        with above:
            timeframe = _timeframe(is_used=size is None)
        bars = st.segmented_control(
            "Bars", BARS, default=300, required=True, key="bars", bind="query-params"
        )
        layers = choose_layers(first.id.kind)
    made = dict(layers.settings)
    profile, vwap = (LAYERS[each].choices(made) for each in ("profile", "vwap"))
    range_ns = places.profile_range() if profile["of"] == "range" else None
    explorer = ExplorerSpec(
        instruments=instruments,
        timeframe=timeframe,
        bars=bars,
        profile_scope=_scope(profile["of"]),
        ticks_per_row=ROW_TICKS[profile["rows"]],
        session_start_ns=START_OF[vwap["since"]],
        range_ns=range_ns,
        value_area=VALUE_AREA_OF[profile["area"]],
    )
    spec = ChartSpec(explorer, layers, places.anchor(), range_ns, size)
    if size is not None:
        note.caption(plain(_not_shown(spec)))
    return spec


def _not_shown(spec: ChartSpec) -> str:
    """Return what bars that end by what traded do not show."""
    first, *others = spec.explorer.instruments
    only = f"Of {instrument_title(first)} alone. " if others else ""
    return only + left_out(spec)


def _scope(word: str) -> Literal["session", "window", "range"]:
    return "window" if word == "window" else "range" if word == "range" else "session"


def row_size(label: str, *, key: str) -> int:
    """Show a choice of row heights; return ticks, 0 = automatic."""
    return ROW_TICKS[st.selectbox(label, tuple(ROW_TICKS), key=key, bind="query-params")]


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


def _timeframe(*, is_used: bool) -> str:
    return st.segmented_control(
        "Timeframe",
        list(TIMEFRAMES_NS),
        default="1m",
        required=True,
        key="timeframe",
        disabled=not is_used,
        bind="query-params",
    )
