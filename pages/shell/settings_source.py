"""Settings of the source: what settings.toml and the environment say, read at the start."""

from collections.abc import Sequence
from math import isinf

import streamlit as st

from data.runtime import runtime
from data.settings import Settings
from pages.shell.tables import row, table, text_cell
from pages.shell.words import plain

_NONE = "–"


def show() -> None:
    """Show them as a table, and where they are written."""
    settings = runtime().settings
    st.html(table("settings", ("Setting", "Value", "What it is"), _rows(settings)))
    st.caption(
        f"They are read at the start from {plain(str(settings.home / 'settings.toml'))}; variables "
        "of the environment go before it, TAPESCOPE\\_SOURCE for example."
    )


def _rows(settings: Settings) -> Sequence[str]:
    """Return a row for each, by its name in the file."""
    told = (
        ("source", settings.source, "auto = live where an exchange answers, else simulated"),
        ("replay", _listed(settings.replay), "recordings that the source replay plays"),
        ("seed", str(settings.seed), "of the simulated market"),
        ("speed", _speed(settings.speed), "of the simulated market and of a replay"),
        ("instruments", _listed(settings.instruments), "followed from the start"),
        ("endpoints", _endpoints(settings), "servers in place of the exchanges' own"),
        ("record", _switch(on=settings.record), "whether the live market is recorded"),
        ("record_books", _switch(on=settings.record_books), "its books too: most of the bytes"),
        ("record_raw", _switch(on=settings.record_raw), "each message as it came, besides"),
        ("retain_days", _limit(settings.retain_days, "days"), "recorded days kept before today"),
        ("retain_gb", _limit(settings.retain_gb, "GB"), "size of the recordings kept"),
        ("compile", _switch(on=settings.compile), "whether calculators are compiled"),
    )
    return [
        row(text_cell(name), text_cell(value, kind="wide"), text_cell(meaning))
        for name, value, meaning in told
    ]


def _listed(values: Sequence[object]) -> str:
    return ", ".join(map(str, values)) or _NONE


def _speed(speed: float) -> str:
    return "as fast as it goes" if isinf(speed) else f"{speed:g} ×"


def _switch(*, on: bool) -> str:
    return "on" if on else "off"


def _limit(most: float | None, unit: str) -> str:
    return "any" if most is None else f"{most:g} {unit}"


def _endpoints(settings: Settings) -> str:
    return _listed([f"{'.'.join(key)} {each}" for key, each in settings.endpoints.items()])
