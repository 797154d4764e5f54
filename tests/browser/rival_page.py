"""A page of the product whose boards are drawn the ordinary way: st.html in a 250 ms fragment.

``RIVAL_PAGE`` names the page. Each drawing carries the receipt of the newest event, by which it is
measured.
"""

import os
from html import escape

import streamlit as st

from data.runtime import runtime
from pages.boards.board import BoardScene
from pages.shell import mounts
from pages.shell.assets import FRONT
from pages.shell.board_feed import PanelAnswers
from tests.support.app import ROOT


def _html(node):
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in node.attributes.items())
    inside = "".join(map(_html, node.kids)) if node.kids else escape(node.text)
    return f'<{node.tag} class="{escape(node.classes)}"{attributes}>{inside}</{node.tag}>'


@st.fragment(run_every=0.25)
def _ordinary(board, key):
    run = runtime()
    if ("answers", key) not in st.session_state:
        st.session_state["answers", key] = PanelAnswers(run)
    answers = st.session_state["answers", key]
    if not run.source.instruments():
        return
    found = {name: answers.view(spec) for name, spec in board.questions().items()}
    nodes = board.draw(BoardScene(found, answers.moment()))
    tapes = [run.engine.tape(each) for each in run.engine.ids()]
    written_ms = max((tape.written_ns for tape in tapes), default=0) / 1e6
    style = "".join((FRONT / f"{name}.css").read_text() for name in ("theme", "board"))
    body = "".join(map(_html, nodes))
    st.html(
        f'<style>{style}</style><div class="ts-board"><div class="ts-board-tree">{body}</div></div>'
        f'<div class="stamp" data-stamp="{written_ms:.1f}"></div>'
    )


def _live_board(board, *, key, testid="first-figure"):
    del testid
    _ordinary(board, key)


mounts.live_board = _live_board
st.set_page_config(layout="wide")
st.navigation([st.Page(ROOT / "pages" / f"{os.environ['RIVAL_PAGE']}.py")]).run()
