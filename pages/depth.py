"""Depth: what rests in one book, now and over the last ten minutes, and what an order would pay."""

import streamlit as st

from data.runtime import runtime
from data.views.depth import DepthSpec
from pages.shell.coins import choose_instrument
from pages.shell.mounts import depth_map

chosen = choose_instrument(runtime().source)
if chosen is None:
    st.info("Waiting for the market.")
else:
    depth_map(DepthSpec(chosen.id), height_px=520)
