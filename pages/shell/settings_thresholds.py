"""Settings thresholds: an input for each, remembered and in force at once, or refused by name."""

from itertools import groupby
from typing import Final

import streamlit as st

from core.domain.errors import SettingsError
from data.runtime import runtime
from data.thresholds import BOUNDS, DEFAULTS
from pages.shell.settings_numbers import range_text, read_value, unit_text, value_text
from pages.shell.words import plain

_REFUSED: Final = "thresholds_refused"
_ALL: Final = "all"
_TIMES: Final = "thresholds_put_back"
_COLUMNS: Final = 3


def show() -> None:
    """Show every threshold in its group, and the way back to the defaults."""
    columns = st.columns(_COLUMNS, gap="small")
    grouped = groupby(BOUNDS, key=lambda name: BOUNDS[name].title.partition(":")[0])
    for at, (group, names) in enumerate(grouped):
        with columns[at % _COLUMNS], st.container(border=True):
            st.markdown(f"**{group}**")
            for name in names:
                _threshold(name)
    st.button(
        "All as at the first start",
        key="thresholds_reset",
        icon=":material/restart_alt:",
        disabled=runtime().settings.thresholds == DEFAULTS and not _refused(),
        on_click=_reset_all,
    )
    if _ALL in _refused():
        st.error(plain(_refused()[_ALL]))


def _threshold(name: str) -> None:
    bounds = BOUNDS[name]
    now = getattr(runtime().settings.thresholds, name)
    refused = _refused().get(name)
    # An input of another value is another input: what the browser still holds of the former one
    # cannot be taken for a change.
    key = f"threshold_{name}_{now:g}_{st.session_state.setdefault(_TIMES, 0)}"
    label = bounds.title.partition(": ")[2] or bounds.title
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.text_input(
            f"{label} ({unit_text(name)})",
            value_text(name, now),
            key=key,
            on_change=_change,
            args=(name, key),
            help=f"{bounds.help} It goes {range_text(name)}.",
        )
        if now != getattr(DEFAULTS, name) or refused is not None:
            st.button(
                "",
                key=f"reset_{name}",
                icon=":material/restart_alt:",
                type="tertiary",
                help=f"Back to {value_text(name, getattr(DEFAULTS, name))}",
                on_click=_reset,
                args=(name,),
            )
    if refused is not None:
        st.error(plain(f"{refused}. In force: {value_text(name, now)} {unit_text(name)}."))
    else:
        st.caption(plain(bounds.help))


def _change(name: str, key: str) -> None:
    text = st.session_state.get(key)
    if text is None:  # of an input that is no more
        return
    try:
        runtime().remember(f"thresholds.{name}", read_value(name, text))
    except SettingsError as error:
        _refused()[name] = error.ui_message
    else:
        _refused().pop(name, None)


def _reset(name: str) -> None:
    """Put a threshold back to what it is at the first start."""
    try:
        runtime().remember(f"thresholds.{name}", None)
    except SettingsError as error:
        _refused()[name] = error.ui_message
    else:
        _refused().pop(name, None)
        st.session_state[_TIMES] += 1


def _reset_all() -> None:
    _refused().clear()
    st.session_state[_TIMES] += 1
    try:
        runtime().remember("thresholds", None)
    except SettingsError as error:
        _refused()[_ALL] = error.ui_message


def _refused() -> dict[str, str]:
    """Return why what is written into some inputs is not in force, by name."""
    refused: dict[str, str] = st.session_state.setdefault(_REFUSED, {})
    return refused
