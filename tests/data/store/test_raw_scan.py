"""What a first pass finds in recordings that have books."""

from core.domain.instrument import InstrumentId
from core.domain.units import NS_PER_S
from data.store.raw_log import RawLog, RawLogWriter
from data.store.raw_scan import scan

AT_NS = 1_795_010_400 * NS_PER_S


def written(path, payloads, market=("binance", "perp")):
    writer = RawLogWriter(path)
    for place, payload in enumerate(payloads):
        writer.write(AT_NS + place, *market, payload)
    writer.close()
    return RawLog(path)


def depth(levels, symbol="FOOUSDT"):
    told = ",".join(f'["{price}","{size}"]' for price, size in levels)
    return f'{{"e":"depthUpdate","s":"{symbol}","b":[{told}],"a":[]}}'.encode()


def grid(found, symbol="FOOUSDT"):
    listed = next(listed for listed in found.instruments.values() if symbol in listed)[symbol]
    return str(listed.tick_size), str(listed.size_step)


def test_what_has_only_a_book_is_found_where_books_are_wanted(tmp_path):
    log = written(tmp_path / "raw.log", [depth([("1.2300", "7.50"), ("1.2200", "1.00")])])
    assert scan([log]).instruments == {}
    found = scan([log], books=True)
    assert grid(found) == ("0.01", "0.1")
    assert found.books == {InstrumentId.parse("binance.perp.FOOUSDT")}


def test_a_few_odd_orders_do_not_make_the_grid_finer(tmp_path):
    levels = [("1.23", "7.5")] * 199 + [("1.23456", "7.56789")]
    found = scan([written(tmp_path / "raw.log", [depth(levels)])], books=True)
    assert grid(found) == ("0.01", "0.1")


def test_trades_count_one_by_one(tmp_path):
    trade = b'{"e":"aggTrade","s":"FOOUSDT","a":1,"p":"1.2345","q":"0.001"}'
    log = written(tmp_path / "raw.log", [depth([("1.23", "7.5")] * 500), trade])
    assert grid(scan([log], books=True)) == ("0.0001", "0.001")


def test_best_quotes_alone_tell_the_grid(tmp_path):
    quote = b'{"stream":"foousdt@bookTicker","data":{"u":1,"s":"FOOUSDT","b":"1.25","B":"3.5"'
    log = written(tmp_path / "raw.log", [quote + b',"a":"1.26","A":"2"}}'])
    assert grid(scan([log], books=True)) == ("0.01", "0.1")


def test_books_of_okx_and_bybit_are_told_by_their_channels(tmp_path):
    okx = (
        b'{"arg":{"channel":"books","instId":"FOO-USDT"},"action":"snapshot",'
        b'"data":[{"asks":[["1.25","3.5","0","1"]],"bids":[]}]}'
    )
    bybit = (
        b'{"topic":"orderbook.1000.FOOUSDT","type":"snapshot",'
        b'"data":{"s":"FOOUSDT","b":[["1.255","10"]],"a":[],"u":1,"seq":1}}'
    )
    found = scan([written(tmp_path / "a.log", [okx], ("okx", "spot"))], books=True)
    assert grid(found, "FOO-USDT") == ("0.01", "0.1")
    found = scan([written(tmp_path / "b.log", [bybit], ("bybit", "perp"))], books=True)
    assert grid(found) == ("0.001", "1")


def test_what_only_trades_has_no_book(tmp_path):
    trade = b'{"e":"aggTrade","s":"FOOUSDT","a":1,"p":"1.2345","q":"0.001"}'
    assert scan([written(tmp_path / "raw.log", [trade])], books=True).books == set()


def test_the_span_is_that_of_all_files(tmp_path):
    late = written(tmp_path / "late.log", [depth([("1.2", "1")])] * 3)
    early = RawLogWriter(tmp_path / "early.log")
    early.write(AT_NS - NS_PER_S, "binance", "perp", depth([("1.2", "1")]))
    early.close()
    found = scan([late, RawLog(tmp_path / "early.log")], books=True)
    assert (found.first_ns, found.last_ns) == (AT_NS - NS_PER_S, AT_NS + 2)
