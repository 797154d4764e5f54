"""The ledger of faults names tests that are there; and what no test of a part says."""

import ast
import signal
import socket
from contextlib import contextmanager
from pathlib import Path
from time import sleep

import pytest

from tests.faults import LEDGER
from tests.support.app import EXPLORER, running

ROOT = Path(__file__).parent.parent
PARTS = {"transport": 10, "book": 13, "storage": 7, "page": 6}


def names_in(path):
    """The names of the tests in a file, which is read, not run."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    defined = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {each.name for each in ast.walk(tree) if isinstance(each, defined)}


@pytest.mark.parametrize("entry", LEDGER, ids=lambda entry: entry.fault.replace(" ", "-"))
def test_every_fault_is_proven_by_tests_that_are_there(entry):
    assert entry.seen
    assert entry.proofs
    assert len(set(entry.proofs)) == len(entry.proofs)
    for proof in entry.proofs:
        path, _, name = proof.partition("::")
        assert name.startswith("test_"), proof
        assert name in names_in(path), proof


def test_no_fault_is_listed_twice_and_none_went_missing():
    assert len({entry.fault for entry in LEDGER}) == len(LEDGER)
    counts = {part: sum(entry.part == part for entry in LEDGER) for part in PARTS}
    assert counts == PARTS


@contextmanager
def upgraded(server, host, origin):
    """The status of a handshake of this name and origin at the pages' own socket, kept open."""
    lines = (
        "GET /_stcore/stream HTTP/1.1",
        f"Host: {host}",
        f"Origin: {origin}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    )
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as link:
        link.sendall("\r\n".join([*lines, "", ""]).encode())
        yield int(link.recv(64).split()[1])


def test_the_pages_own_socket_refuses_a_foreign_page(tmp_path):
    """A page elsewhere, or a name that was bound to this machine, does not reach the pages."""
    with running(EXPLORER, tmp_path) as server:
        here = f"127.0.0.1:{server.port}"
        for host, origin, expected in (
            (here, f"http://{here}", 101),
            (here, "http://evil.example", 403),
            ("evil.example", "http://evil.example", 403),
        ):
            with upgraded(server, host, origin) as status:
                assert status == expected


@pytest.mark.parametrize("presses", [1, 2])
def test_ctrl_c_once_or_twice_ends_the_server_though_a_page_is_open(tmp_path, presses):
    with running(EXPLORER, tmp_path) as server:
        here = f"127.0.0.1:{server.port}"
        with upgraded(server, here, f"http://{here}") as status:
            assert status == 101
            for _ in range(presses):
                server.process.send_signal(signal.SIGINT)
                sleep(0.05)
            server.process.wait(5)
