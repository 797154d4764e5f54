"""Packed files: bombs, names that lead elsewhere, files cut at any byte."""

import gzip
import io
import random
import tracemalloc
import zipfile

import pytest

from core.domain.errors import RecordingError
from core.domain.instrument import InstrumentId
from data.imports import opened
from data.imports.files import read_file
from data.imports.tables import Wish
from tests.support import archives as a

NAME = "BTCUSDT-aggTrades-2024-06-01.csv"
MANY = a.BINANCE_AGG_PERP + "".join(
    f"{n},61800.{n % 10},0.{n % 999 + 1:03d},{n},{n},{1717200000456 + n},true\n"
    for n in range(5933016, 5938016)
)


def archive(*members, **how):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in members:
            packed.writestr(name, text, **how)
    return out.getvalue()


def write(tmp_path, body, name="x.zip"):
    path = tmp_path / name
    path.write_bytes(body)
    return path


@pytest.mark.parametrize("pack", [gzip.compress, lambda body: archive((NAME, body))])
def test_a_bomb_is_left_after_its_allowance_whatever_it_says_of_its_size(
    tmp_path, monkeypatch, pack
):
    monkeypatch.setattr(opened, "_RATIO_FREE", 2**20)
    line = a.BINANCE_AGG_PERP.splitlines(keepends=True)[1].encode()
    path = write(tmp_path, pack(line * 200_000), NAME + ".x")
    with pytest.raises(RecordingError, match="unpacks to more than 250 times its size"):
        a.imported(path, "binance.perp.BTCUSDT")
    assert list(tmp_path.iterdir()) == [path]


def test_many_small_bombs_share_one_allowance(tmp_path, monkeypatch):
    monkeypatch.setattr(opened, "_RATIO_FREE", 2**20)
    line = a.BINANCE_AGG_PERP.splitlines(keepends=True)[1]
    path = write(tmp_path, archive(*((f"{n}.csv", line * 10_000) for n in range(20))))
    with pytest.raises(RecordingError, match="unpacks to more than"):
        a.imported(path, "binance.perp.BTCUSDT")


@pytest.mark.parametrize(
    "name", ["../../BTCUSDT-aggTrades-x.csv", "/etc/BTCUSDT-aggTrades-x.csv", "a\\..\\b.csv", "CON"]
)
def test_a_member_whose_name_leads_elsewhere_writes_nothing_there(tmp_path, name):
    folder = tmp_path / "deep" / "down"
    folder.mkdir(parents=True)
    path = write(folder, archive((name, a.BINANCE_AGG_PERP)))
    _, tally = a.imported(path, "binance.perp.BTCUSDT")
    assert tally.kept == 2
    assert [each for each in tmp_path.rglob("*") if each.is_file()] == [path]


def test_what_lies_beside_the_tables_in_an_archive_is_passed_over(tmp_path):
    members = [("__MACOSX/._x.csv", "?"), (".DS_Store", "?"), ("x.csv.CHECKSUM", "?"), ("d/", "")]
    path = write(tmp_path, archive(*members, (NAME, a.BINANCE_AGG_PERP)))
    assert a.imported(path)[1].kept == 2


def test_tables_of_one_layout_in_one_archive_are_all_read(tmp_path):
    names = ["BTCUSDT-aggTrades-2024-06-01.csv", "ETHUSDT-aggTrades-2024-06-01.csv"]
    path = write(tmp_path, archive(*((name, a.BINANCE_AGG_PERP) for name in names)))
    found, tally = a.imported(path)
    assert {str(i.id): rows.size for (i, _), rows in found.items()} == {
        "binance.perp.BTCUSDT": 2,
        "binance.perp.ETHUSDT": 2,
    }
    assert tally.kept == 4


def test_tables_of_different_layouts_in_one_archive_are_refused(tmp_path):
    path = write(tmp_path, archive((NAME, a.BINANCE_AGG_PERP), ("o.csv", a.OKX)))
    with pytest.raises(RecordingError, match="mixes Binance aggTrades and OKX trades"):
        a.imported(path)


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ([], "0 tables"),
        ([("x.png", "?")], "0 tables"),
        ([(f"{n}.csv", "") for n in range(10_001)], "10001 tables"),
    ],
)
def test_an_archive_without_a_table_or_with_thousands_is_refused(tmp_path, members, words):
    body = archive(*members) if members else archive(("d/", ""))
    with pytest.raises(RecordingError, match=words):
        a.imported(write(tmp_path, body))


def test_an_encrypted_archive_says_so(tmp_path):
    body = bytearray(archive((NAME, a.BINANCE_AGG_PERP)))
    body[6] |= 1  # the flag in the member's header, and in the directory
    body[body.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(RecordingError, match="cannot be unpacked"):
        a.imported(write(tmp_path, bytes(body)))


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_a_cut_gzip_is_read_as_far_as_it_goes(tmp_path, cut):
    body = gzip.compress(MANY.encode())
    path = write(tmp_path, body[: -cut * 20], NAME + ".gz")
    _, tally = a.imported(path)
    assert 2000 < tally.kept < 5003
    assert tally.refused <= 1  # the line that the cut went through
    assert "is cut or damaged" in tally.problems[0]


def test_flipped_bytes_in_an_archive_are_a_sentence_or_good_rows(tmp_path):
    whole, rng = archive((NAME, MANY[:3000])), random.Random(5)
    for _ in range(300):
        body = bytearray(whole)
        for place in (rng.randrange(len(body)), -1 - rng.randrange(120)):
            body[place] = rng.randrange(256)
        try:
            found, tally = a.imported(write(tmp_path, bytes(body)), "binance.perp.BTCUSDT")
        except RecordingError:
            continue
        assert tally.kept == sum(rows.size for rows in found.values())


def test_memory_does_not_grow_with_the_file(tmp_path):
    peaks = []
    for count in (60_000, 240_000):
        path = tmp_path / f"BTCUSDT-aggTrades-{count}-01.csv"
        path.write_text(
            "".join(
                f"{n},61800.{n % 10},0.{n % 999 + 1:03d},{n},{n},{1717200000456 + n},true\n"
                for n in range(count)
            )
        )
        tracemalloc.start()
        reading = read_file(
            path, Wish(InstrumentId.parse("binance.perp.BTCUSDT")), scratch=tmp_path
        )
        kept = sum(rows.size for _, _, rows in reading.blocks())
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        reading.close()
        assert kept == count
    assert peaks[1] < peaks[0] * 1.3
    assert peaks[1] < 64 * 2**20
