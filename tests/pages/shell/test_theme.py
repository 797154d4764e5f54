import re
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

from pages.shell.assets import FRONT

CONFIG = Path(__file__).parents[3] / ".streamlit" / "config.toml"
SHEET = (FRONT / "theme.css").read_text(encoding="utf-8")
TEXTS = ("text", "strong", "quiet", "buy", "sell", "caution", "whale", "frame", "aligned", "vwap")
GROUNDS = ("bg", "card")
NEEDED = 4.5
"""To one, for text of any size: WCAG 2.2, 1.4.3."""
LOOKS = [(theme, palette) for theme in ("dark", "light") for palette in ("classic", "colour-blind")]


def variables(theme, palette):
    """Return the variables as the browser finds them: later and narrower rules win."""
    found = {}
    for selector, body in re.findall(r"(:root[^{]*)\{([^}]*)\}", SHEET):
        wanted = dict(re.findall(r'\[data-ts-(\w+)="([\w-]+)"\]', selector))
        if all({"theme": theme, "palette": palette}[key] == each for key, each in wanted.items()):
            found |= dict(re.findall(r"--ts-([\w-]+):\s*([^;]+);", body))
    return found


def luminance(colour):
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_contrast_is_that_of_the_standard():
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)


@pytest.mark.parametrize(("theme", "palette"), LOOKS)
def test_every_text_can_be_read_on_the_page_and_on_a_card(theme, palette):
    known = variables(theme, palette)
    too_pale = {
        (text, ground): round(contrast(known[text], known[ground]), 2)
        for text in TEXTS
        for ground in GROUNDS
        if contrast(known[text], known[ground]) < NEEDED
    }
    assert too_pale == {}


@pytest.mark.parametrize(("theme", "palette"), LOOKS)
def test_no_two_meanings_share_a_colour(theme, palette):
    known = variables(theme, palette)
    assert len({known[each] for each in TEXTS}) == len(TEXTS)


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_more_heat_is_further_from_the_ground(theme):
    known = variables(theme, "classic")
    ramp = [known["bg"], *(known[f"heat-{each}"] for each in ("low", "middle", "high", "top"))]
    far = [contrast(each, known["bg"]) for each in ramp]
    assert all(more > 1.25 * less for less, more in pairwise(far))


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_streamlit_has_the_same_ground_and_text(theme):
    told = tomllib.loads(CONFIG.read_text(encoding="utf-8"))["theme"][theme]
    known = variables(theme, "classic")
    assert told["backgroundColor"] == known["bg"]
    assert told["secondaryBackgroundColor"] == known["card"]
    assert told["textColor"] == known["text"]


@pytest.mark.parametrize(
    "path", [p for p in sorted(FRONT.glob("*.*s")) if p.stem not in {"theme", "paint"}], ids=str
)
def test_no_other_front_end_names_a_colour_but_the_black_of_a_shadow(path):
    own = r'/\*.*?\*/|//[^\n]*|painted\("[^"]*"\)'
    text = re.sub(own, "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    named = re.findall(r"#[0-9a-fA-F]{3,8}\b(?!\()|rgba?\(\s*\d+[^)]*\)", text)
    assert [each for each in named if not re.match(r"rgba\(0, ?0, ?0", each)] == []


@pytest.mark.parametrize(
    "path", [p for p in sorted(FRONT.glob("*.css")) if p.stem != "theme"], ids=str
)
def test_letters_have_only_the_sizes_of_the_scale(path):
    assert (
        re.findall(r"font(?:-size)?: [\d.]+(?:px|rem|em)", path.read_text(encoding="utf-8")) == []
    )
