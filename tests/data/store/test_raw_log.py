import gzip

import pytest

from core.domain.errors import RecordingError
from core.domain.instrument import MarketKind, Venue
from data.store.raw_log import RawLog, RawLogWriter
from data.store.raw_scan import scan
from tests.support.recordings import recording

PERP = (
    b'{"stream":"btcusdt@trade","data":{"e":"trade","E":1723161256322,"T":1723161256322,'
    b'"s":"BTCUSDT","t":5266583935,"p":"61800.30","q":"0.006","X":"MARKET","m":false}}'
)
SPOT = (
    b'{"stream":"btcusdt@trade","data":{"e":"trade","E":1723161255343,"s":"BTCUSDT",'
    b'"t":3735683259,"p":"61837.63000000","q":"0.02000000","T":1723161255342,"m":true,"M":true}}'
)
OKX = (
    b'{"arg":{"channel":"trades","instId":"UNI-USDT-SWAP"},"data":[{"instId":"UNI-USDT-SWAP",'
    b'"tradeId":"1","px":"6.125","sz":"10","side":"sell","ts":"1652459225298"}]}'
)


def write(tmp_path, body, name="a.log"):
    path = tmp_path / name
    path.write_bytes(body)
    return path


def test_what_the_writer_wrote_is_read_back(tmp_path):
    path = tmp_path / "own.gz"
    writer = RawLogWriter(path)
    writer.write(5, Venue.BYBIT, MarketKind.SPOT, b'{"op":"ping"}')
    writer.write(6, Venue.OKX, MarketKind.PERP, b"pong")
    writer.close()
    frames = list(RawLog(path).frames())
    assert [(f.ts_recv_ns, f.venue, f.kind, f.payload) for f in frames] == [
        (5, "bybit", "spot", b'{"op":"ping"}'),
        (6, "okx", "perp", b"pong"),
    ]


def test_a_frame_with_a_line_break_is_refused_at_the_door(tmp_path):
    writer = RawLogWriter(tmp_path / "own")
    with pytest.raises(ValueError, match="line break"):
        writer.write(1, Venue.OKX, MarketKind.PERP, b"a\nb")
    writer.close()


@pytest.mark.parametrize(("payload", "kind"), [(PERP, "perp"), (SPOT, "spot")])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_hftbacktest_lines_tell_their_market(tmp_path, payload, kind, pack):
    body = b'1723161255088176367 {"lastUpdateId":5,"bids":[]}\n1723161255088176367 ' + payload
    frames = list(RawLog(write(tmp_path, pack(body + b"\n"))).frames())
    assert [(f.ts_recv_ns, f.kind) for f in frames] == [(1723161255088176367, kind)]
    assert frames[0].payload == payload


def test_cryptofeed_lines_leave_out_what_the_client_sent(tmp_path):
    url = b"wss://ws.okx.com:8443/ws/v5/public"
    body = url + b" <-> 1652459224.53\n" + url + b' <- 1652459225.29: {"op":"subscribe"}\n'
    body += b"1652459225.5037491: " + OKX + b"\n"
    (frame,) = RawLog(write(tmp_path, body)).frames()
    assert (frame.venue, frame.kind, frame.ts_recv_ns) == ("okx", "perp", 1652459225503749100)


def test_a_bad_line_is_counted_and_the_others_are_read(tmp_path):
    log = RawLog(write(tmp_path, b"#tapescope-raw 1\n1 okx.spot a\nnonsense\n2 okx.spot b\n"))
    assert [frame.payload for frame in log.frames()] == [b"a", b"b"]
    assert log.bad_lines == 1


@pytest.mark.parametrize("cut", range(30, 400, 37))
def test_a_cut_gzip_is_read_as_far_as_it_goes(tmp_path, cut):
    lines = [b"%d okx.spot %x" % (i, hash((i, "x")) % 2**60) for i in range(200)]
    whole = gzip.compress(b"#tapescope-raw 1\n" + b"\n".join(lines))
    log = RawLog(write(tmp_path, whole[:-cut]))
    frames = list(log.frames())
    assert [f.ts_recv_ns for f in frames] == list(range(len(frames)))
    assert len(frames) > 50
    assert "cut or damaged" in log.problem


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (gzip.compress(b"x" * 99)[:12], "cut or damaged"),
        (b"PAR1\x00\x01\x02", "not a raw recording"),
        (b"time,price\n1,2\n", "not a raw recording"),
        (b"1723161255088176367 {}\n", "not a raw recording"),
        (b"wss://example.org/x <-> 1652459224.53\n1652459225.5: {}\n", "not a raw recording"),
    ],
)
def test_what_cannot_be_read_at_all_says_why(tmp_path, body, words):
    with pytest.raises(RecordingError, match=words):
        list(RawLog(write(tmp_path, body)).frames())


def test_a_missing_file_says_so(tmp_path):
    with pytest.raises(RecordingError, match="cannot be opened"):
        list(RawLog(tmp_path / "none").frames())


def test_the_scan_finds_span_and_instruments(tmp_path):
    body = b"#tapescope-raw 1\n7 okx.perp " + OKX + b"\n9 binance.spot " + SPOT + b"\n"
    found = scan([RawLog(write(tmp_path, body))])
    assert (found.first_ns, found.last_ns, found.frames) == (7, 9, 2)
    uni = found.instruments["okx", "perp"]["UNI-USDT-SWAP"]
    assert (str(uni.tick_size), str(uni.size_step), uni.inferred) == ("0.001", "1", True)
    assert not found.instruments["binance", "spot"]["BTCUSDT"].inferred
    assert found.inferred == [uni]


def test_a_default_grid_that_does_not_fit_the_recording_is_not_used(tmp_path):
    finer = SPOT.replace(b"61837.63000000", b"61837.63500000")
    found = scan([RawLog(write(tmp_path, b"#tapescope-raw 1\n1 binance.spot " + finer))])
    assert str(found.instruments["binance", "spot"]["BTCUSDT"].tick_size) == "0.001"


def test_symbols_of_another_kind_are_named(tmp_path):
    other = OKX.replace(b"UNI-USDT-SWAP", b"BTC-USD-220527")
    found = scan([RawLog(write(tmp_path, b"#tapescope-raw 1\n1 okx.perp " + other))])
    assert found.other_symbols == {"BTC-USD-220527"}


@pytest.mark.parametrize("name", [b"uNI-USDT-SWAP", b"<b>-USDT-SWAP", b"A" * 45 + b"USDT"])
def test_a_damaged_symbol_is_left_out_and_the_others_are_played(tmp_path, name):
    damaged = OKX.replace(b"UNI-USDT-SWAP", name)
    body = b"#tapescope-raw 1\n1 okx.perp " + damaged + b"\n2 okx.perp " + OKX
    found = scan([RawLog(write(tmp_path, body))])
    assert set(found.instruments["okx", "perp"]) == {"UNI-USDT-SWAP"}
    assert not found.other_symbols
    assert "1 symbols are none" in found.problems[0]


@pytest.mark.parametrize(
    ("name", "market", "symbols"),
    [
        ("bmoscon__cryptofeed/sample_data/OKX.ws.1.0", ("okx", "spot"), {"BTC-USDT"}),
        (
            "nkaz001__hftbacktest/examples/usdm/btcusdt_20240808.gz",
            ("binance", "perp"),
            {"BTCUSDT"},
        ),
        (
            "nkaz001__hftbacktest/examples/spot/btcusdt_20240809.gz",
            ("binance", "spot"),
            {"BTCUSDT"},
        ),
    ],
)
def test_real_recordings_are_recognised(name, market, symbols):
    found = scan([RawLog(recording(name))])
    assert set(found.instruments[market]) == symbols
    assert not found.problems
