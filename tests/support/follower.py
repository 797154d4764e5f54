"""The product without its page, as a process of its own: run, publisher and ``/live``.

It follows what the settings in its workspace name, prints where ``/live`` is, and answers every
line on its input with a line of JSON: ``brief`` and an instant in nanoseconds with how far it is
since then, ``account`` and an instant with all that it holds since then and all that it marked as
missing. It ends with its input.
"""

import json
import os
import sys
import time
from pathlib import Path

import numpy as np
import psutil
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute

from core.domain.events import Channel
from core.domain.instrument import InstrumentId
from data.runtime import Runtime
from data.settings import load_settings
from data.views.explorer import ExplorerSpec
from pages.shell import live
from pages.shell.feeds import Feeds
from pages.shell.publisher import Publisher
from pages.shell.spec import ChartSpec
from tests.support.served import served

TOKEN = "right"
ALL = 10_000
"""More levels than any book has."""


def main(shown) -> int:
    """Run until the input ends; ``shown`` is the instrument of the one view."""
    run = Runtime(load_settings(os.environ, project=Path(os.environ["TAPESCOPE_HOME"])))
    publisher = Publisher(Feeds(run))
    run.start()
    publisher.start()
    view = publisher.register(ChartSpec(ExplorerSpec((InstrumentId.parse(shown),), "1m")))

    async def endpoint(socket):
        await live.serve(socket, publisher=publisher, token=TOKEN, hosts=["127.0.0.1"])

    with served(Starlette(routes=[WebSocketRoute("/live", endpoint)])) as address:
        _say(f"ws://{address}/live?token={TOKEN}&view={view}")
        for line in sys.stdin:
            which, from_ns = line.split()
            said = {"brief": brief, "account": account}[which](run, int(from_ns))
            _say(json.dumps(said))
    publisher.stop()
    run.stop()
    return 0


def _say(line):
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def brief(run, from_ns):
    """How far everything is."""
    tapes = {str(found): run.engine.tape(found) for found in run.engine.ids()}
    process = psutil.Process()
    times = process.cpu_times()
    return {
        "at_s": time.monotonic(),
        "queued": run.engine.queued,
        "trades": {
            name: tape.trades.count_before(2**62) - tape.trades.count_before(from_ns)
            for name, tape in tapes.items()
        },
        "phases": {name: str(tape.book.phase) for name, tape in tapes.items()},
        "last_update_ids": {name: tape.book.view(1).last_id for name, tape in tapes.items()},
        "rss_mb": process.memory_info().rss / 1e6,
        "cpu_s": times.user + times.system,
    }


def account(run, from_ns):
    """What is held of the trades since ``from_ns``, of the books, and what is marked missing."""
    engine = run.engine
    instruments = {}
    for found in engine.ids():
        tape = engine.tape(found)
        rows = tape.trades.window(from_ns, 2**62)
        book = tape.book.view(ALL)
        instruments[str(found)] = {
            "trades": int(rows.size),
            "distinct": int(np.unique(rows["trade_id"]).size),
            "lots": int(rows["size_lots"].sum()),
            "gaps": [
                [str(channel), gap.from_ns, gap.to_ns, gap.reason]
                for channel in (Channel.TRADES, Channel.BOOK)
                for gap in tape.gaps_of(channel)
                if gap.to_ns > from_ns
            ],
            "phase": str(tape.book.phase),
            "reason": tape.book.reason,
            "applied": tape.book.applied,
            "dropped": tape.book.dropped,
            "lost": tape.book.lost,
            "last_update_id": book.last_id,
            "book_lots": [int(book.bid_lots.sum()), int(book.ask_lots.sum())],
            "levels": int(book.bid_ticks.size + book.ask_ticks.size),
        }
    return {
        "at_ns": run.source.now_ns(),
        "faults": engine.faults,
        "refused": run.health.refused_total(),
        "notes": list(run.notes()),
        "instruments": instruments,
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
