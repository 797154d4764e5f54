"""Liquidations of one instrument: there may be none for days, so being promised them is enough."""

from core.domain.events import Gap
from core.domain.units import Ns
from data.feeds.health import State
from data.feeds.side import SideInlet


class LiquidationInlet(SideInlet):
    """Live once the venue agreed to bring them."""

    def acked(self, topic: str, *, epoch: int, now_ns: Ns) -> None:
        """The venue agreed: from now on, silence says that nothing was liquidated."""
        with self._lock:
            if epoch != self._epoch:
                return
            self._heard_ns = max(self._heard_ns, now_ns)
            if self._shown[0] is not State.LIVE:
                self._live(topic, now_ns)

    def doubt(self, *, epoch: int, now_ns: Ns, reason: str) -> None:
        """One may be lost, and nothing that follows will show it: a gap of a moment."""
        with self._lock:
            if epoch == self._epoch:
                gap = Gap(self.instrument.id, now_ns, now_ns + 1, reason, self.channel)
                self._submit(gap)
