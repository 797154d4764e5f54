"""cryptofeed's own handlers of USD-M frames: run by the Python of a place where it is installed.

Reads a JSON object with ``frames`` from the standard input, and a ``snapshot`` where the frames are
diffs of its book; else they are trades. Prints the seconds that the frames took and how many
callbacks there were.
"""

import asyncio
import gc
import json
import sys
import time
from decimal import Decimal

from cryptofeed.defines import L2_BOOK, TRADES
from cryptofeed.exchanges import BinanceFutures
from cryptofeed.symbols import Symbols
from cryptofeed.types import OrderBook

PAIR = "BTC-USDT-PERP"


async def main():
    given = json.load(sys.stdin)
    Symbols.set("BINANCE_FUTURES", {PAIR: "BTCUSDT"}, {"instrument_type": {PAIR: "perpetual"}})
    told = 0

    async def note(_, __):
        nonlocal told
        told += 1

    channel = L2_BOOK if "snapshot" in given else TRADES
    feed = BinanceFutures(symbols=[PAIR], channels=[channel], callbacks={channel: note})
    if "snapshot" in given:
        load(feed, given["snapshot"])
    gc.collect()
    started_s = time.process_time()
    for frame in given["frames"]:
        await feed.message_handler(frame, None, 0.0)
    print(json.dumps({"spent_s": time.process_time() - started_s, "told": told}))


def load(feed, snapshot):
    """Let the feed hold a book, as after its own question to REST."""
    sides = ({Decimal(p): Decimal(q) for p, q in snapshot[name]} for name in ("bids", "asks"))
    bids, asks = sides
    feed._l2_book[PAIR] = OrderBook(feed.id, PAIR, bids=bids, asks=asks)
    feed.last_update_id[PAIR] = snapshot["lastUpdateId"]


asyncio.run(main())
