"""Remembering: what is chosen on a page is there at the next start, or the page says why not."""

import streamlit as st

from core.domain.errors import SettingsError
from data.remembered import Value
from data.runtime import runtime
from pages.shell.words import refusal


def remember(key: str, value: Value) -> None:
    """Write a choice into settings.toml; where that cannot be, it holds in this tab alone.

    Args:
        key: as in the file, such as ``palette``.
    """
    try:
        runtime().remember(key, value)
    except SettingsError as error:
        st.warning(refusal(error))
