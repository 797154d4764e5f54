"""Marks: what the marker rules found, one layer for the rules that belong together."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from core.calc.marker_rules import MARKER_RULES
from core.domain.marker import Marker, Preset
from data.views.markers import MarkersSpec
from pages.figures import markers
from pages.figures.part import Part
from pages.layers.layer import Asked, Group, Layer, Option, Scene
from pages.layers.marks_table import FAMILIES, Family

_LEAST: Final = {"any strength": 0.0, "25 %": 0.25, "50 %": 0.5}
_ALL: Final = "all"
_BY: Final = Option(
    "by",
    "Thresholds",
    tuple(Preset),
    "Adaptive: what is rare in this market. Classic: the fixed ones that circulate.",
)


def _layer(family: Family) -> Layer:
    has_classic = any(MARKER_RULES[each].has_classic for each in family.rules.values())
    kinds = (Option("kind", "Kind", (_ALL, *family.rules)),) if len(family.rules) > 1 else ()
    return Layer(
        name=family.name,
        title=f"{family.sign} {family.title}",
        group=Group.MARKERS,
        help=family.help,
        ask=_ask,
        draw=_draw(family),
        options=(
            *kinds,
            *([_BY] if has_classic else []),
            Option("least", "Strength from", tuple(_LEAST)),
        ),
        only_perp=family.only_perp,
    )


def _ask(asked: Asked) -> MarkersSpec:
    """Return the question for all rules, whichever are shown.

    One reading of the tape then answers every family, and another toggle asks nothing anew.
    """
    explorer = asked.explorer
    preset = Preset(asked.chosen.get(_BY.key, Preset.ADAPTIVE))
    return MarkersSpec(
        explorer.instruments[0],
        explorer.timeframe,
        tuple(MARKER_RULES),
        preset,
        explorer.ticks_per_row,
    )


def _draw(family: Family) -> Callable[[Scene], Part]:
    def draw(scene: Scene) -> Part:
        chosen = family.rules.get(scene.chosen.get("kind", _ALL))
        rules = [each for each in family.rules.values() if chosen in {None, each}]
        least = _LEAST[scene.chosen["least"]]
        found = [each for name in rules for each in scene.found.found[name]]
        found = [each for each in found if each.strength >= least]
        kept, rest = _kept(family, found)
        return markers.draw(
            sorted(kept, key=_known),
            scene.found.instrument or scene.view.instrument,
            step_ns=scene.view.step_ns,
            waits=[
                *_waits(family, rules, scene.found.not_ready),
                *(f"{family.title}: {each}" for each in rest),
            ],
        )

    return draw


def _waits(family: Family, rules: Sequence[str], not_ready: Mapping[str, str]) -> list[str]:
    """Return why rules wait, a line for each reason; which ones, where others do not."""
    words = {rule: word for word, rule in family.rules.items()}
    waiting: dict[str, list[str]] = {}
    for rule in rules:
        if reason := not_ready.get(rule):
            waiting.setdefault(reason, []).append(words[rule])
    return [
        f"{family.title}{_of(names) if len(names) < len(rules) else ''}: {reason}"
        for reason, names in waiting.items()
    ]


def _of(names: Sequence[str]) -> str:
    return f" ({', '.join(names)})"


def _kept(family: Family, found: list[Marker]) -> tuple[list[Marker], list[str]]:
    """Return those that are drawn, and in words how many are not."""
    if family.largest is None:
        most, which, found = markers.MOST, "older", sorted(found, key=_known)
    else:
        most, which, found = family.largest, "smaller", sorted(found, key=_size)
    rest = len(found) - most
    words = [f"{rest:,} {which} ones are not drawn"] if rest > 0 else []
    return found[-most:], words


def _size(each: Marker) -> tuple[float, int]:
    return each.value, each.known_ns


def _known(each: Marker) -> tuple[int, int]:
    return each.known_ns, each.event_ns


MARKS: Final = tuple(map(_layer, FAMILIES))
