"""What an export says beside its table: where trades may be missing."""

import pytest

from core.domain.events import Channel, Gap
from data.store.store import Store
from tests.support.trades import START_NS, instrument, trades

S = 10**9
ROWS = trades((0, 100, 1, 1), (60, 100, 1, 1))
LOST = (
    "trades may be missing from 2023-11-14T22:13:10Z to 2023-11-14T22:13:15Z{}: "
    "what is written is of those that are held\n"
)


def lose(folder, *spans, channel=Channel.TRADES):
    store = Store(folder / "recordings")
    for from_s, to_s in spans:
        span = START_NS + from_s * S, START_NS + to_s * S
        store.append_gap("live", Gap(instrument().id, *span, "ids lack", channel))
    store.close()


@pytest.mark.parametrize("kind", ["footprint", "profile", "vwap", "markers"])
def test_a_gap_in_the_span_is_told(export, tmp_path, kind):
    lose(tmp_path, (10, 15))
    code, _, err = export([ROWS], kind)
    assert code == 0
    assert LOST.format("") in err


def test_several_gaps_are_one_sentence(export, tmp_path):
    lose(tmp_path, (20, 25), (10, 15), (30, 31))
    _, _, err = export([ROWS], "footprint")
    assert err == LOST.format(", and in 2 more spans")


def test_gaps_of_books_and_of_other_times_are_no_matter(export, tmp_path):
    lose(tmp_path, (10, 15), channel=Channel.BOOK)
    lose(tmp_path, (10, 15))
    _, _, err = export([ROWS], "footprint", "--from", START_NS + 15 * S)
    assert err == ""


def test_vwap_counts_trades_from_before_the_span(export, tmp_path):
    lose(tmp_path, (10, 15))
    _, _, err = export([ROWS], "vwap", "--from", START_NS + 15 * S)
    assert LOST.format("") in err
