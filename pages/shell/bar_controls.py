"""Bar controls: whether time ends a bar or what traded, and of what size, kept in the address."""

from typing import Final

import numpy as np
import streamlit as st

from core.calc.bar_size import WHOLE, BarSize, bar_size
from core.calc.bars import time_bars
from core.calc.running_bars import By
from core.calc.usual_bar_size import least_bar_size, usual_bar_size
from core.domain.instrument import Instrument
from core.domain.units import NS_PER_HOUR, NS_PER_MINUTE, Ns
from data.runtime import runtime
from pages.figures.cut_bars import LAYERS as SHOWN
from pages.layers.layer import Group
from pages.shell.spec import ChartSpec
from pages.shell.words import plain

_ADDRESS: Final = "by"
_TIME: Final = "time"
_BY: Final = {
    _TIME: None,
    "trades": By.TICK,
    "volume": By.VOLUME,
    "money": By.DOLLAR,
    "range": By.RANGE,
    "delta": By.DELTA,
}
_LOOK_BACK_NS: Final[Ns] = 2 * NS_PER_HOUR
_FIRST: Final = {By.TICK: "500", By.VOLUME: "10", By.DOLLAR: "1000000", By.RANGE: "50"}
_USUAL: Final = "usual_bar_size"


def choose_size(grid: Instrument) -> BarSize | None:
    """Show what ends a bar; return its size, or None where time does, or what was written cannot.

    Args:
        grid: the market whose bars they are.
    """
    told_by, _, told_size = st.query_params.get(_ADDRESS, "").partition(":")
    words = {str(by): word for word, by in _BY.items() if by is not None}
    st.session_state.setdefault("bars_of", words.get(told_by, _TIME))
    word = st.segmented_control(
        "Bars of",
        list(_BY),
        key="bars_of",
        required=True,
        persist_state="session",
        help="Time: a bar is as long as the timeframe. Else it ends when so much has traded, and "
        "the chart's axis counts bars.",
    )
    by = _BY[word or _TIME]
    if by is None:
        if _ADDRESS in st.query_params:
            del st.query_params[_ADDRESS]
        return None
    usual = _usual(grid, by)
    key = f"bar_size_{by}"
    first = f"{usual.size:f}" if usual else _FIRST.get(by, "25")
    st.session_state.setdefault(key, told_size if by == told_by and told_size else first)
    text = st.text_input(
        _label(by, grid),
        key=key,
        persist_state="session",
        help=f"About as many bars as minutes: {usual.size:,f}." if usual else None,
    ).strip()
    if st.query_params.get(_ADDRESS) != f"{by}:{text}":
        st.query_params[_ADDRESS] = f"{by}:{text}"
    size, refused = read_size(by, text, grid, usual)
    if refused:
        st.error(plain(refused))
    return size


def read_size(
    by: By, text: str, grid: Instrument, usual: BarSize | None
) -> tuple[BarSize | None, str]:
    """Return the size that is written, or None and a sentence that says why it cannot be.

    Args:
        usual: of this market; None = not known.
    """
    name = _label(by, grid)
    try:
        size = bar_size(f"{by}:{text}")
    except ValueError:
        whole = "a whole number" if by in WHOLE else "a number"
        return None, f"{name} cannot be {text[:40]!r}: write {whole} above zero."
    try:
        size.cut(grid)
    except ValueError:
        return None, f"{name} cannot be {text}: no day trades so much, write a smaller number."
    least = least_bar_size(usual) if usual else None
    if least is not None and size.size < least.size:
        return None, (
            f"{name} cannot be {text}: more than a bar would end each second, "
            f"write {least.size:f} or more."
        )
    return size, ""


def left_out(spec: ChartSpec) -> str:
    """Return which of what is on stands at times, and so not beside such bars."""
    gone = [each for each in spec.layers if each.name not in SHOWN]
    names = [each.title for each in gone if each.group is not Group.MARKERS]
    names += [
        f"{each.title} as it is set"
        for each in spec.layers
        if each not in gone and spec.question(each) is not None
    ]
    if any(each.group is Group.MARKERS for each in gone):
        names.append("all of Markers")
    return f"Only on bars of time: {', '.join(names)}." if names else ""


def _label(by: By, grid: Instrument) -> str:
    return {
        By.TICK: "Trades in a bar",
        By.VOLUME: f"Volume of a bar ({grid.base})",
        By.DOLLAR: f"Money in a bar ({grid.quote})",
        By.RANGE: "Height of a bar (ticks)",
        By.DELTA: f"Delta that ends a bar ({grid.base})",
    }[by]


def _usual(grid: Instrument, by: By) -> BarSize | None:
    """Return the usual size of this market, the same for as long as the tab is open."""
    known: dict[tuple[str, By], BarSize] = st.session_state.setdefault(_USUAL, {})
    key = str(grid.id), by
    if key not in known:
        found = _measured(grid, by)
        if found is None:
            return None
        known[key] = found
    return known[key]


def _measured(grid: Instrument, by: By) -> BarSize | None:
    tape = runtime().engine.tape(grid.id)
    newest_ns = tape.trades.newest_ns if tape else None
    if tape is None or newest_ns is None:
        return None
    rows = tape.trades.window(newest_ns - _LOOK_BACK_NS, newest_ns + 1)
    minutes = time_bars(rows, step_ns=NS_PER_MINUTE)
    # The first and the last minute are parts; of a tape that has just begun there is no other.
    whole = minutes[1:-1] if minutes.size > 2 else minutes  # noqa: PLR2004
    return usual_bar_size(np.ascontiguousarray(whole), by, tape.instrument)
