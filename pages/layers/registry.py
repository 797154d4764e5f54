"""Registry: every layer by its name, in the order of the sidebar."""

from typing import Final

from pages.layers.book import BOOK
from pages.layers.candle_poc import CANDLE_POC
from pages.layers.cvd import CVD
from pages.layers.delta import DELTA
from pages.layers.developing import DEVELOPING
from pages.layers.exhaustion_prints import EXHAUSTION_PRINTS
from pages.layers.flow import FLOW
from pages.layers.footprint_cells import FOOTPRINT_CELLS
from pages.layers.layer import Layer
from pages.layers.liquidation_buckets import LIQUIDATION_BUCKETS
from pages.layers.marks import MARKS
from pages.layers.naked_poc import NAKED_POC
from pages.layers.nodes import NODES
from pages.layers.open_interest import OPEN_INTEREST
from pages.layers.own import BANDS, BEST_QUOTE, FUNDING, LIQUIDATIONS, PROFILE, VWAP
from pages.layers.quality import QUALITY
from pages.layers.shown import default
from pages.layers.spread import SPREAD
from pages.layers.tape import TAPE
from pages.layers.unfinished import UNFINISHED
from pages.layers.vwap_lines import VWAP_LINES
from pages.layers.walls import WALLS
from pages.layers.zones import ZONES

_PRICE: Final = (
    VWAP,
    BANDS,
    *VWAP_LINES,
    PROFILE,
    DEVELOPING,
    NODES,
    NAKED_POC,
    CANDLE_POC,
    ZONES,
    UNFINISHED,
    EXHAUSTION_PRINTS,
    BEST_QUOTE,
    WALLS,
    LIQUIDATION_BUCKETS,
    FOOTPRINT_CELLS,
)
_PANES: Final = (CVD, DELTA, TAPE, FLOW, BOOK, SPREAD, QUALITY, OPEN_INTEREST, FUNDING)

LAYERS: Final[dict[str, Layer]] = {
    each.name: each for each in (*_PRICE, *MARKS, LIQUIDATIONS, *_PANES)
}
"""Those of one group stand together."""
FIRST_SHOWN: Final = default(LAYERS)
"""What is on at the very first start."""
