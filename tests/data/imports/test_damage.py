"""Damage: any cell replaced by anything; and the fast reading against the plain one."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.errors import BadNumber, FeedError, RecordingError
from core.domain.instrument import InstrumentId
from core.domain.units import MAX_PRICE_TICKS, Grid
from data.imports import blocks, opened
from data.imports.cells import PAD, Column, choices, decimals, signed, uuids, wholes
from data.imports.layout import DRAFT_DTYPE, head_of
from data.imports.rows import amount_of, decimal_of, read_row, stamp_of
from data.imports.tables import Wish, layout_of
from data.venues.bybit.frames import id_of
from tests.support import archives as a

DIGITS = st.text("0123456789", min_size=1, max_size=21)
NUMBERS = st.one_of(
    DIGITS,
    st.builds("{}.{}".format, DIGITS, st.text("0123456789", max_size=21)),
    st.sampled_from(
        ["", ".", ".5", "5.", "0", "0.0", "-1", "+1", "1e5", "1_000", "nan", "inf", "1.2.3", "/"]
    ),
    st.sampled_from(["9223372036854775807", "9223372036854775808", "18446744073709551616"]),
    st.sampled_from(["1790380800.0232", "1735689600010866", "1717200000123", "4102444800"]),
    st.sampled_from(["\u0661\u0662", "\uff11\uff12", " 12", "12 ", '"12"']),
)
CELLS = st.one_of(NUMBERS, st.text(max_size=12), st.sampled_from(["True", "buy", "BTCUSDT"]))


def column(cells):
    """Cells as a column of a block that has nothing else."""
    raw = [cell.encode() if isinstance(cell, str) else cell for cell in cells]
    text = np.frombuffer(b"\0" * PAD + b",".join(raw) + b"," + b"\0" * PAD, np.uint8)
    lengths = np.array([len(each) for each in raw])
    ends = PAD - 1 + np.cumsum(lengths + 1)
    return Column(text, ends - lengths, ends)


def plain(read, cell):
    try:
        return read(cell.encode())
    except FeedError:
        return None


@given(st.lists(NUMBERS, min_size=1, max_size=30))
def test_decimals_at_once_are_the_decimals_one_by_one(cells):
    numbers = decimals(column(cells))
    for cell, digits, places, sure in zip(
        cells, numbers.digits, numbers.places, numbers.sure, strict=True
    ):
        assert not sure or plain(decimal_of, cell) == (digits, places)


@given(st.lists(st.decimals(0, 10**9, places=8).map(lambda d: f"{d:f}"), min_size=1))
def test_plain_decimals_are_never_left_to_the_slow_reading(cells):
    assert decimals(column(cells)).sure.all()


@given(st.lists(NUMBERS, min_size=1, max_size=30))
def test_wholes_at_once_are_exact(cells):
    for (values, sure), low in ((wholes(column(cells)), 0), (signed(column(cells)), -(2**63))):
        for cell, value, known in zip(cells, values.tolist(), sure.tolist(), strict=True):
            assert not known or (int(cell) == value and low <= value < 2**63)


@given(st.lists(st.one_of(st.uuids().map(str), CELLS), min_size=1, max_size=20))
def test_uuids_at_once_are_folded_as_the_decoder_folds_them(cells):
    values, sure = uuids(column(cells))
    for cell, value, known in zip(cells, values.tolist(), sure.tolist(), strict=True):
        assert not known or id_of(cell) == value


@given(st.lists(st.sampled_from(["Buy", "buy", "Buyx", "", "xxxxxxxxBuy", "Sell"]), min_size=1))
def test_a_word_is_itself_and_no_longer_one(cells):
    values, sure = choices(column(cells), {"Buy": 1, "Sell": -1})
    wanted = {"Buy": 1, "Sell": -1}
    for cell, value, known in zip(cells, values.tolist(), sure.tolist(), strict=True):
        assert known == (cell in wanted)
        assert not known or value == wanted[cell]


@given(NUMBERS)
def test_an_amount_is_what_the_grid_of_live_makes_of_it(cell):
    grid = Grid(Decimal(1).scaleb(-20), largest=10**30)
    try:
        wanted = grid.units(cell)
    except BadNumber:
        wanted = None
    found = plain(amount_of, cell)
    if found is not None and wanted is not None and found[1] <= 20:
        assert found[0] * 10 ** (20 - found[1]) == wanted


@given(st.integers(1_230_768_000 * 10**9, 4_102_444_800 * 10**9 - 1))
def test_a_time_is_the_same_in_every_unit_that_can_say_it(ns):
    for zeros in (0, 3, 6, 9):
        if ns % 10**zeros == 0:
            assert stamp_of(b"%d" % (ns // 10**zeros)) == ns
    assert stamp_of(b"%d.%09d" % divmod(ns, 10**9)) == ns


def by_the_row(text, layout, number_name):
    """The oracle: each line by itself."""
    drafts, refused = [], []
    for line, raw in enumerate(text.split(b"\n"), start=1):
        cells = raw.rstrip(b"\r").split(b",")
        if line > layout.header_lines and cells != [b""]:
            try:
                drafts.append(read_row(cells, layout, line=line, number_name=number_name))
            except FeedError as error:
                refused.append((line, str(error)))
    return np.array(drafts, DRAFT_DTYPE), refused


@settings(max_examples=150, deadline=None)
@given(data=st.data(), name=st.sampled_from(sorted(a.ARCHIVES)))
def test_any_cell_may_be_anything_and_the_other_rows_stay(tmp_path_factory, data, name):
    lines = a.ARCHIVES[name].splitlines() * 2
    layout = layout_of(head_of(a.ARCHIVES[name].encode()))
    row = data.draw(st.integers(layout.header_lines, len(lines) - 1))
    cells = lines[row].split(",")
    place = data.draw(st.integers(0, len(cells) - 1))
    cells[place] = data.draw(CELLS)
    damaged = [*lines[:row], ",".join(cells), *lines[row + 1 :]]
    text = "\n".join(damaged).encode("utf-8", "surrogatepass") + b"\n"
    numbers = {}

    def number_name(raw):
        try:
            return numbers.setdefault(layout.instrument(raw.decode("latin-1")), len(numbers))
        except ValueError as error:
            raise BadNumber(str(error)) from error

    if layout.name is None:
        number_name = zero
    header = sum(len(line.encode()) + 1 for line in damaged[: layout.header_lines])
    drafts, bad = blocks.read_block(
        text[header:], layout, first_line=1 + layout.header_lines, number_name=number_name
    )
    wanted, refused = by_the_row(text, layout, number_name)
    np.testing.assert_array_equal(drafts, wanted)
    assert [each.line for each in bad] == [line for line, _ in refused]

    path = tmp_path_factory.mktemp("damage") / name
    path.write_bytes(text)
    try:
        found, tally = a.imported(path)
    except RecordingError:
        return  # a contract of a symbol that is not listed has no known value
    filled = [line for line in text.split(b"\n")[layout.header_lines :] if line.rstrip(b"\r")]
    assert tally.kept + tally.refused == len(filled)
    assert tally.kept == sum(rows.size for rows in found.values()) >= len(wanted) - 2


def zero(_):
    return 0


def test_refused_rows_are_listed_with_their_lines_and_reasons(tmp_path):
    path = tmp_path / "BTCUSDT-aggTrades-2024-06-01.csv"
    good = a.BINANCE_AGG_PERP.splitlines()
    bad = ["x", "1,2,3,4,5,6,7", "7,-1,1,1,1,1717200000123,true", "7,1,1,2,1,1717200000123,true"]
    path.write_text("\n".join([good[0], bad[0], good[1], *bad[1:], good[2]]))
    _, tally = a.imported(path)
    assert (tally.kept, tally.refused) == (2, 4)
    assert [(each.line, each.reason) for each in tally.listed] == [
        (2, "the line has 1 cells, not 7: 'x'"),
        (4, "a time of the years 2009 to 2099 in s, ms, us or ns was expected, was '6'"),
        (5, "not a plain decimal number: '-1'"),
        (6, "an aggregate must hold a fill, was from 2 to 1"),
    ]


def test_only_twenty_refused_rows_are_listed_and_all_are_counted(tmp_path):
    path = tmp_path / "BTCUSDT-aggTrades-2024-06-01.csv"
    path.write_text(a.BINANCE_AGG_PERP + "bad\n" * 99)
    _, tally = a.imported(path)
    assert (tally.kept, tally.refused, len(tally.listed)) == (2, 99, 20)


def test_one_mad_price_does_not_decide_the_grid_of_the_others(tmp_path):
    rows = [f"{n},1.2{n % 10},5,1,1,1717200000123,true" for n in range(1, 60)]
    for mad in ("1.2000000000001", "99999999999"):
        path = tmp_path / "XRPUSDC-aggTrades-2024-06-01.csv"
        path.write_text("\n".join([*rows, f"60,{mad},5,1,1,1717200000123,true"]))
        ((instrument, _), kept), *_ = a.imported(path)[0].items()
        assert (str(instrument.tick_size), str(instrument.size_step)) == ("0.01", "1")
        assert kept.size == 59
        assert kept["price_ticks"].max() <= MAX_PRICE_TICKS


def test_blocks_that_end_anywhere_give_the_same_rows(tmp_path, monkeypatch):
    path = tmp_path / "BTCUSDT-aggTrades-2024-06-01.csv"
    path.write_text(a.BINANCE_AGG_PERP)
    whole = next(iter(a.imported(path)[0].values()))
    for size in (1, 7, 30, 100):
        monkeypatch.setattr(opened, "_BLOCK", size)
        with opened.opened(path, called="x") as parts:
            text = b"".join(next(parts).blocks())
        assert text == a.BINANCE_AGG_PERP.encode()
    assert whole.size == 2


@pytest.mark.parametrize("name", ["binance.perp.BTCUSDT", "bybit.perp.BTCUSDT"])
def test_a_wish_is_an_instrument_or_nothing(name):
    assert Wish().instrument_id is None
    assert str(Wish(InstrumentId.parse(name)).instrument_id) == name
