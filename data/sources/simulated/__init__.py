"""The simulated market: an order-driven market of 18 instruments, for when there is no other."""

from data.sources.simulated.market import SimulatedMarket
from data.sources.simulated.source import SimulatedSource

__all__ = ["SimulatedMarket", "SimulatedSource"]
