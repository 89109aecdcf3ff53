"""The product served by waitress on loopback, for tests that need a real connection."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from waitress.server import BaseWSGIServer, create_server


@contextmanager
def serving(app: Flask, listener: socket.socket) -> Iterator[str]:
    """Serve `app` on a socket that is already bound; lend the address of the site."""
    channels: dict[int, Any] = {}
    server = create_server(app, sockets=[listener], threads=4, map=channels)
    assert isinstance(server, BaseWSGIServer)
    loop = threading.Thread(target=server.run, name="waitress", daemon=True)
    loop.start()

    def close_all() -> None:
        for channel in list(channels.values()):
            channel.close()

    host, port = listener.getsockname()[:2]
    try:
        yield f"http://{host}:{port}"
    finally:
        # Its loop ends when it has no channel left; only its own thread may close them.
        server.trigger.pull_trigger(close_all)  # type: ignore[attr-defined]  # the stubs say int
        loop.join(10)
        server.task_dispatcher.shutdown()
        assert not loop.is_alive(), "the server did not stop"
