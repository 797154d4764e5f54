"""A load on the product: exchange, product and one watching tab, each for itself."""

import json
import os
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from core.domain.arrays import LevelFlag
from core.domain.events import Channel
from core.domain.instrument import InstrumentId
from data.store.store import Store
from tests.exchange.__main__ import BLASTED
from tests.support.waiting import until
from tests.support.wire import decode

ROOT = Path(__file__).resolve().parent.parent.parent
SHOWN = "binance.perp.BTCUSDT"


class Piped:
    """A process that is talked to line by line."""

    def __init__(self, *arguments, environment=None):
        self.process = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def line(self):
        """The next line that it prints."""
        line = self.process.stdout.readline()
        assert line, f"{self.process.args[2]} ended with {self.process.wait(10)}"
        return line.rstrip("\n")

    def say(self, text):
        self.process.stdin.write(f"{text}\n")
        self.process.stdin.flush()

    def asked(self, text):
        """What it answers, out of JSON."""
        self.say(text)
        return json.loads(self.line())

    def later(self, read):
        """A list that gets what ``read`` makes of the next line, when it comes."""
        lines = []
        Thread(target=lambda: lines.append(read(self.line())), daemon=True).start()
        return lines

    def end(self):
        """End its input, and so itself."""
        with suppress(BrokenPipeError):
            self.process.stdin.close()
        try:
            self.process.wait(20)
        finally:
            self.process.kill()
            self.process.wait()
            self.process.stdout.close()


class Tab(Thread):
    """Watches ``/live`` and acknowledges at once.

    Attributes:
        frames: (when it came on the steady clock, age of its newest event in ms) of each.
    """

    def __init__(self, address):
        super().__init__(name="tab", daemon=True)
        self.frames = []
        self._address = address
        self._left = Event()
        self.start()

    def run(self):
        host = self._address.removeprefix("ws://").partition("/")[0]
        with (
            connect(self._address, origin=f"http://{host}", max_size=None) as socket,
            suppress(ConnectionClosed),
        ):
            while not self._left.is_set():
                with suppress(TimeoutError):
                    message = decode(socket.recv(1))
                    self.frames.append((time.monotonic(), message.get("age_ms")))
                    socket.send(json.dumps({"ack": message["seq"]}))

    def between(self, from_s, to_s):
        """The frames of a span."""
        return [each for each in self.frames if from_s <= each[0] < to_s]

    def close(self):
        self._left.set()
        self.join(5)


class Load:
    """A running load.

    Attributes:
        sent: the exchange's account.
        held: the product's account, once everything is written or ``within_s`` is over.
        behind_s: seconds from the last message sent to the last one written; None = not in time.
        frames: of the tab, from the first message to the last one written.
        seconds: from the first message to the last one written.
        rss_mb: of the product: before, most, after.
        cpu_s: of the product, from the first message to the last one written.
        queued: most events that ever waited to be written.
    """

    def __init__(self, exchange, product, tab):
        self.tab = tab
        self._exchange = exchange
        self._product = product

    def run(self, *, within_s):
        """Let it go; return when all is written, or ``within_s`` after the last was sent."""
        before = self._product.asked(f"account {time.time_ns()}")
        first = self._product.asked(f"brief {time.time_ns()}")
        started_s = time.monotonic()
        self._exchange.say("go")
        briefs, sent_s, self.behind_s = [first], None, None
        reports = self._exchange.later(json.loads)
        while sent_s is None or time.monotonic() - sent_s < within_s:
            from_ns = reports[0]["from_ns"] if reports else time.time_ns()
            briefs.append(self._product.asked(f"brief {from_ns}"))
            if sent_s is not None and self._is_written(briefs[-1], reports[0]["instruments"]):
                self.behind_s = time.monotonic() - sent_s
                break
            sent_s = sent_s or (time.monotonic() if reports else None)
            time.sleep(0.1)
        ended_s = time.monotonic()
        self.sent = reports[0]
        self.seconds = ended_s - started_s
        self.frames = self.tab.between(started_s, ended_s)
        self.held = self._product.asked(f"account {self.sent['from_ns']}")
        for name, each in self.held["instruments"].items():
            each["applied"] -= before["instruments"][name]["applied"]
            each["dropped"] -= before["instruments"][name]["dropped"]
        self.queued = max(each["queued"] for each in briefs)
        sizes = [each["rss_mb"] for each in briefs]
        self.rss_mb = (sizes[0], max(sizes), sizes[-1])
        self.cpu_s = briefs[-1]["cpu_s"] - first["cpu_s"]
        return self

    def _is_written(self, now, sent):
        return all(
            now["trades"][name] >= each["trades"]
            and (not each["updates"] or now["last_update_ids"][name] == each["last_update_id"])
            for name, each in sent.items()
        )


@contextmanager
def load(home, *options):
    """Yield a Load that is ready to go.

    Args:
        home: the product's workspace.
        options: of ``python -m tests.exchange``.
    """
    with ExitStack() as running:
        exchange = Piped("tests.exchange", "--on-go", "--hours", "0.2", *options)
        running.callback(exchange.end)
        environment = {"TAPESCOPE_HOME": str(home), "TAPESCOPE_SOURCE": "live"}
        while (line := exchange.line()) != "ready":
            name, _, address = line.partition("=")
            environment[name] = address
        followed = json.dumps(BLASTED)
        (Path(home) / "settings.toml").write_text(f"instruments = {followed}\n")
        product = Piped("tests.support.follower", SHOWN, environment=environment)
        running.callback(product.end)
        tab = Tab(product.line())
        running.callback(tab.close)
        until(lambda: len(tab.frames) > 2, within_s=30, what="the first frames")
        until(lambda: _is_live(product), within_s=30, what="a live book of every instrument")
        yield Load(exchange, product, tab)


def recorded(home, name, from_ns):
    """(trades, updates of the book, gaps) that the product's recording has of an instrument."""
    store, found = Store(Path(home) / "recordings"), InstrumentId.parse(name)
    span = from_ns, 2**62
    trades = sum(rows.size for rows in store.read("live", found, Channel.TRADES, span))
    updates = 0
    for rows in store.read("live", found, Channel.BOOK, span):
        flags = rows["flags"]
        updates += int((flags & (LevelFlag.FIRST | LevelFlag.SNAPSHOT) == LevelFlag.FIRST).sum())
    gaps = [
        gap
        for channel in (Channel.TRADES, Channel.BOOK)
        for gap in store.gaps("live", found, channel)
        if gap.to_ns > from_ns
    ]
    return trades, updates, gaps


def _is_live(product):
    phases = product.asked("brief 0")["phases"].values()
    return set(phases) == {"live"} and len(phases) == len(BLASTED)
