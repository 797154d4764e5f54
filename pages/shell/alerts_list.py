"""Alert list: the rules as they stand, and what a click on one does."""

import streamlit as st

from core.domain.errors import SettingsError
from data.alerts.rule import Rule
from data.runtime import Runtime, runtime
from pages.boards.alerts import RulesBoard
from pages.shell import alerts_past
from pages.shell.mounts import live_board
from pages.shell.words import plain, refusal


def show() -> None:
    """Show the board, and do what was clicked."""
    run = runtime()
    picked = live_board(RulesBoard(run.alerts), key="alert-rules")
    action, _, rule_id = (picked or "").partition(":")
    rule = next((each for each in run.alerts.rules.all() if each.id == rule_id), None)
    if rule is None:
        return
    if action in ("arm", "disarm"):
        _arm(run, rule, on=action == "arm")
    elif action == "past":
        alerts_past.begin(run, rule, alerts_past.chosen())
        st.rerun()
    elif action == "delete":
        _confirm(rule)


def _arm(run: Runtime, rule: Rule, *, on: bool) -> None:
    try:
        run.alerts.rules.arm(rule.id, on=on)
    except SettingsError as error:
        st.error(refusal(error))


@st.dialog("Delete this rule?")
def _confirm(rule: Rule) -> None:
    st.write(f"**{plain(rule.name)}** is forgotten. Its alerts stay in the log.")
    if st.button("Delete for good", type="primary", key="alert_delete_now"):
        try:
            runtime().alerts.rules.delete(rule.id)
        except SettingsError as error:
            st.error(refusal(error))
        else:
            st.rerun()
