"""An ASGI application on a free port of 127.0.0.1, in a thread, over real sockets."""

import socket
from contextlib import contextmanager
from threading import Thread

import uvicorn

from tests.support.waiting import until


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def served(application):
    """Yield ``host:port`` where ``application`` answers."""
    port = free_port()
    config = uvicorn.Config(
        application, host="127.0.0.1", port=port, log_level="error", lifespan="off"
    )
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, name="served", daemon=True)
    thread.start()
    until(lambda: server.started, what="the server")
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)
        assert not thread.is_alive(), "a connection kept the server from stopping"
