"""Every format: lines of our own shaped as the archives, against rows worked out by hand."""

from decimal import Decimal

import pytest

from core.domain.errors import RecordingError
from data.venues.bybit.frames import id_of
from tests.support import archives as a

UUID_1 = id_of("224061a0-e105-508c-9696-b53ab4b5bb03")
UUID_2 = id_of("20f43950-d8dd-5b31-9112-a178eb6023af")
MS, US = 10**6, 10**3

# In the order of TRADE_DTYPE.
GOLDEN = {
    "BTCUSDT-aggTrades-2025-01-01.csv": {
        ("binance.spot.BTCUSDT", "aggTrade", "0.01", "0.00001", False): [
            (1735689600010866 * US, 0, 26129, 12500, 6160201, -1, 0, 3),
            (1735689600010867 * US, 0, 26130, 100000, 6160202, 1, 0, 1),
            (1735689601000000 * US, 0, 26131, 1, 6160200, -1, 0, 2),
        ]
    },
    "BTCUSDT-aggTrades-2024-06-01.csv": {
        ("binance.perp.BTCUSDT", "aggTrade", "0.1", "0.001", False): [
            (1717200000123 * MS, 0, 5933014, 6, 618003, -1, 0, 6),
            (1717200000456 * MS, 0, 5933015, 12500, 618004, 1, 0, 1),
        ]
    },
    "BTCUSDT-trades-2020-03-08.csv": {  # finer than Bitcoin's tick of today, so it is inferred
        ("binance.spot.BTCUSDT", "trade", "0.0001", "0.01", True): [
            (1583709433583 * MS, 0, 51175358, 569, 178018, -1, 0, 1),
            (1583709433600 * MS, 0, 51175359, 100, 178020, 1, 0, 1),
        ]
    },
    "BTCUSDT-trades-2024-05-31.csv": {
        ("binance.perp.BTCUSDT", "trade", "0.1", "0.001", False): [
            (1717113600031 * MS, 0, 5053880937, 24, 684026, 1, 0, 1),
            (1717113600130 * MS, 0, 5053880938, 5, 684025, -1, 0, 1),
        ]
    },
    "BTCUSDT2026-09-26.csv": {
        ("bybit.perp.BTCUSDT", "publicTrade", "0.1", "0.001", False): [
            (1790380800_0232 * 10**5, 0, UUID_1, 20, 571995, 1, 0, 1),
            (1790380800_1176 * 10**5, 0, UUID_2, 1000, 571994, -1, 2, 1),
        ]
    },
    "BTCUSDT_2025-05-19.csv": {
        ("bybit.spot.BTCUSDT", "publicTrade", "0.1", "0.000001", False): [
            (1747612800074 * MS, 0, 1, 3718, 1064538, -1, 0, 1),
            (1747612800150 * MS, 0, 2, 500, 1064569, 1, 2, 1),
        ]
    },
    "BTC-USDT-SWAP-trades-2026-09-26.csv": {  # 3.58 contracts of 0.01 BTC = 358 lots of 0.0001
        ("okx.perp.BTC-USDT-SWAP", "trades", "0.1", "0.0001", False): [
            (1790380800000 * MS, 0, 2199, 358, 837600, 1, 0, 0),
            (1790380800005 * MS, 0, 2200, 100, 837599, -1, 2, 0),
        ]
    },
    "BTC-USDT-trades-2023-04-25.csv": {
        ("okx.spot.BTC-USDT", "trades", "0.1", "0.00000001", False): [
            (1682434103856 * MS, 0, 719977054, 527188, 847600, 1, 0, 0),
            (1682434103857 * MS, 0, 719977057, 2770000, 847601, -1, 0, 0),
        ]
    },
    "BTC-USDT-aggtrades-2021-09-24.csv": {
        ("okx.spot.BTC-USDT", "trades", "0.1", "0.00000001", False): [
            (1632434103856 * MS, 0, 719977054, 527188, 847600, 1, 0, 0),
            (1632434103857 * MS, 0, 719977057, 2770000, 847601, -1, 0, 0),
        ]
    },
    "binance-futures_trades_2020-04-01.csv": {
        ("binance.perp.BTCUSDT", "trade", "0.01", "0.1", True): [
            (1585699200245000 * US, 1585699200277534 * US, 118396511, 5, 642551, 1, 0, 0)
        ],
        ("okx.perp.BTC-USDT-SWAP", "trades", "0.1", "0.0001", False): [
            (1585699200250000 * US, 1585699200277540 * US, 7, 200, 64255, 0, 0, 0)
        ],
        ("bybit.perp.ETHUSDT", "publicTrade", "0.01", "0.01", False): [
            (1585699200260000 * US, 1585699200277550 * US, UUID_1, 150, 13270, -1, 0, 0)
        ],
    },
}


def told(found):
    """What came out of a file, in the form of GOLDEN."""
    return {
        (str(i.id), channel, f"{i.tick_size:f}", f"{i.lot_size:f}", i.inferred): rows.tolist()
        for (i, channel), rows in found.items()
    }


def write(tmp_path, name, text, pack=a.plain):
    path = tmp_path / name
    path.write_bytes(pack(text))
    return path


@pytest.mark.parametrize("pack", [a.plain, a.gz, a.zipped])
@pytest.mark.parametrize("name", a.ARCHIVES)
def test_an_archive_gives_the_rows_worked_out_by_hand(tmp_path, name, pack):
    found, tally = a.imported(write(tmp_path, name, a.ARCHIVES[name], pack))
    assert told(found) == GOLDEN[name]
    assert (tally.refused, tally.kept) == (0, sum(map(len, GOLDEN[name].values())))


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.rstrip("\n"),
        lambda text: text.replace("\n", "\n\n"),
        lambda text: "\ufeff" + text,
    ],
    ids=["windows line ends", "no last line end", "empty lines", "byte order mark"],
)
@pytest.mark.parametrize("name", a.ARCHIVES)
def test_what_an_editor_does_to_a_file_changes_no_row(tmp_path, name, change):
    found, tally = a.imported(write(tmp_path, name, change(a.ARCHIVES[name])))
    assert told(found) == GOLDEN[name]
    assert tally.refused == 0


def test_quotes_and_spaces_around_cells_change_no_row(tmp_path):
    name = "BTCUSDT-aggTrades-2024-06-01.csv"
    text = "\n".join(
        ", ".join(f'"{cell}"' for cell in line.split(","))
        for line in a.BINANCE_AGG_PERP.splitlines()
    )
    assert told(a.imported(write(tmp_path, name, text))[0]) == GOLDEN[name]


@pytest.mark.parametrize("encoding", ["gbk", "utf-8", "utf-8-sig"])
def test_column_names_of_any_encoding_are_read(tmp_path, encoding):
    path = tmp_path / "BTC-USDT-trades-2023-04-25.csv"
    path.write_bytes(a.OKX_OLD.encode(encoding))
    assert told(a.imported(path)[0]) == GOLDEN[path.name]


def test_unknown_columns_in_any_encoding_are_ignored(tmp_path):
    lines = a.BINANCE_AGG_PERP.splitlines()
    more = [f"{line},caf\xe9".encode("latin-1") for line in lines]
    path = tmp_path / "BTCUSDT-aggTrades-2024-06-01.csv"
    path.write_bytes(b"\n".join(more))
    assert told(a.imported(path)[0]) == GOLDEN[path.name]


def test_the_columns_of_a_header_may_stand_in_any_order(tmp_path):
    text = "\n".join(",".join(reversed(line.split(","))) for line in a.OKX.splitlines())
    name = "BTC-USDT-SWAP-trades-2026-09-26.csv"
    assert told(a.imported(write(tmp_path, name, text))[0]) == GOLDEN[name]


def test_a_name_that_says_no_symbol_needs_the_trader(tmp_path):
    path = write(tmp_path, "download.csv", a.BINANCE_AGG_PERP)
    with pytest.raises(RecordingError, match="say it with --instrument"):
        a.imported(path)
    (key,) = told(a.imported(path, "binance.perp.ETHUSDT")[0])
    assert key == ("binance.perp.ETHUSDT", "aggTrade", "0.01", "0.001", False)


def test_the_trader_may_say_which_market_a_file_of_unsaid_market_is_of(tmp_path):
    path = write(tmp_path, "BTCUSDT-aggTrades-2024-06-01.csv", a.BINANCE_AGG_PERP)
    (key,) = told(a.imported(path, "binance.spot.BTCUSDT")[0])
    assert key[0] == "binance.spot.BTCUSDT"


def test_a_file_of_another_venue_than_the_trader_says_is_refused(tmp_path):
    path = write(tmp_path, "x.csv", a.BINANCE_AGG_PERP)
    with pytest.raises(RecordingError, match="holds Binance aggTrades, not trades of okx"):
        a.imported(path, "okx.spot.BTC-USDT")


def test_of_a_file_of_many_only_the_wanted_instrument_is_kept(tmp_path):
    path = write(tmp_path, "t.csv", a.TARDIS)
    found, tally = a.imported(path, "bybit.perp.ETHUSDT")
    assert [str(i.id) for i, _ in found] == ["bybit.perp.ETHUSDT"]
    assert tally.refused == 2
    with pytest.raises(RecordingError, match="no trade that can be kept"):
        a.imported(path, "bybit.perp.SOLUSDT")


def test_okx_files_that_list_both_sides_of_a_trade_are_refused(tmp_path):
    both = "".join(
        f"{trade_id},{side},1.0,43135.1,1633017600564\n"
        for trade_id in (118368467, 118368468)
        for side in ("SELL", "BUY")
    )
    with pytest.raises(RecordingError, match="nobody knows who was the aggressor"):
        a.imported(write(tmp_path, "BTC-USDT-trades-2021-10-01.csv", both))


def test_contracts_of_an_unlisted_swap_need_their_value(tmp_path):
    path = write(tmp_path, "x.csv", a.OKX.replace("BTC-", "DOGE-"))
    with pytest.raises(RecordingError, match="--contract-value"):
        a.imported(path)
    ((instrument, _), rows), *_ = a.imported(path, contract_value=Decimal(1000))[0].items()
    assert (str(instrument.contract_value), instrument.inferred) == ("1000", True)
    assert rows["size_lots"].tolist() == [358, 100]


@pytest.mark.parametrize("symbol", ["BTCUSD", "BTC-14MAR25", "BTCUSDH22"])
def test_inverse_and_dated_contracts_are_not_imported(tmp_path, symbol):
    path = write(tmp_path, "x.csv", a.BYBIT_LINEAR.replace("BTCUSDT", symbol))
    with pytest.raises(RecordingError, match="neither a spot pair nor a linear perpetual"):
        a.imported(path)


def test_usdc_perpetuals_of_bybit_are_known_by_their_name(tmp_path):
    path = write(tmp_path, "x.csv", a.BYBIT_LINEAR.replace("BTCUSDT", "BTCPERP"))
    ((instrument, _),) = a.imported(path)[0]
    assert (instrument.base, instrument.quote, instrument.inferred) == ("BTC", "USDC", True)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"a,b,c\n1,2,3\n", "no format that is known"),
        (b"open,high,low,close\n1,2,3,4\n", "no format that is known"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, "no format that is known"),
        (b'{"lastUpdateId":1}', "no format that is known"),
        (b"PAR1 and nothing more", "none of Tapescope's Parquet files"),
        (a.BINANCE_AGG_SPOT.encode() + b"x" * (2**21 + 9), "line of over 1 MiB"),
        (a.TARDIS.splitlines()[0].encode(), "no lines but the header"),
    ],
)
def test_a_file_of_another_format_is_refused_in_one_sentence(tmp_path, body, words):
    path = tmp_path / "BTCUSDT-trades-x.csv"
    path.write_bytes(body)
    with pytest.raises(RecordingError, match=words) as refused:
        a.imported(path)
    assert "\n" not in str(refused.value)


def test_a_file_that_is_not_there_says_so(tmp_path):
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(RecordingError, match="is no file that can be read"):
            a.imported(path)


def test_an_upload_goes_by_the_name_that_the_trader_knows(tmp_path):
    path = write(tmp_path, "0f3a9c", a.BINANCE_AGG_PERP)
    found, _ = a.imported(path, called="BTCUSDT-aggTrades-2024-06-01.csv")
    assert [str(i.id) for i, _ in found] == ["binance.perp.BTCUSDT"]


def test_a_name_from_outside_cannot_command_a_terminal(tmp_path):
    path = write(tmp_path, "a\x1b[31m\nb.csv", "x,y\n")
    with pytest.raises(RecordingError) as refused:
        a.imported(path)
    assert str(refused.value).isprintable()
