"""cryptofeed's own handler of USD-M diffs: run by the Python of a place where it is installed.

Reads a JSON object with ``snapshot`` and ``frames`` from the standard input; prints the seconds
that the frames took and the best bid and ask after the last.
"""

import asyncio
import gc
import json
import sys
import time
from decimal import Decimal

from cryptofeed.defines import L2_BOOK
from cryptofeed.exchanges import BinanceFutures
from cryptofeed.symbols import Symbols
from cryptofeed.types import OrderBook

PAIR = "BTC-USDT-PERP"


async def main():
    given = json.load(sys.stdin)
    Symbols.set("BINANCE_FUTURES", {PAIR: "BTCUSDT"}, {"instrument_type": {PAIR: "perpetual"}})
    told = []

    async def note(book, _):
        told.append(book.sequence_number)

    feed = BinanceFutures(symbols=[PAIR], channels=[L2_BOOK], callbacks={L2_BOOK: note})
    sides = ({Decimal(p): Decimal(q) for p, q in given["snapshot"][n]} for n in ("bids", "asks"))
    bids, asks = sides
    feed._l2_book[PAIR] = OrderBook(feed.id, PAIR, bids=bids, asks=asks)
    feed.last_update_id[PAIR] = given["snapshot"]["lastUpdateId"]
    frames = given["frames"]
    gc.collect()
    started_s = time.process_time()
    for frame in frames:
        await feed.message_handler(frame, None, 0.0)
    spent_s = time.process_time() - started_s
    book = feed._l2_book[PAIR].book
    best = [str(each) for side in (book.bids, book.asks) for each in side.index(0)]
    print(json.dumps({"spent_s": spent_s, "told": len(told), "best": best}))


asyncio.run(main())
