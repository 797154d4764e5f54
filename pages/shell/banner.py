"""Banner: what every page says at its top: whose market this is, and what is amiss with it."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import accumulate
from typing import Final, Literal, TypeAlias

import streamlit as st

from data.feeds.health import State
from data.runtime import Runtime, runtime
from data.settings import Settings
from data.sources.playback import Playback
from pages.shell import look, replay_bar
from pages.shell.again import again
from pages.shell.words import plain

_Colour: TypeAlias = Literal["green", "orange", "violet", "gray", "red"]

_STARTING: Final[tuple[str, _Colour, str]] = ("STARTING", "gray", "")
_DEAD: Final[tuple[str, _Colour, str]] = ("NOT LIVE", "red", "No exchange sends trades right now.")
_BADGES: Final[dict[str, tuple[str, _Colour, str]]] = {
    "live": ("LIVE", "green", "Real trades, as the exchanges send them."),
    "simulated": ("SIMULATED", "orange", "An invented market: nothing here was ever traded."),
    "idle": ("NO MARKET", "gray", ""),
    "replay": ("REPLAY", "violet", "A recording: this is the past."),
}
_MOST_LETTERS: Final = 420
"""Three lines; where every exchange is dead, each of them has two sentences to say."""
_SELDOM: Final = timedelta(days=1)
"""Streamlit runs a page anew when a server that was away is back only if it has a timer of its."""
_STYLE: Final = """
<style>
  .stMainBlockContainer { padding: 1.6rem 1rem 0.3rem 1.2rem; }
  .stMain [data-testid="stVerticalBlock"] { gap: 0.5rem; }
  .st-key-look, .st-key-keys, .st-key-tour, .st-key-hud-panel, [class*="st-key-again-"] {
    position: absolute; height: 0;
  }
  div:has(> .st-key-everywhere) { position: absolute; height: 0; }
  .st-key-banner { padding-right: 1.8rem; flex-wrap: nowrap; }
  [data-testid="stSidebarUserContent"] [data-testid="stVerticalBlock"] { gap: 0.7rem; }
  [data-testid="stHeader"] { background: transparent; height: 2.4rem; }
  [data-testid="stHeader"], [data-testid="stToolbar"] { pointer-events: none; }
  [data-testid="stHeader"] button { pointer-events: auto; }
  [data-testid="stElementContainer"][data-stale="true"] { opacity: 1 !important; }
</style>
"""


def show() -> None:
    """Show the banner; it looks again by itself, soon while a source is being chosen."""
    st.html(_STYLE)
    look.show()
    source = runtime().source
    waiting = source.name == "starting" or st.session_state.get("asked_again", False)
    chosen = _chosen(runtime().settings)
    _banner(source.run_id, chosen, every_s=1.0 if waiting else 5.0)
    if isinstance(source, Playback):
        replay_bar.show(source)


def _chosen(settings: Settings) -> tuple[object, ...]:
    """Return what holds on every page as soon as it is chosen on one."""
    return settings.thresholds, settings.palette, settings.coins, settings.hud


@st.fragment(run_every=_SELDOM)
def _banner(run_id: str, chosen: tuple[object, ...], *, every_s: float) -> None:
    again("banner", every_s=every_s)
    run = runtime()
    if run.source.run_id != run_id:
        st.session_state["asked_again"] = False
        st.rerun()
    if _chosen(run.settings) != chosen:
        st.rerun()
    word, colour, meaning = _badge(run)
    with st.container(horizontal=True, vertical_alignment="center", key="banner"):
        st.badge(word, color=colour)
        recording = run.session.notes() if run.session is not None else ()
        _words(meaning, (*recording, *run.notes()))
        if run.source.name == "simulated":
            _retry(run)
        elif run.source.name == "replay" and run.settings.source != "replay":
            _leave(run)
        st.caption(f"run {plain(run.source.run_id)}", width="content")


def _badge(run: Runtime) -> tuple[str, _Colour, str]:
    """Return what the market is; one of which nothing is live does not look so."""
    channels = run.health.snapshot() if run.source.name == "live" else ()
    if channels and all(each.state is not State.LIVE for each in channels):
        return _DEAD
    return _BADGES.get(run.source.name, _STARTING)


def _words(meaning: str, notes: Sequence[str]) -> None:
    """Say what is amiss; of many sentences the first, and all of them under the question mark."""
    sentences = list(dict.fromkeys(notes))
    lengths = accumulate(len(each) for each in sentences)
    fitting = max(sum(length <= _MOST_LETTERS for length in lengths), 1)
    shown = [meaning, *(plain(each) for each in sentences[:fitting])]
    more = len(sentences) - fitting
    if more > 0:
        shown.append(f"And {more} more.")
    every = " ".join(map(plain, sentences)) if more > 0 else None
    st.caption(" ".join(shown), width="stretch", help=every)


def _retry(run: Runtime) -> None:
    if st.button("Try the live market", type="tertiary", key="retry_live"):
        st.session_state["asked_again"] = True
        run.retry_live()


def _leave(run: Runtime) -> None:
    if st.button("Back to the market", type="tertiary", key="stop_playing"):
        st.session_state["asked_again"] = True
        run.stop_playing()
