"""Journal: what was written down of candles, to be found again, replayed and taken away."""

import streamlit as st

from pages.shell import journal_files, journal_list

st.subheader("Journal")
kept, brought = st.tabs(["Entries", "Compare with a file"])
with kept:
    journal_list.show()
with brought:
    journal_files.show_comparison()
