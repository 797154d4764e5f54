"""Replay bar: pause, speed and place of a recording that is being played."""

from datetime import UTC, datetime, timedelta
from math import inf
from typing import Any, Final

import streamlit as st

from core.domain.units import NS_PER_S, Ns
from data.sources.playback import Playback
from pages.shell.again import again
from pages.shell.words import utc_text

SPEEDS: Final = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, inf)
_PLACE: Final = "replay_place"


@st.fragment
def show(source: Playback[Any]) -> None:
    """Show the bar; once a second it moves on with the tape."""
    again("replay", every_s=1.0)
    with st.container(horizontal=True, vertical_alignment="center", key="replay_bar"):
        _play_button(source)
        _speed(source)
        _place(source)
        st.caption(_words(source), width="content")


def _play_button(source: Playback[Any]) -> None:
    label, icon = ("Play", "play_arrow") if source.paused else ("Pause", "pause")
    act = source.resume if source.paused else source.pause
    st.button(label, icon=f":material/{icon}:", on_click=act, key="replay_play", width=110)


def _speed(source: Playback[Any]) -> None:
    speeds = sorted({*SPEEDS, source.speed})
    chosen = st.selectbox(
        "Speed",
        speeds,
        index=speeds.index(source.speed),
        format_func=lambda speed: "as fast as it goes" if speed == inf else f"{speed:g}×",
        label_visibility="collapsed",
        width=170,
    )
    if chosen != source.speed:
        source.set_speed(chosen)


def _place(source: Playback[Any]) -> None:
    first_s, last_s = (ns // NS_PER_S for ns in source.span_ns)
    if last_s <= first_s:
        return
    here_s = min(max(source.now_ns() // NS_PER_S, first_s), last_s)
    st.session_state[_PLACE] = _moment(here_s)
    st.slider(
        "Place",
        _moment(first_s),
        _moment(last_s),
        key=_PLACE,
        step=timedelta(seconds=1),
        format="HH:mm:ss",
        label_visibility="collapsed",
        on_change=_seek,
        args=(source,),
    )


def _seek(source: Playback[Any]) -> None:
    place: datetime = st.session_state[_PLACE]
    source.seek(int(place.replace(tzinfo=UTC).timestamp()) * NS_PER_S)


def _moment(seconds: int) -> datetime:
    # Streamlit's slider speaks of times without a zone; all of ours are UTC.
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)


def _words(source: Playback[Any]) -> str:
    now: Ns = source.now_ns()
    return f"{utc_text(now)}{', at the end' if source.finished else ''}"
