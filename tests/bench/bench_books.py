"""Bytes to book: what a depth diff costs from the socket's payload to the best bid and ask.

Recorded diffs of BTCUSDT perpetual (68 levels each) beside ccxt.pro's handler, cryptofeed's and a
plain dict on the same frames; and diffs of our own making in every venue's dialect beside ccxt.pro.
Rivals take turns and the best of several turns counts, since the machine's speed changes.

cryptofeed is measured where ``TAPESCOPE_CRYPTOFEED_PYTHON`` names a Python that has it.
"""

import gc
import gzip
import json
import sys
import time
from collections.abc import Callable, Iterator

import msgspec
import numpy as np

from data.buffers.keeper import BookKeeper
from data.venues.registry import MARKETS
from data.venues.sync import FetchSnapshot, Phase
from tests.bench import cryptofeed_process
from tests.bench.figure import Figure
from tests.bench.rivals_ccxt import CcxtBooks
from tests.support.recordings import FOLDER

RECORDED = FOLDER / "nkaz001__hftbacktest/examples/usdm/btcusdt_20240808.gz"
TURNS = 3
DIFFS = 2_000
LEVELS = 34


def figures() -> Iterator[Figure]:
    """Measure the recorded diffs where they are, and made ones of every market."""
    if RECORDED.exists():
        yield from _recorded()
    else:
        print(f"{RECORDED} is not here: no figures of recorded diffs", file=sys.stderr)
    for market_id, market in MARKETS.items():
        yield from _made("_".join(market_id), market)


def _recorded() -> Iterator[Figure]:
    body, early, frames = _frames()
    market = MARKETS["binance", "perp"]
    listed = market.facts.defaults[0]
    ours = _Ours(market, listed)
    best = _race(
        {
            "ours": lambda: ours.run([*early, body], frames),
            "ccxt_pro": lambda: _ccxt(listed, [*early, body], frames),
            "plain_dict": lambda: _plain(body, frames),
        }
    )
    count = len(frames)
    yield Figure("books_recorded_levels_per_diff", _levels(frames) / count, "levels")
    for name, spent_s in best.items():
        yield Figure(f"books_recorded_{name}", count / spent_s, "diffs/s")
    yield Figure("books_recorded_times_ccxt_pro", best["ccxt_pro"] / best["ours"], "x")
    all_frames = [frame.decode() for frame in [*early, *frames]]
    given = {"snapshot": body, "frames": all_frames}
    spent_s = cryptofeed_process.timed(given, told=len(all_frames), turns=TURNS)
    if spent_s is not None:
        yield Figure("books_recorded_cryptofeed", count / spent_s, "diffs/s")
        yield Figure("books_recorded_times_cryptofeed", spent_s / best["ours"], "x")
    yield Figure("books_read_20_levels", _reading(ours.keeper, 20), "us")
    yield Figure("books_read_1000_levels", _reading(ours.keeper, 1_000), "us")


def _made(name, market) -> Iterator[Figure]:
    listed = market.facts.defaults[0]
    first, frames = _diffs(market, listed)
    best = _race(
        {
            "ours": lambda: _Ours(market, listed).run(first, frames),
            "ccxt_pro": lambda: _ccxt(listed, first, frames),
        }
    )
    yield Figure(f"books_{name}", len(frames) / best["ours"], "diffs/s")
    yield Figure(f"books_{name}_ccxt_pro", len(frames) / best["ccxt_pro"], "diffs/s")
    yield Figure(f"books_{name}_times_ccxt_pro", best["ccxt_pro"] / best["ours"], "x")


def _race(runs: dict[str, Callable[[], float]]) -> dict[str, float]:
    """Return the least seconds of each."""
    best = dict.fromkeys(runs, float("inf"))
    for _ in range(TURNS):
        for name, run in runs.items():
            best[name] = min(best[name], run())
    return best


def _timed(take, frames) -> float:
    gc.collect()
    gc.freeze()  # what others left behind is not searched while we measure
    started_s = time.process_time()
    for frame in frames:
        take(frame)
    spent_s = time.process_time() - started_s
    gc.unfreeze()
    return spent_s


class _Ours:
    """Decoder, rule and book; a dict among what comes first is an answer of REST."""

    def __init__(self, market, listed):
        self.market, self.listed = market, listed

    def run(self, first, frames) -> float:
        market, listed = self.market, self.listed
        self.keeper = keeper = BookKeeper(market.book_sync())
        instruments = {listed.id.symbol: listed}
        keeper.start(now_ns=0)

        def take(frame):
            for event in market.parse_all(frame, ts_recv_ns=1, instruments=instruments):
                for request in keeper.take(event, now_ns=1):
                    if isinstance(request, FetchSnapshot):
                        keeper.failed(now_ns=1)  # there is no REST here

        for each in first:
            if isinstance(each, dict):
                keeper.take(market.parse_book(each, listed, ts_recv_ns=1), now_ns=1)
            else:
                take(each)
        before = keeper.applied
        spent_s = _timed(take, frames)
        if keeper.phase is not Phase.LIVE or keeper.applied - before != len(frames):
            raise RuntimeError(f"the book lost its way: {keeper.reason}")
        return spent_s


def _ccxt(listed, first, frames) -> float:
    rival = CcxtBooks(listed)
    try:
        for each in sorted(first, key=lambda each: not isinstance(each, dict)):
            (rival.load if isinstance(each, dict) else rival.take)(each)
        told = rival.client.told
        spent_s = _timed(rival.take, frames)
        if rival.client.told - told < len(frames):
            raise RuntimeError(f"ccxt.pro took {rival.client.told - told} of {len(frames)} frames")
    finally:
        rival.close()
    return spent_s


class _Diff(msgspec.Struct, gc=False):
    b: list[tuple[str, str]]
    a: list[tuple[str, str]]


class _Wrapper(msgspec.Struct, gc=False):
    data: _Diff


def _plain(body, frames) -> float:
    """A typed decoder and two dicts of floats: no rule, no order, no best price."""
    decode = msgspec.json.Decoder(_Wrapper).decode
    sides = [{float(p): float(q) for p, q in body[name]} for name in ("bids", "asks")]

    def take(frame):
        diff = decode(frame).data
        for side, levels in zip(sides, (diff.b, diff.a), strict=True):
            for price, size in levels:
                lots = float(size)
                if lots:
                    side[float(price)] = lots
                else:
                    side.pop(float(price), None)

    return _timed(take, frames)


def _frames():
    """The snapshot, the diffs before it, and those from the first that goes on from it."""
    body, early, frames = None, [], []
    with gzip.open(RECORDED) as lines:
        for line in lines:
            raw = line.rstrip(b"\n").partition(b" ")[2]
            if raw.startswith(b'{"lastUpdateId"'):
                body = json.loads(raw)
            elif b'"depthUpdate"' in raw:
                early.append(raw)
    while json.loads(early[0])["data"]["u"] < body["lastUpdateId"]:
        frames.append(early.pop(0))
    return body, [early[0]], early[1:]


def _levels(frames):
    return sum(len(d["b"]) + len(d["a"]) for d in (json.loads(each)["data"] for each in frames))


def _reading(keeper, count) -> float:
    """Return the microseconds of one view."""
    started_s = time.process_time()
    for _ in range(200):
        keeper.book.view(count)
    return (time.process_time() - started_s) / 200 * 1e6


def _diffs(market, listed):
    """What comes first and DIFFS diffs of 2 * LEVELS levels, in the market's dialect.

    As in the recording: most changes near the mid, a fifth of them removals, sizes that repeat.
    """
    rng = np.random.default_rng(1)
    depth = market.book_depth
    mid = listed.price_grid.units("86250")
    away = np.ceil(rng.exponential(depth / 8, (DIFFS, 2, LEVELS))).astype(int)
    away = np.minimum(away, depth)
    lots = np.ceil(rng.lognormal(5, 1.5, away.shape)).astype(int)
    lots *= rng.random(away.shape) > 0.22

    def texts(side, steps, sizes):
        prices = mid - steps if side == 0 else mid + steps
        unique = dict(zip(prices.tolist(), sizes.tolist(), strict=True))
        return [[listed.price_grid.text(p), listed.size_grid.text(q)] for p, q in unique.items()]

    whole = [texts(side, np.arange(1, depth), np.full(depth - 1, 5_000)) for side in (0, 1)]
    diffs = [[texts(side, away[n, side], lots[n, side]) for side in (0, 1)] for n in range(DIFFS)]
    dialect = {"binance": _binance, "okx": _okx, "bybit": _bybit}[market.facts.venue]
    return dialect(market, listed, whole, diffs)


def _packed(frame):
    return json.dumps(frame, separators=(",", ":")).encode()


def _binance(market, listed, whole, diffs):
    body = {"lastUpdateId": 1_000, "bids": whole[0], "asks": whole[1]}
    frames = []
    for number, (bids, asks) in enumerate(diffs, 1_000):
        data = {"e": "depthUpdate", "E": 1_795_248_000_000 + number, "s": listed.id.symbol}
        data |= {"U": number, "u": number} | ({"pu": number - 1} if "fapi" in market.calls else {})
        data |= {"T": data["E"]} if "fapi" in market.calls else {}
        stream = market.streams(listed.id.symbol)[0].topic
        frames.append(_packed({"stream": stream, "data": data | {"b": bids, "a": asks}}))
    return [frames[0], body], frames[1:]


def _okx(_, listed, whole, diffs):
    def frame(action, number, bids, asks):
        book = {
            "asks": [[*each, "0", "1"] for each in asks],
            "bids": [[*each, "0", "1"] for each in bids],
            "ts": str(1_795_248_000_000 + number),
            "checksum": 0,
            "seqId": number,
            "prevSeqId": -1 if action == "snapshot" else number - 1,
        }
        arg = {"channel": "books", "instId": listed.id.symbol}
        return _packed({"arg": arg, "action": action, "data": [book]})

    frames = [frame("update", number, *sides) for number, sides in enumerate(diffs, 1_001)]
    return [frame("snapshot", 1_000, *whole)], frames


def _bybit(market, listed, whole, diffs):
    def frame(action, number, bids, asks):
        data = {"s": listed.id.symbol, "b": bids, "a": asks, "u": number, "seq": number}
        ms = 1_795_248_000_000 + number
        topic = market.streams(listed.id.symbol)[0].topic
        return _packed({"topic": topic, "type": action, "ts": ms, "data": data, "cts": ms - 1})

    frames = [frame("delta", number, *sides) for number, sides in enumerate(diffs, 1_001)]
    return [frame("snapshot", 1_000, *whole)], frames
