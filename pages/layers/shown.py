"""Shown: which layers are on and how they are set, as a text for people, addresses and files."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from pages.layers.layer import Layer

_ENTRY: Final = re.compile(r"\s*([a-z_]+)\s*(?:\(([^()]*)\))?\s*")
Layers: TypeAlias = Mapping[str, Layer]


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown; equal ones compare equal.

    Attributes:
        layers: names of those that are on, in the order of the sidebar.
        settings: (full name of the option, choice) of those that are on, where the choice is not
            the default, in that order too.
    """

    layers: tuple[str, ...]
    settings: tuple[tuple[str, str], ...] = ()


def shown(registry: Layers, on: Iterable[str], settings: Mapping[str, str]) -> Shown:
    """Return the layers of ``on`` with their settings; what the registry does not have is left out.

    Args:
        settings: choices by the full name of the option, of any layers.
    """
    wanted = set(on)
    layers = [each for each in registry.values() if each.name in wanted]
    made = [
        (layer.full(option), settings[layer.full(option)])
        for layer in layers
        for option in layer.options
        if settings.get(layer.full(option)) in option.choices[1:]
    ]
    return Shown(tuple(each.name for each in layers), tuple(made))


def default(registry: Layers) -> Shown:
    """Return what is shown at the very first start."""
    return shown(registry, [each.name for each in registry.values() if each.is_on], {})


def texts(registry: Layers, what: Shown) -> list[str]:
    """Return one text per layer, such as ``profile(of: window, rows: 5 ticks)``."""
    made = dict(what.settings)
    out = []
    for name in what.layers:
        layer = registry[name]
        said = [
            f"{each.key}: {made[layer.full(each)]}"
            for each in layer.options
            if layer.full(each) in made
        ]
        out.append(f"{name}({', '.join(said)})" if said else name)
    return out


def read(registry: Layers, entries: Iterable[str]) -> tuple[Shown, list[str]]:
    """Return what texts as ``texts`` writes them mean, and those parts that mean nothing here.

    Args:
        entries: one per layer; empty ones are passed over.
    """
    on: list[str] = []
    settings: dict[str, str] = {}
    strange: list[str] = []
    for entry in filter(str.strip, entries):
        parts = _ENTRY.fullmatch(entry)
        if parts is None or parts[1] not in registry:
            strange.append(entry.strip())
            continue
        on.append(parts[1])
        for said in filter(str.strip, (parts[2] or "").split(",")):
            known = _setting(registry[parts[1]], said)
            if known is None:
                strange.append(f"{parts[1]}({said.strip()})")
            else:
                settings |= known
    return shown(registry, on, settings), strange


def split(text: str) -> list[str]:
    """Return the entries of a text in which commas stand between them."""
    return re.split(r",(?![^(]*\))", text)


def _setting(layer: Layer, said: str) -> dict[str, str] | None:
    key, _, choice = (part.strip() for part in said.partition(":"))
    for option in layer.options:
        if option.key == key and choice in option.choices:
            return {layer.full(option): choice}
    return None
