"""Layer controls: one toggle and one line of settings per layer, presets, and what is remembered.

What is shown is read from the page's address; where that names no layers, from what the trader
chose last, which settings.toml keeps. Every change is written to both.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import streamlit as st

from core.domain.instrument import MarketKind
from data.runtime import runtime
from pages.layers.layer import Group, Layer
from pages.layers.presets import PRESETS
from pages.layers.registry import FIRST_SHOWN, LAYERS
from pages.layers.shown import Shown, read, shown, split, texts
from pages.shell.remembering import remember

ADDRESS: Final = "layers"
"""The parameter of the page's address."""
_STATE: Final = "layers_shown"
_WANTED: Final = "layers_wanted"
_OPEN: Final = {Group.PRICE}


def choose_layers(kind: MarketKind) -> Shown:
    """Show the toggles in place, and return what is switched on of what this market has."""
    known: Shown = st.session_state.get(_STATE) or _first()
    before = known
    wanted = st.session_state.pop(_WANTED, None)
    if wanted is not None:
        before = read(LAYERS, [*texts(LAYERS, known), *wanted])[0]
        _seed(before)
    _presets()
    settings = dict(before.settings)
    on: list[str] = []
    for group in Group:
        offered = [each for each in LAYERS.values() if each.group is group]
        count = sum(each.name in before.layers for each in offered)
        with st.expander(f"{group} ({count})", expanded=group in _OPEN, key=f"group_{group.name}"):
            for layer in offered:
                if layer.only_perp and kind is not MarketKind.PERP:
                    on += [layer.name] * (layer.name in before.layers)  # for the next perpetual
                    continue
                with st.container(gap=None):
                    if _toggle(layer, is_on=layer.name in before.layers):
                        on.append(layer.name)
                        settings |= _line(layer, settings)
    now = shown(LAYERS, on, settings)
    st.session_state[_STATE] = now
    _write_address(now)
    if now != known:
        remember("layers", texts(LAYERS, now))
    return _of(kind, now)


def switch_on(entries: Sequence[str]) -> None:
    """Switch on more layers, and set them; the page's script must run again for it."""
    st.session_state[_WANTED] = tuple(entries)


def _of(kind: MarketKind, what: Shown) -> Shown:
    """Return what of it a market of that kind has."""
    has = [each for each in what.layers if kind is MarketKind.PERP or not LAYERS[each].only_perp]
    return shown(LAYERS, has, dict(what.settings))


def _first() -> Shown:
    """Return what a tab shows when it is opened."""
    told = st.query_params.get(ADDRESS)
    if told is not None:
        return read(LAYERS, split(told))[0]
    kept = runtime().settings.layers
    if kept is None:
        return FIRST_SHOWN
    what, strange = read(LAYERS, kept)
    if strange:
        st.warning(f"settings.toml names layers that there are not: {', '.join(strange)}.")
    return what


def _write_address(what: Shown) -> None:
    text = ",".join(texts(LAYERS, what))
    if st.query_params.get(ADDRESS) != text:
        st.query_params[ADDRESS] = text


def _presets() -> None:
    with st.container(horizontal=True, key="presets"):
        for name, preset in PRESETS.items():
            st.button(
                name,
                key=f"preset_{name}",
                help=preset.help,
                on_click=_apply,
                args=(preset.layers,),
                width="stretch",
            )


def _apply(entries: Sequence[str]) -> None:
    """Switch to what a preset names; runs before the page's script does."""
    what = read(LAYERS, entries)[0]
    _seed(what)
    remember("layers", texts(LAYERS, what))
    st.session_state[_STATE] = what


def _seed(what: Shown) -> None:
    """Put the widgets to what is wanted."""
    state, made = st.session_state, dict(what.settings)
    for layer in LAYERS.values():
        state[_key(layer)] = layer.name in what.layers
        for option in layer.options:
            state[layer.full(option)] = made.get(layer.full(option), option.choices[0])


def _key(layer: Layer) -> str:
    return f"layer_{layer.name}"


def _toggle(layer: Layer, *, is_on: bool) -> bool:
    st.session_state.setdefault(_key(layer), is_on)
    return st.toggle(layer.title, key=_key(layer), help=layer.help)


def _line(layer: Layer, settings: Mapping[str, str]) -> dict[str, str]:
    """Show the settings of a layer in one line, which opens; return them by their full names."""
    if not layer.options:
        return {}
    names = [layer.full(each) for each in layer.options]
    for name, option in zip(names, layer.options, strict=True):
        st.session_state.setdefault(name, settings.get(name, option.choices[0]))
    line = " · ".join(st.session_state[name] for name in names)
    with st.popover(line, key=f"settings_{layer.name}", type="tertiary"):
        return {
            name: st.selectbox(
                option.label,
                option.choices,
                key=name,
                help=option.help or None,
                persist_state="session",
            )
            for name, option in zip(names, layer.options, strict=True)
        }
