"""Settings: the look, every threshold behind the pages' words, and what the market comes from."""

import streamlit as st

from pages.shell import settings_look, settings_source, settings_thresholds

st.subheader("Settings")
with st.container(key="settings"):
    st.html('<div data-testid="first-figure">What is chosen here holds at once, and is kept.</div>')
    settings_look.show()
    st.markdown("**Thresholds**: where the words of the pages begin")
    settings_thresholds.show()
    st.markdown("**Source**")
    settings_source.show()
