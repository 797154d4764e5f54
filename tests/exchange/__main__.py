"""A local exchange as a process of its own: prints its endpoints, trades until it is ended.

With ``--blast`` or ``--burst`` it is a load instead: it waits until all that it would send is
followed, sends a little of it (for two seconds; with ``--on-go`` until a line comes on its input),
then the load, prints one line of JSON with what that was, and stays until it is ended, or its
input is.
"""

import argparse
import json
import signal
import sys
from threading import Event, Thread, Timer

from tests.exchange.blast import FIRST_TRADE_ID, Blast
from tests.exchange.generator import DIFFS_EACH, Generator
from tests.exchange.server import Exchange

BLASTED = [
    "binance.perp.BTCUSDT",
    "binance.spot.BTCUSDT",
    "okx.perp.BTC-USDT-SWAP",
    "okx.spot.BTC-USDT",
    "bybit.perp.BTCUSDT",
    "bybit.spot.BTCUSDT",
]

_WARM_S = 2.0


def main() -> int:
    options = _options()
    ended = Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    signal.signal(signal.SIGINT, lambda *_: ended.set())
    with Exchange(port=options.port) as exchange:
        run = _load if options.blast or options.burst else _market
        run(exchange, options, ended)
    return 0


def _options():
    parser = argparse.ArgumentParser(prog="python -m tests.exchange", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="of everything; 0 = any that is free")
    parser.add_argument("--rate", type=float, default=100.0, help="trades a second, all together")
    parser.add_argument("--diffs", type=float, help="of books a second, all; default 10 each")
    parser.add_argument("--no-books", action="store_true", help="trades alone")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--hours", type=float, default=6.0, help="of history behind the start")
    parser.add_argument("--only", nargs="*", help="instruments such as binance.perp.BTCUSDT")
    parser.add_argument("--seconds", type=float, default=3600.0, help="it ends by itself after")
    parser.add_argument("--blast", type=float, help="messages a second, for --seconds")
    parser.add_argument("--burst", type=int, help="messages within one second")
    parser.add_argument("--mix", type=float, default=0.85, help="share of trades in a load")
    parser.add_argument("--on-go", action="store_true", help="a load waits for a line on its input")
    return parser.parse_args()


def _say_where(exchange):
    for name, value in exchange.environment().items():
        print(f"{name}={value}")
    print("ready", flush=True)


def _market(exchange, options, ended):
    instruments = len(options.only or list(exchange.tapes))
    diffs = None if options.no_books else options.diffs or DIFFS_EACH * instruments
    generator = Generator(
        exchange, rate=options.rate, seed=options.seed, only=options.only, diffs=diffs
    )
    generator.fill_history(hours=options.hours)
    _say_where(exchange)
    generator.start()
    ended.wait(options.seconds)
    generator.stop()


def _load(exchange, options, ended):
    generator = Generator(exchange, rate=1, seed=options.seed, only=options.only or BLASTED)
    for walk in generator.walks:
        found = walk.listed.id
        exchange.tapes.get(found.venue, found.kind, found.symbol).begin_at(FIRST_TRADE_ID)
    generator.fill_history(hours=options.hours)
    blast = Blast(exchange, generator.walks, mix=options.mix)
    _say_where(exchange)
    if options.on_go:
        Thread(target=_obey, args=(blast, ended), daemon=True).start()
    if not exchange.run(blast.ready(ended)):
        return
    if not options.on_go:
        Timer(_WARM_S, blast.going.set).start()
    exchange.run(blast.warm())
    if options.blast:
        _print(exchange.run(blast.steady(rate=options.blast, seconds=options.seconds)))
    if options.burst:
        _print(exchange.run(blast.burst(options.burst)))
    ended.wait()


def _obey(blast, ended):
    """The first line says go; with the end of the input whoever said it is gone."""
    for _ in sys.stdin:
        blast.going.set()
    ended.set()
    blast.going.set()


def _print(report):
    print(json.dumps(report), flush=True)


if __name__ == "__main__":
    sys.exit(main())
