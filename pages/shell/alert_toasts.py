"""Alert toasts: what fires is told on every page, once in each tab, and sounds where it is to."""

from typing import Final

import streamlit as st

from data.alerts.alert import Alert
from data.runtime import runtime
from pages.shell.assets import loader
from pages.shell.words import plain

EVERY_S: Final = 1.0
_TOLD: Final = "alerts_told"
_SOUNDED: Final = "alerts_sounded"
_MOST: Final = 4
"""So many at once are told one by one; of more, how many there are."""
_SOUND: Final = st.components.v2.component(
    "tapescope_alert_sound", js=loader("alert_sound"), isolate_styles=False
)


def show() -> None:
    """Look for new alerts once a second; a tab that opens is not told old ones."""
    st.session_state.setdefault(_TOLD, runtime().alerts.count)
    st.session_state.setdefault(_SOUNDED, 0)
    st.fragment(_tell, run_every=EVERY_S)()


def _tell() -> None:
    count = runtime().alerts.count
    new = runtime().alerts.told_since(st.session_state[_TOLD])
    st.session_state[_TOLD] = count
    for alert in new[-_MOST:]:
        st.toast(words(alert), icon=":material/notifications_active:", duration="long")
    if len(new) > _MOST:
        st.toast(f"And {len(new) - _MOST} alerts more; they are in the log.")
    st.session_state[_SOUNDED] += any(each.rule.sound for each in new)
    _SOUND(key="alert-sound", data={"count": st.session_state[_SOUNDED]}, height="content")


def words(alert: Alert) -> str:
    """Return what a toast says; of a market that is not live, that first."""
    source = "" if alert.is_live else f"**{alert.source.upper()}** "
    return f"{source}**{plain(alert.rule.name)}**  \n{plain(alert.text)}"
