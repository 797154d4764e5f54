"""Switches that make the local exchange misbehave.

A name is a topic, a symbol, or an instrument such as ``binance.perp.BTCUSDT``: symbols of spot and
perpetual may be the same.
"""

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
        no_snapshot: names whose book brings no snapshot after a subscription (OKX, Bybit).
        too_old: name -> how many answers of REST come with the first snapshot that ever was.
    """

    rest: dict[str, tuple[int, dict[str, str], str]] = field(default_factory=dict)
    refuse: set[str] = field(default_factory=set)
    acked_and_silent: set[str] = field(default_factory=set)
    silent: bool = False
    hang_handshake: bool = False
    no_pong: bool = False
    drop_every: int = 0
    repeat_every: int = 0
    no_snapshot: set[str] = field(default_factory=set)
    too_old: dict[str, int] = field(default_factory=dict)
    _spoilers: list["Spoiler"] = field(default_factory=list)

    def spoil(self, name, how, *, count=1, every=1):
        """Spoil the next ``count`` of every ``every`` updates of a book (None = all from now on).

        Args:
            name: of a book; or a topic of any kind, and then every frame of it counts.
            how: ``drop`` it, ``repeat`` it, ``swap`` it with the next, or ``cut`` it short.
        """
        assert how in {"drop", "repeat", "swap", "cut"}
        self._spoilers.append(Spoiler(name, how, count, every))

    def heal(self):
        """No update is spoilt any more; one that was held back is lost."""
        self._spoilers.clear()

    def spoilt(self, names, payload):
        """What is sent in place of one frame that goes by these names."""
        payloads = [payload]
        for spoiler in self._spoilers:
            if spoiler.name in names:
                payloads = [out for each in payloads for out in spoiler.pass_on(each)]
        return payloads

    def refuses_snapshot(self, listed, topic):
        """Whether a subscription brings no snapshot."""
        return bool(self.no_snapshot & {topic, listed.id.symbol, str(listed.id)})

    def is_too_old(self, listed):
        """Whether this answer of REST is a snapshot of long ago; counts it."""
        for name in (listed.id.symbol, str(listed.id)):
            if self.too_old.get(name, 0) > 0:
                self.too_old[name] -= 1
                return True
        return False

    def answer_to(self, path):
        """The injected answer to a REST path, or None."""
        for prefix, answer in self.rest.items():
            if path.startswith(prefix):
                return answer
        return None


@dataclass
class Spoiler:
    """One kind of harm to some of the frames of one name."""

    name: str
    how: str
    left: int | None
    every: int
    seen: int = 0
    held: list[bytes] = field(default_factory=list)

    def pass_on(self, payload):
        """The frames that are sent in place of this one."""
        if self.held:
            return [payload, self.held.pop()]
        self.seen += 1
        if self.left == 0 or self.seen % self.every:
            return [payload]
        if self.left is not None:
            self.left -= 1
        if self.how == "swap":
            self.held.append(payload)
        return {"drop": [], "swap": [], "repeat": [payload] * 2, "cut": [payload[:-9]]}[self.how]


@dataclass
class Timing:
    """How patient the venues are, in seconds; shortened in tests.

    Attributes:
        binance_ping_s: between the server's pings.
        binance_pong_s: how long it waits for the answer before it closes.
        binance_lifetime_s: a connection is closed at this age.
        binance_shutdown_lead_s: ``serverShutdown`` comes this much before.
        okx_idle_s: a client that says nothing for so long is cut with 4004.
        okx_heartbeat_s: a book without changes says so after this.
        bybit_repeat_s: best levels without changes are sent again after this.
    """

    binance_ping_s: float = 20.0
    binance_pong_s: float = 60.0
    binance_lifetime_s: float = 86_400.0
    binance_shutdown_lead_s: float = 60.0
    okx_idle_s: float = 30.0
    okx_heartbeat_s: float = 60.0
    bybit_repeat_s: float = 3.0
