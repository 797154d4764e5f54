"""Processes that are really killed while they record: nothing acknowledged is ever lost."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from random import Random

import numpy as np
import pytest

from core.domain.arrays import empty_trades
from data.store.store import Store
from tests.support.recording import IDS_PER_RUN, LISTED, lane
from tests.support.waiting import until

LANES = 4
KILLS_PER_LANE = 25
FOREVER = 2**62


def read(root, listed, from_ns=0):
    blocks = Store(root).read_trades("live", listed.id, from_ns, FOREVER)
    return np.concatenate([empty_trades(), *blocks])


def kill_again_and_again(root, seed):
    """Return the ages of the newest row at each kill, and what was acknowledged, by run."""
    random, ages_s, acked = Random(seed), [], []
    with lane(root) as nursery:
        for run in range(1, KILLS_PER_LANE + 1):
            began_ns = time.time_ns()
            child = nursery.start(run)
            until(lambda began_ns=began_ns: stored(root, began_ns), within_s=20)
            wait_until = time.monotonic() + random.uniform(0, 1.4)
            until(lambda end=wait_until: time.monotonic() >= end)
            killed_ns = time.time_ns()
            os.kill(child, signal.SIGKILL)
            nursery.reap()
            acked.append(nursery.acked(run))
            newest = [read(root, each, began_ns)["ts_recv_ns"].max(initial=0) for each in LISTED]
            ages_s.append((killed_ns - int(max(newest))) / 1e9)
    return ages_s, acked


def stored(root, since_ns):
    return read(root, LISTED[0], since_ns).size


@pytest.mark.timeout(180)
def test_of_a_hundred_kills_none_loses_an_acknowledged_row_and_no_file_is_unreadable(tmp_path):
    roots = [tmp_path / str(number) / "recordings" for number in range(LANES)]
    for root in roots:
        root.mkdir(parents=True)
    with ThreadPoolExecutor(LANES) as pool:
        results = list(pool.map(kill_again_and_again, roots, range(LANES)))
    for root, (_, acked) in zip(roots, results, strict=True):
        store = Store(root)
        store.repair()
        assert not [p for each in store.instruments() for d in each.days for p in d.problems]
        rows_before = [read(root, listed) for listed in LISTED]
        store.seal()
        store.close()
        for which, listed in enumerate(LISTED):
            ids = read(root, listed)["trade_id"]
            assert np.array_equal(ids, rows_before[which]["trade_id"])
            for run, counts in enumerate(acked, start=1):
                of_run = np.sort(ids[ids // IDS_PER_RUN == run]) - run * IDS_PER_RUN
                # What is stored of a run is everything up to some trade, and all that was promised.
                assert np.array_equal(of_run, np.arange(of_run.size))
                assert of_run.size >= counts[which]
    ages_s = [age for ages, _ in results for age in ages]
    promised = sum(sum(counts) for _, acked in results for counts in acked)
    assert len(ages_s) == LANES * KILLS_PER_LANE
    assert promised > 0
    assert max(ages_s) <= 1.0, f"of {promised} rows, worst {sorted(ages_s)[-5:]} s"
