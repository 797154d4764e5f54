"""`python -m data export markers`: what rules found, by hand and against the rules themselves."""

import csv
import io

import numpy as np
import pandas as pd
import pytest

from core.calc.burst import burst
from core.calc.marker_rules import MARKER_RULES
from core.calc.marker_stream import MarkerStream
from core.domain.arrays import LIQUIDATION_DTYPE, QUOTE_DTYPE
from core.domain.events import Channel, Gap
from data.store.store import Store
from tests.support.lively import lively_trades
from tests.support.rows import event
from tests.support.trades import START_NS, instrument, trades

S = 10**9
COLUMNS = "kind,side,event_ns,known_ns,price,value,threshold,strength,reason"
SWEEP = trades((0, 100, 1, 1), (0.01, 102, 1, 1), (0.02, 103, 1, 1), (9, 103, 1, -1))
CLASSIC = ("--preset", "classic")


def rows_of(out):
    return list(csv.DictReader(io.StringIO(out)))


@pytest.fixture(scope="module")
def long_tape():
    return lively_trades()


def test_a_sweep_is_told_with_its_side_moments_price_and_reason(export):
    code, out, err = export([SWEEP], "markers", "--kinds", "book-sweep", *CLASSIC)
    assert (code, err) == (0, "")
    assert out.splitlines()[0] == COLUMNS
    (row,) = rows_of(out)
    assert (row["kind"], row["side"]) == ("book-sweep", "buy")
    assert int(row["known_ns"]) == START_NS + 20_000_000
    assert (row["price"], row["value"], row["threshold"]) == ("10.3", "3.0", "3.0")
    assert row["reason"]


def test_thresholds_are_those_of_the_market_unless_the_fixed_ones_are_asked_for(export):
    _, out, err = export([SWEEP], "markers", "--kinds", "book-sweep")
    assert rows_of(out) == []
    assert err == (
        "book-sweep could not judge at the end: 1 seconds with trades, 1000 are needed\n"
    )
    _, out, _ = export([], "markers", "--kinds", "book-sweep", "--preset", "classic")
    assert len(rows_of(out)) == 1


def test_other_thresholds_are_none(export):
    code, _, err = export([SWEEP], "markers", "--preset", "loose")
    assert (code, "loose" in err) == (2, True)


def test_what_a_rule_lacks_is_told_by_kind(export):
    code, out, err = export([SWEEP], "markers", "--kinds", "burst,absorption,liquidation-cluster")
    assert (code, out) == (0, COLUMNS + "\n")
    assert err.splitlines() == [
        "burst could not judge at the end: 1 seconds with trades, 1000 are needed",
        "absorption could not judge at the end: no best quotes are known",
        "liquidation-cluster could not judge at the end: no liquidations are known",
    ]


def test_markers_of_all_kinds_are_in_the_order_in_which_they_were_known(export, long_tape):
    code, out, _ = export([long_tape], "markers", "--row-ticks", 5)
    found = rows_of(out)
    known = [int(row["known_ns"]) for row in found]
    assert code == 0
    assert known == sorted(known)
    assert all(int(row["event_ns"]) <= int(row["known_ns"]) for row in found)
    assert {row["kind"] for row in found} <= set(MARKER_RULES)
    assert len({row["kind"] for row in found}) > 5


def test_a_span_has_the_markers_that_became_known_in_it_judged_by_what_was_before(
    export, long_tape
):
    until_ns = int(long_tape["ts_event_ns"][-1])
    whole = burst(long_tape, instrument(), until_ns=until_ns).found
    from_ns, to_ns = START_NS + 9_000 * S, START_NS + 13_000 * S
    wanted = [each for each in whole if from_ns <= each.known_ns < to_ns]
    span = ("--from", from_ns, "--to", to_ns)
    _, out, _ = export([long_tape], "markers", "--kinds", "burst", *span)
    assert 0 < len(wanted) < len(whole)
    assert [(int(row["known_ns"]), row["reason"]) for row in rows_of(out)] == [
        (each.known_ns, each.reason) for each in wanted
    ]


def test_liquidations_are_read_and_trades_that_lack_are_no_finding(export, tmp_path):
    rows = np.zeros(3, LIQUIDATION_DTYPE)
    rows["ts_event_ns"] = START_NS + np.arange(3) * S
    rows["ts_recv_ns"] = rows["ts_event_ns"] + 1
    rows["size_lots"], rows["price"], rows["position"] = 5, 10.3, 1
    store = Store(tmp_path / "recordings")
    store.append_rows("live", event(Channel.LIQUIDATIONS, rows))
    lost = Gap(instrument().id, START_NS, START_NS + 15_000_000, "ids lack", Channel.TRADES)
    store.append_gap("live", lost)
    store.close()
    kinds = ("--kinds", "liquidation-cluster,book-sweep", *CLASSIC)
    _, out, err = export([SWEEP], "markers", *kinds)
    (row,) = rows_of(out)
    assert (row["kind"], row["side"], row["value"]) == ("liquidation-cluster", "sell", "3.0")
    assert err.startswith("trades may be missing from")


def test_quotes_are_read_where_they_are_stored(export, tmp_path):
    rows = np.zeros(1, QUOTE_DTYPE)
    rows["ts_event_ns"] = rows["ts_recv_ns"] = START_NS
    rows["bid_ticks"], rows["ask_ticks"], rows["bid_lots"], rows["ask_lots"] = 99, 100, 1, 1
    store = Store(tmp_path / "recordings")
    store.append_rows("live", event(Channel.QUOTES, rows))
    store.close()
    _, _, err = export([SWEEP], "markers", "--kinds", "effort-no-result")
    assert "minutes of trades are known" in err


def test_parquet_has_the_same_with_as_many_reasons_as_there_are(export, tmp_path, long_tape):
    path = tmp_path / "m.parquet"
    kinds = ("--kinds", "book-sweep", *CLASSIC)
    code, said, _ = export([long_tape], "markers", *kinds, "--out", path)
    _, out, _ = export([], "markers", *kinds)
    assert code == 0
    table = pd.read_parquet(path)
    assert said.startswith(f"{len(table)} markers of binance.perp.BTCUSDT from live written")
    assert len(table) > 128
    assert table["reason"].tolist() == [row["reason"] for row in rows_of(out)]


def test_a_reason_is_no_formula(export, monkeypatch):
    real = MarkerStream.after

    def shouting(stream, piece):
        told = real(stream, piece)
        for each in told["book-sweep"]:
            object.__setattr__(each, "reason", '=HYPERLINK("x")')
        return told

    monkeypatch.setattr(MarkerStream, "after", shouting)
    _, out, _ = export([SWEEP], "markers", "--kinds", "book-sweep", *CLASSIC)
    assert [row["reason"] for row in rows_of(out)] == ['\'=HYPERLINK("x")']


def test_in_whatever_blocks_trades_are_read_the_same_is_found(export, long_tape, monkeypatch):
    _, whole, _ = export([long_tape], "markers", "--row-ticks", 5)
    real = Store.read_trades

    def in_small_blocks(store, *span, **how):
        for rows in real(store, *span, **how):
            yield from np.array_split(rows, range(7, rows.size, 613))

    monkeypatch.setattr(Store, "read_trades", in_small_blocks)
    _, cut, _ = export([], "markers", "--row-ticks", 5)
    assert cut == whole


@pytest.mark.parametrize("kinds", ["", "burst,", "fish", "burst,=1+1"])
def test_a_kind_that_is_none_is_one_sentence(export, kinds):
    code, out, err = export([], "markers", f"--kinds={kinds}")
    assert (code, out) == (2, "")
    assert "there is no kind of marker" in err
    assert "burst, micro-push" in err
    assert err.count("\n") == 1
