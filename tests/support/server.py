"""The product served by waitress on loopback, for tests that need a real connection."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from waitress import create_server


@contextmanager
def serving(app: Flask, listener: socket.socket) -> Iterator[str]:
    """Serve `app` on a socket that is already bound; lend the address of the site."""
    channels: dict[int, object] = {}
    server = create_server(app, sockets=[listener], threads=4, map=channels)
    loop = threading.Thread(target=server.run, name="waitress", daemon=True)
    loop.start()

    def close_all() -> None:
        for channel in list(channels.values()):
            channel.close()  # type: ignore[attr-defined]  # waitress's dispatchers

    host, port = listener.getsockname()[:2]
    try:
        yield f"http://{host}:{port}"
    finally:
        # Its loop ends when it has no channel left; only its own thread may close them.
        server.trigger.pull_trigger(close_all)
        loop.join(10)
        server.task_dispatcher.shutdown()
        assert not loop.is_alive(), "the server did not stop"
