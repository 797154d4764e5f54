"""Our own Parquet of every channel but trades: read back as it was written, or refused."""

import numpy as np
import pytest

from core.domain.arrays import LevelFlag
from core.domain.events import Channel
from data.imports.into_store import import_file
from data.imports.tables import Wish
from data.store.facts import Facts
from data.store.layouts import LAYOUTS
from data.store.parquet import write_parquet
from data.store.store import Store
from tests.support.rows import MESSAGE, SIDE_CHANNELS, book, random_rows
from tests.support.trades import START_NS, instrument

FOREVER = 2**62


def imported(tmp_path, channel, rows):
    path = tmp_path / "x.parquet"
    write_parquet(path, rows, Facts.of("live", instrument(), "stream", holds=channel))
    store = Store(tmp_path / "recordings")
    found = import_file(path, Wish(), store, source="import")
    blocks = store.read("import", instrument().id, channel, (0, FOREVER))
    kept = np.concatenate([LAYOUTS[channel].empty(), *blocks])
    store.close()
    return kept, found.tally


@pytest.mark.parametrize("channel", SIDE_CHANNELS)
def test_a_compacted_recording_is_imported_as_it_is(tmp_path, channel):
    rows = random_rows(np.random.default_rng(1), channel, 30_000)
    rows["ts_event_ns"] = np.maximum(rows["ts_event_ns"], START_NS)
    for name in set(LAYOUTS[channel].names) & {"position", "price_kind"}:
        rows[name] = 1
    kept, tally = imported(tmp_path, channel, rows)
    assert kept.tobytes() == rows.tobytes()
    assert (tally.others, tally.refused) == ({channel: rows.size}, 0)


@pytest.mark.parametrize(
    "change", [{"price_ticks": 0}, {"size_lots": -1}, {"side": 2}, {"flags": 64}, {"ts_recv_ns": 5}]
)
def test_a_message_with_a_row_that_is_none_is_refused_whole(tmp_path, change):
    rows = random_rows(np.random.default_rng(2), Channel.BOOK, 9)
    rows["ts_event_ns"] = 0
    for name, value in change.items():
        rows[name][4 * MESSAGE + 1] = value
    kept, tally = imported(tmp_path, Channel.BOOK, rows)
    bad = range(4 * MESSAGE, 5 * MESSAGE)
    assert kept.tobytes() == np.delete(rows, bad).tobytes()
    assert [each.line for each in tally.listed] == [index + 1 for index in bad]


def test_half_a_message_at_the_beginning_is_refused(tmp_path):
    whole = book(START_NS, {99: 1, 98: 1}, {101: 1})
    half = whole[1:].copy()
    assert not half["flags"][0] & LevelFlag.FIRST
    kept, tally = imported(tmp_path, Channel.BOOK, np.concatenate([half, whole]))
    assert kept.tobytes() == whole.tobytes()
    assert tally.refused == 2


@pytest.mark.parametrize(
    ("channel", "change"),
    [
        (Channel.QUOTES, {"bid_ticks": 0}),
        (Channel.QUOTES, {"ask_lots": -1}),
        (Channel.TICKER, {"mark": 0.0}),
        (Channel.TICKER, {"open_interest": -1.0}),
        (Channel.LIQUIDATIONS, {"price": np.nan}),
        (Channel.LIQUIDATIONS, {"position": 0}),
    ],
)
def test_a_row_out_of_range_is_refused_and_the_others_are_kept(tmp_path, channel, change):
    rows = random_rows(np.random.default_rng(3), channel, 9)
    for name in set(LAYOUTS[channel].names) & {"position", "price_kind"}:
        rows[name] = 1
    for name, value in change.items():
        rows[name][4] = value
    kept, tally = imported(tmp_path, channel, rows)
    assert kept.tobytes() == np.delete(rows, 4).tobytes()
    assert (tally.refused, tally.listed[0].line) == (1, 5)
