"""Recordings: what is stored, to be played, exported and deleted; files of others come in."""

import streamlit as st

from pages.shell import recordings_day, recordings_import, recordings_list, recordings_state

st.subheader("Recordings")
recordings_state.show()
stored, brought = st.tabs(["What is recorded", "Import"])
with stored:
    recordings_list.show()
    recordings_list.show_files()
    recordings_day.show()
with brought:
    recordings_import.show()
