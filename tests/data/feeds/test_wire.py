import socket
import ssl
import time
from threading import Thread

import pytest
import trustme
from hypothesis import given, settings
from hypothesis import strategies as st

from data.clock import wall_ns
from data.feeds.wire import MAX_MESSAGE_BYTES, ConnectionLost, Wire
from tests.support.peer import Peer, frame
from tests.support.waiting import until


@pytest.fixture
def peer():
    with Peer() as peer:
        yield peer


@pytest.fixture
def wire(peer):
    wire = Wire(peer.url)
    wire.open(within_s=2)
    until(lambda: peer.open)
    yield wire
    wire.close()


def receive(wire):
    return until(wire.receive)


def lost(wire):
    """What ``receive`` says when the connection ends."""
    with pytest.raises(ConnectionLost) as caught:
        until(wire.receive)
    return caught.value


def test_a_message_is_stamped_when_its_bytes_arrive(peer, wire):
    before_ns = wall_ns()
    peer.send(frame(b'{"a":1}'))
    message = receive(wire)
    assert (message.raw, message.text) == (b'{"a":1}', True)
    assert before_ns <= message.ts_recv_ns <= wall_ns()


def test_nothing_is_none_not_an_error(wire):
    assert wire.receive() is None


def test_a_binary_message_is_known_as_such(peer, wire):
    peer.send(frame(b"\x1f\x8b", 2))
    assert not receive(wire).text


def test_a_ping_is_answered_with_its_payload(peer, wire):
    peer.send(frame(b"1763712000", 9), frame(b"x"))
    receive(wire)
    until(lambda: len(peer.heard) >= 16)
    mask, masked = peer.heard[2:6], peer.heard[6:16]
    assert peer.heard[:2] == b"\x8a\x8a"
    assert bytes(b ^ mask[i % 4] for i, b in enumerate(masked)) == b"1763712000"


def test_a_pong_is_no_message(peer, wire):
    peer.send(frame(b"", 10), frame(b"x"))
    assert receive(wire).raw == b"x"


@settings(max_examples=20, deadline=None)
@given(messages=st.lists(st.binary(max_size=300), min_size=1, max_size=20), data=st.data())
def test_messages_come_whole_however_the_bytes_are_cut(messages, data):
    stream = b""
    for message in messages:
        pieces = data.draw(st.integers(1, 3))
        cuts = sorted(data.draw(st.integers(0, len(message))) for _ in range(pieces - 1))
        edges = [0, *cuts, len(message)]
        for number in range(pieces):
            part = message[edges[number] : edges[number + 1]]
            stream += frame(part, 0 if number else 1, last=number == pieces - 1)
            if data.draw(st.booleans()):
                stream += frame(b"!", 10)
    with Peer() as peer:
        wire = Wire(peer.url)
        wire.open(within_s=2)
        until(lambda: peer.open)
        step = data.draw(st.integers(1, 200))
        for start in range(0, len(stream), step):
            peer.send(stream[start : start + step])
        assert [receive(wire).raw for _ in messages] == messages
        wire.close()


def test_a_message_of_the_largest_size_is_taken(peer, wire):
    whole = frame(b"x" * MAX_MESSAGE_BYTES)
    Thread(target=peer.send, args=(whole,), daemon=True).start()
    assert len(receive(wire).raw) == MAX_MESSAGE_BYTES


def test_a_frame_that_declares_more_is_refused_before_its_payload_comes(peer, wire):
    peer.send(frame(b"", length=2**40))
    loss = lost(wire)
    assert loss.code == 1009
    assert loss.reason == (
        "the exchange sent a message of 1099511627776 bytes; at most 8388608 are taken"
    )


def test_fragments_that_add_up_to_more_are_refused(peer, wire):
    part = b"x" * (MAX_MESSAGE_BYTES // 2)
    stream = frame(part, last=False) + frame(part, 0, last=False) + frame(b"x", 0)
    Thread(target=peer.send, args=(stream,), daemon=True).start()
    assert lost(wire).code == 1009


@pytest.mark.parametrize("stream", [frame(b"x", 0), frame(b"x", last=False) + frame(b"y")])
def test_a_fragment_out_of_place_ends_the_connection(peer, wire, stream):
    peer.send(stream)
    assert lost(wire).reason == "the exchange sent a fragment out of place"


@pytest.mark.parametrize(
    ("payload", "code", "words"),
    [
        (b"\x03\xe8", 1000, "1000 normal"),
        (b"\x03\xe924 h", 1001, "1001 24 h"),
        (b"\x0f\xa4", 4004, "4004"),
        (b"", 1005, "without a code"),
    ],
)
def test_a_close_frame_gives_its_code_and_its_words(peer, wire, payload, code, words):
    peer.send(frame(payload, 8))
    loss = lost(wire)
    assert loss.code == code
    assert loss.reason == f"the exchange closed the connection ({words})"


@pytest.mark.parametrize("bad", [b"\xc1\x00", b"\x83\x00", frame(b"\x03", 8)])
def test_an_illegal_frame_ends_the_connection_with_words(peer, wire, bad):
    peer.send(bad)
    assert lost(wire).reason.startswith("the connection broke (")


def test_half_a_frame_neither_blocks_nor_loses_the_rest(peer, wire):
    whole = frame(b"0123456789" * 5)
    peer.send(whole[:20])
    assert wire.receive() is None
    assert wire.receive() is None
    peer.send(whole[20:])
    assert receive(wire).raw == b"0123456789" * 5


def test_closing_behind_half_a_frame_does_not_hang(peer, wire):
    peer.send(frame(b"x" * 50)[:20])
    wire.receive()
    started_s = time.monotonic()
    wire.close()
    assert time.monotonic() - started_s < 0.5


def test_another_thread_can_end_the_wait(wire):
    Thread(target=wire.interrupt, daemon=True).start()
    assert lost(wire).reason.startswith("the connection broke")


def test_a_handshake_that_is_never_answered_ends_in_time():
    with Peer(answer=b"") as peer:
        _fails_within(peer.url, "the exchange did not answer within 0.4 s", within_s=0.4)


def test_a_handshake_that_drips_ends_in_time():
    with Peer(answer=b"HTTP/1.1 101 ") as peer:
        stop = []

        def drip():
            while not stop:
                if peer.open:
                    try:
                        peer.send(b"x")
                    except OSError:
                        return
                time.sleep(0.05)

        dripper = Thread(target=drip, daemon=True)
        dripper.start()
        _fails_within(peer.url, "the exchange did not answer within 0.4 s", within_s=0.4)
        stop.append(True)
        dripper.join(2)


def test_a_port_where_nobody_listens_is_told_as_such():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    loss = _fails_within(f"ws://127.0.0.1:{port}/x", None)
    assert "could not be reached" in loss.reason
    assert "refused" in loss.reason


def test_a_name_that_does_not_resolve_is_told_as_such(monkeypatch):
    def fails(*_args):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fails)
    loss = _fails_within("ws://stream.example/x", None)
    words = "the exchange's name could not be resolved (Name or service not known)"
    assert loss.reason == words


@pytest.mark.parametrize("issued_for", ["other.example", None])
def test_a_certificate_of_another_name_or_another_authority_is_not_accepted(
    monkeypatch, tmp_path, issued_for
):
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    (authority if issued_for else trustme.CA()).issue_cert(
        issued_for or "localhost"
    ).configure_cert(context)
    trusted = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(trusted))
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with Peer(context=context) as peer:
        loss = _fails_within(peer.url, None)
    assert loss.reason.startswith("the exchange could not prove who it is (")
    assert not loss.refused


def test_a_certificate_that_is_right_is_accepted(monkeypatch, tmp_path):
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    trusted = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(trusted))
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with Peer(context=context) as peer:
        wire = Wire(peer.url)
        wire.open(within_s=2)
        wire.close()


@pytest.mark.parametrize(
    ("status", "refused", "wait_s"),
    [("403 Forbidden", True, 0), ("451 x", True, 0), ("429 x\r\nRetry-After: 9", False, 9)],
)
def test_a_handshake_answered_with_an_error_gives_its_status(status, refused, wait_s):
    answer = f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode()
    with Peer(answer=answer) as peer:
        loss = _fails_within(peer.url, f"the exchange refused the connection (HTTP {status[:3]})")
    assert (loss.code, loss.refused, loss.at_least_s) == (int(status[:3]), refused, wait_s)


def test_a_redirect_is_not_followed():
    answer = b"HTTP/1.1 302 Found\r\nLocation: ws://127.0.0.1:1/y\r\nContent-Length: 0\r\n\r\n"
    with Peer(answer=answer) as peer:
        loss = _fails_within(peer.url, None)
    assert "Redirect" in loss.reason


def _fails_within(url, reason, *, within_s=2.0):
    wire = Wire(url)
    started_s = time.monotonic()
    with pytest.raises(ConnectionLost) as caught:
        wire.open(within_s=within_s)
    wire.close()
    assert time.monotonic() - started_s < within_s + 0.3
    if reason is not None:
        assert caught.value.reason == reason
    return caught.value
