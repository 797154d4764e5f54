"""A local exchange as a process of its own: prints its endpoints, trades until it is ended."""

import argparse
import signal
import sys
from threading import Event

from tests.exchange.generator import DIFFS_EACH, Generator
from tests.exchange.server import Exchange


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.exchange", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="of everything; 0 = any that is free")
    parser.add_argument("--rate", type=float, default=100.0, help="trades a second, all together")
    parser.add_argument("--diffs", type=float, help="of books a second, all; default 10 each")
    parser.add_argument("--no-books", action="store_true", help="trades alone")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--hours", type=float, default=6.0, help="of history behind the start")
    parser.add_argument("--only", nargs="*", help="instruments such as binance.perp.BTCUSDT")
    parser.add_argument("--seconds", type=float, default=3600.0, help="it ends by itself after")
    options = parser.parse_args()
    ended = Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    signal.signal(signal.SIGINT, lambda *_: ended.set())
    with Exchange(port=options.port) as exchange:
        instruments = len(options.only or list(exchange.tapes))
        diffs = None if options.no_books else options.diffs or DIFFS_EACH * instruments
        generator = Generator(
            exchange, rate=options.rate, seed=options.seed, only=options.only, diffs=diffs
        )
        generator.fill_history(hours=options.hours)
        for name, value in exchange.environment().items():
            print(f"{name}={value}")
        print("ready", flush=True)
        generator.start()
        ended.wait(options.seconds)
        generator.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
