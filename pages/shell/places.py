"""Places: the candle at which the trader anchored, and those between which a profile is drawn.

They are kept in the page's address, as times UTC: ``anchor=20261121T140500`` and
``range=20261121T130000-20261121T140500``.
"""

from datetime import UTC, datetime
from typing import Final

import streamlit as st

from core.domain.units import NS_PER_S, Ns

_ANCHOR: Final = "anchor"
_RANGE: Final = "range"
_FORMAT: Final = "%Y%m%dT%H%M%S"


def anchor() -> Ns | None:
    """Return the open of the anchored candle; None = there is none."""
    return _read(st.query_params.get(_ANCHOR, ""))


def profile_range() -> tuple[Ns, Ns] | None:
    """Return from where to where the profile goes; None = no two candles were chosen."""
    first, _, last = st.query_params.get(_RANGE, "").partition("-")
    from_ns, to_ns = _read(first), _read(last)
    return (from_ns, to_ns) if from_ns is not None and to_ns is not None else None


def half_range() -> Ns | None:
    """Return the open of the first of the two candles, while the other is not chosen."""
    first, _, last = st.query_params.get(_RANGE, "").partition("-")
    return _read(first) if not last else None


def put_anchor(open_ns: Ns) -> None:
    """Anchor at the candle that opens then."""
    st.query_params[_ANCHOR] = _text(open_ns)


def put_range_end(open_ns: Ns, step_ns: Ns) -> None:
    """Choose the first candle of the profile's range, or the second, which may be before it."""
    first_ns = half_range()
    if first_ns is None:
        st.query_params[_RANGE] = _text(open_ns)
        return
    from_ns, last_ns = sorted((first_ns, open_ns))
    st.query_params[_RANGE] = f"{_text(from_ns)}-{_text(last_ns + step_ns)}"


def clear() -> None:
    """Forget them."""
    for name in (_ANCHOR, _RANGE):
        if name in st.query_params:
            del st.query_params[name]


def _text(ts_ns: Ns) -> str:
    return datetime.fromtimestamp(ts_ns // NS_PER_S, UTC).strftime(_FORMAT)


def _read(text: str) -> Ns | None:
    """Return the instant in a text; None = there is none, or what is there is none."""
    try:
        moment = datetime.strptime(text, _FORMAT).replace(tzinfo=UTC)
    except ValueError:
        return None
    return int(moment.timestamp()) * NS_PER_S
