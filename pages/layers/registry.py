"""Registry: every layer by its name, in the order of the sidebar."""

from typing import Final

from pages.layers.layer import Layer
from pages.layers.own import OWN
from pages.layers.shown import default

LAYERS: Final[dict[str, Layer]] = {each.name: each for each in OWN}
"""Those of one group stand together."""
FIRST_SHOWN: Final = default(LAYERS)
"""What is on at the very first start."""
