"""The issuer's HTTP server: uvicorn in a thread of this process, on loopback."""

from __future__ import annotations

import socket
import threading
import time

import uvicorn
from fastapi import FastAPI

from standing_parts.part import PartError

START_LIMIT_S = 20.0
STOP_LIMIT_S = 10.0


class Server:
    """A running server on 127.0.0.1. Raises PartError when the port is taken."""

    def __init__(self, app: FastAPI, port: int) -> None:
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind(("127.0.0.1", port))
        except OSError as error:
            self._socket.close()
            raise PartError(f"The local issuer cannot have port {port} of 127.0.0.1: {error.strerror}.") from None
        config = uvicorn.Config(
            app,
            loop="asyncio",
            lifespan="off",
            ws="none",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, name=f"local-issuer http://127.0.0.1:{port}", daemon=True)
        self._thread.start()
        deadline = time.monotonic() + START_LIMIT_S
        while not self._server.started:
            if not self._thread.is_alive() or time.monotonic() > deadline:
                self.stop()
                raise PartError(f"The local issuer does not start on port {port} of 127.0.0.1.")
            time.sleep(0.005)

    def stop(self) -> None:
        """End it; open connections are closed within a second. Nothing happens when it has ended."""
        self._server.should_exit = True
        self._thread.join(STOP_LIMIT_S)
        self._socket.close()

    def _run(self) -> None:
        self._server.run(sockets=[self._socket])
