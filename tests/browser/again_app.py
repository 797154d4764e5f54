"""Two pages, a timer that every page has, and a button that counts its presses."""

from pathlib import Path

import streamlit as st

from pages.shell import assets
from pages.shell.again import again


@st.fragment
def clock(key):
    count = st.session_state[key] = st.session_state.get(key, 0) + 1
    st.html(f'<span data-testid="{key}">{count}</span>')
    again(key, every_s=0.1)


def body(name):
    st.html(f'<span data-testid="body">{name}</span>')
    if st.button("Press", key=f"press-{name}"):
        st.session_state["pressed"] = st.session_state.get("pressed", 0) + 1
    st.html(f'<span data-testid="pressed">{st.session_state.get("pressed", 0)}</span>')


def one():
    body("one")


def two():
    body("two")


def main():
    page = st.navigation([st.Page(one), st.Page(two)])
    clock("first")
    clock("second")
    page.run()


if __name__ == "__main__":
    main()
else:
    app = st.App(Path(__file__), routes=assets.mounts())
