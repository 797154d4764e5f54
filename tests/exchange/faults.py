"""Switches that make the local exchange misbehave."""

from dataclasses import dataclass, field


@dataclass
class Faults:
    """All off.

    Attributes:
        rest: path prefix -> (status, headers, body): answered instead of data, until removed.
        refuse: topics (or symbols) whose subscription is refused.
        acked_and_silent: topics (or symbols) that are acknowledged and never pushed.
        silent: nothing is pushed to anyone; protocol pongs are still answered.
        hang_handshake: an upgrade request is taken and never answered.
        no_pong: the venue's text pong is not sent.
        drop_every: every n-th trade frame is left out; 0 = none.
        repeat_every: every n-th trade frame is sent twice; 0 = none.
    """

    rest: dict[str, tuple[int, dict[str, str], str]] = field(default_factory=dict)
    refuse: set[str] = field(default_factory=set)
    acked_and_silent: set[str] = field(default_factory=set)
    silent: bool = False
    hang_handshake: bool = False
    no_pong: bool = False
    drop_every: int = 0
    repeat_every: int = 0

    def answer_to(self, path):
        """The injected answer to a REST path, or None."""
        for prefix, answer in self.rest.items():
            if path.startswith(prefix):
                return answer
        return None


@dataclass
class Timing:
    """How patient the venues are, in seconds; shortened in tests.

    Attributes:
        binance_ping_s: between the server's pings.
        binance_pong_s: how long it waits for the answer before it closes.
        binance_lifetime_s: a connection is closed at this age.
        binance_shutdown_lead_s: ``serverShutdown`` comes this much before.
        okx_idle_s: a client that says nothing for so long is cut with 4004.
    """

    binance_ping_s: float = 20.0
    binance_pong_s: float = 60.0
    binance_lifetime_s: float = 86_400.0
    binance_shutdown_lead_s: float = 60.0
    okx_idle_s: float = 30.0
