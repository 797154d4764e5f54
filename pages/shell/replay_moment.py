"""Replay moment: a moment of the past opens in replay, where it was recorded."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import streamlit as st

from core.domain.events import Channel
from core.domain.instrument import InstrumentId
from core.domain.units import NS_PER_HOUR, NS_PER_MINUTE, Ns
from data.runtime import Runtime
from data.sources.playback import Playback
from data.store.recordings import Recording

_BEFORE_NS: Final[Ns] = 2 * NS_PER_HOUR
_AFTER_NS: Final[Ns] = 30 * NS_PER_MINUTE
_EXPLORER: Final = Path(__file__).resolve().parent.parent / "explorer.py"


def recorded_from(
    recordings: Iterable[Recording], ids: Sequence[InstrumentId], at_ns: Ns
) -> str | None:
    """Return the source whose recordings hold trades of all markets around a moment.

    Of several the one that was recorded live. None = there is no such source.
    """
    wanted = set(ids)
    holding: dict[str, set[InstrumentId]] = {}
    for each in recordings:
        is_there = each.first_ns <= at_ns <= each.last_ns
        if each.channel is Channel.TRADES and is_there and each.instrument.id in wanted:
            holding.setdefault(each.source, set()).add(each.instrument.id)
    whole = sorted(source for source, held in holding.items() if held == wanted)
    return "live" if "live" in whole else next(iter(whole), None)


def play_moment(run: Runtime, source: str, ids: Sequence[InstrumentId], at_ns: Ns) -> None:
    """Replace the market by what was recorded around a moment, and wind forward to it.

    Args:
        source: of ``recorded_from``.
        ids: at least one.

    Raises:
        RecordingError: nothing was recorded of one of them in the span.
    """
    run.play(source, tuple(ids), at_ns - _BEFORE_NS, at_ns + _AFTER_NS)
    if isinstance(run.source, Playback):
        run.source.seek(at_ns)


def open_explorer(ids: Sequence[InstrumentId], *, timeframe: str) -> None:
    """Go to the Explorer with these markets; the page that called this ends here."""
    others = [str(each.venue) for each in ids[1:]]
    wanted: dict[str, str | list[str]] = {"instrument": str(ids[0]), "timeframe": timeframe}
    if others:
        wanted["sum_with"] = others
    st.switch_page(_EXPLORER, query_params=wanted)
