"""A market whose clock stands where a test puts it, rules, and a receiver of what is sent."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from core.domain.events import Channel, Listed, Rows, TradeBlock
from core.domain.units import NS_PER_S
from data.alerts.alert import Alert
from data.alerts.rule import rule_of
from data.engine import Engine
from data.feeds.health import HealthBoard
from data.settings import Settings
from data.store.store import Store
from tests.support.derivatives import quotes
from tests.support.trades import START_NS, instrument, trades

PERP = instrument("binance.perp.BTCUSDT")
SPOT = instrument("binance.spot.BTCUSDT", tick="0.01")


class StandingSource:
    """A source of which nothing comes but what a test submits."""

    def __init__(self, name="simulated", run_id="simulated-1", listed=(PERP, SPOT)):
        self.name, self.run_id, self.at_ns, self.listed = name, run_id, START_NS, listed
        self.wanted = []

    def now_ns(self):
        return self.at_ns

    def instruments(self):
        return self.listed

    def want(self, *wanted):
        self.wanted.append(wanted)


class HeldMarket:
    """An engine that writes at once, and the rest of what alerts look at."""

    def __init__(self, folder, *, name="simulated"):
        self.source = StandingSource(name, run_id=f"{name}-1")
        self.health = HealthBoard(now_ns=self.source.now_ns)
        self.store = Store(folder / "recordings")
        self.settings = Settings(home=folder)
        self.new_engine()

    def new_engine(self):
        """Begin with nothing."""
        self.engine = Engine()
        for each in self.source.listed:
            self.submit(Listed(each))

    def submit(self, event):
        self.engine.submit(event)
        self.engine._write_queued()  # no thread: what is submitted is there

    def at(self, after_s):
        """Put the clock; return the market."""
        self.source.at_ns = START_NS + round(after_s * NS_PER_S)
        return self

    def trade(self, *rows, of=PERP):
        """Take trades: (seconds, price_ticks, lots, side); their ids go on counting."""
        block = trades(*rows)
        tape = self.engine.tape(of.id)
        block["trade_id"] += len(tape.trades) if tape else 0
        self.submit(TradeBlock(of, "aggTrade", block))
        return self

    def quote(self, *rows, of=PERP):
        """Take best quotes: (seconds, bid_ticks, ask_ticks)."""
        return self.rows(Channel.QUOTES, quotes(*rows), of=of)

    def rows(self, channel, rows, of=PERP):
        self.submit(Rows(of, channel, "stream", rows))
        return self


def rule(figure="last_price", condition="above", threshold=100.0, **more):
    """A rule on the perpetual; armed."""
    values = {"name": "mine", "figure": figure, "condition": condition, "armed": True}
    values |= {"instrument": str(PERP.id), "threshold": float(threshold), "cool_down_s": 0.0}
    return rule_of(values | more)


def alert(of=None, *, number=1, known_s=0.0, source="simulated", text="it happened", value=1.5):
    """An alert of a rule."""
    of = of or rule()
    at_ns = START_NS + round(known_s * NS_PER_S)
    return Alert(
        id=f"20231114T221300-{of.id}-{number}",
        rule=of,
        source=source,
        run_id=f"{source}-1",
        known_ns=at_ns,
        told_ns=at_ns,
        value=value,
        text=text,
    )


class Receiver:
    """What came to a local HTTP server; ``refuse`` answers that many times with an error."""

    def __init__(self, port, refuse):
        self.port, self.refuse = port, refuse
        self.got, self.asked = [], 0

    @property
    def url(self):
        """The address, as apprise writes it."""
        return f"json://127.0.0.1:{self.port}/alerts"


@contextmanager
def receiver(*, refuse=0):
    """A local HTTP server that takes what apprise sends as JSON."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            told.asked += 1
            body = self.rfile.read(int(self.headers["Content-Length"]))
            taken = told.asked > told.refuse
            if taken:
                told.got.append(json.loads(body))
            self.send_response(200 if taken else 503)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told = Receiver(server.server_port, refuse)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
