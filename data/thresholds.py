"""Thresholds: the numbers behind the words of the pages, each with its unit, bounds and meaning.

Source: DEFINITIONS section 20. A threshold more is a field more.
"""

from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields, replace
from math import isfinite
from types import MappingProxyType
from typing import Any, Final

from core.domain.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a threshold is.

    Attributes:
        title: its name on the page.
        unit: of its value; empty = a plain ratio.
        least: the smallest value that makes sense.
        most: the largest one.
        help: what it decides, one sentence.
    """

    title: str
    unit: str
    least: float
    most: float
    help: str


def _threshold(default: float, bounds: Bounds) -> Any:
    return field(default=default, metadata=MappingProxyType({"bounds": bounds}))


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where the words of the pages begin; the unit is in each name.

    ``btc`` in a name: it is of BTC, and scaled for other coins.

    Raises:
        SettingsError: a value is no number, is out of its bounds, or lies on the wrong side of
            another; the message names it.
    """

    flow_window_s: float = _threshold(
        60.0,
        Bounds(
            "Order flow: window",
            "s",
            5.0,
            3600.0,
            "Trades of the last so many seconds make the buy and sell share and the net flow.",
        ),
    )
    clear_share_frac: float = _threshold(
        0.6,
        Bounds(
            "Order flow: one arrow from",
            "of notional",
            0.5,
            1.0,
            "From this share of buying on ↑ is shown, and ↓ from the same share of selling.",
        ),
    )
    strong_share_frac: float = _threshold(
        0.8,
        Bounds(
            "Order flow: two arrows from",
            "of notional",
            0.5,
            1.0,
            "From this share of buying on ↑↑ is shown, and ↓↓ from the same share of selling.",
        ),
    )
    steep_basis_frac: float = _threshold(
        0.005,
        Bounds(
            "Basis: STEEP beyond",
            "of spot",
            0.0,
            1.0,
            "STEEP is said where perpetual and spot are further apart than this, either way.",
        ),
    )
    liquidation_bucket_btc_quote: float = _threshold(
        100.0,
        Bounds(
            "Liquidations: height of a bucket",
            "USD, for BTC",
            0.01,
            100_000.0,
            "Liquidations of BTC so near in price are counted together; scaled by price elsewhere.",
        ),
    )
    liquidation_memory_s: float = _threshold(
        300.0,
        Bounds(
            "Liquidations: memory",
            "s",
            10.0,
            86_400.0,
            "Liquidations older than this are forgotten by the clusters.",
        ),
    )
    danger_quote: float = _threshold(
        1e6,
        Bounds(
            "Liquidations: DANGER ZONE above",
            "USD",
            1.0,
            1e12,
            "A bucket in which more than this was liquidated is a danger zone.",
        ),
    )
    extreme_funding_frac: float = _threshold(
        0.0004,
        Bounds(
            "Funding: EXTREME beyond",
            "per 8 h",
            0.0,
            1.0,
            "EXTREME is said where the rate per 8 h is larger than this, either way.",
        ),
    )
    whale_quote: float = _threshold(
        5e5,
        Bounds("Whales: from", "USD", 1.0, 1e12, "A trade of at least this value is listed."),
    )
    mega_quote: float = _threshold(
        5e6,
        Bounds("Whales: ⚠ from", "USD", 1.0, 1e12, "A trade of at least this value is marked ⚠."),
    )
    divergence_window_s: float = _threshold(
        60.0,
        Bounds(
            "Divergence: window",
            "s",
            5.0,
            3600.0,
            "The directions of price and CVD are those of the last so many seconds.",
        ),
    )
    wall_btc_base: float = _threshold(
        15.0,
        Bounds(
            "Walls: more than",
            "BTC",
            0.0001,
            1e6,
            "An order of BTC that rests with more than this is a wall; scaled by value elsewhere.",
        ),
    )

    def __post_init__(self) -> None:
        """Refuse what cannot be, by name."""
        for each in fields(self):
            object.__setattr__(self, each.name, _checked(each, getattr(self, each.name)))
        for lower, higher in _ORDERED:
            if getattr(self, lower) > getattr(self, higher):
                msg = (
                    f"{lower} ({getattr(self, lower):g}) must not be above "
                    f"{higher} ({getattr(self, higher):g})"
                )
                raise SettingsError(msg)


_ORDERED: Final = (
    ("clear_share_frac", "strong_share_frac"),
    ("whale_quote", "mega_quote"),
)
"""Pairs of which the first is never above the second."""

BOUNDS: Final[Mapping[str, Bounds]] = MappingProxyType(
    {each.name: each.metadata["bounds"] for each in fields(Thresholds)}
)
"""By name, in the order of the page."""


def changed(before: Thresholds, values: Mapping[str, object], *, origin: str = "") -> Thresholds:
    """Return ``before`` with other values.

    Args:
        values: by name; ``None`` = the default.
        origin: where they come from, said in front of every refusal.

    Raises:
        SettingsError: a name is no threshold, or a value cannot be; the message names it.
    """
    try:
        return replace(before, **{name: _value(name, each) for name, each in values.items()})
    except SettingsError as error:
        if not origin:
            raise
        msg = f"{origin}: {error}"
        raise SettingsError(msg) from error


def _value(name: str, value: object) -> Any:
    if name not in BOUNDS:
        msg = f"{name} is not a threshold; the thresholds are {', '.join(BOUNDS)}"
        raise SettingsError(msg)
    return getattr(DEFAULTS, name) if value is None else value


def _checked(each: Field[float], value: object) -> float:
    bounds: Bounds = each.metadata["bounds"]
    if isinstance(value, bool) or not isinstance(value, int | float):
        msg = f"{each.name} must be a number, was {str(value)[:40]!r}"
        raise SettingsError(msg)
    if not (isfinite(value) and bounds.least <= value <= bounds.most):
        unit = f" ({bounds.unit})" if bounds.unit else ""
        msg = f"{each.name}{unit} must be from {bounds.least:g} to {bounds.most:g}, was {value:g}"
        raise SettingsError(msg)
    return float(value)


DEFAULTS: Final = Thresholds()
