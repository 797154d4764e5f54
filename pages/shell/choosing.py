"""Choosing: one of a few words, kept in the page's address."""

from collections.abc import Mapping
from typing import TypeVar

import streamlit as st

T = TypeVar("T")


def one_of(
    label: str, of: Mapping[str, T], *, key: str, first: str | None = None, words: str | None = None
) -> T:
    """Show the words side by side, and return what stands behind the one chosen.

    Args:
        of: at least one word; one that is not among them is ignored in the address.
        key: of the widget, and of the address.
        first: what is chosen to begin with; None = the first of them.
        words: what the question mark says.
    """
    chosen = st.segmented_control(
        label,
        list(of),
        default=first or next(iter(of)),
        required=True,
        key=key,
        bind="query-params",
        help=words,
    )
    return of[chosen]
