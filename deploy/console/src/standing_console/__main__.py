"""Serves the console: ``standing-console``, or ``python -m standing_console``."""

import socket
import sys
from contextlib import suppress

import uvicorn
from pydantic import ValidationError

from standing_console.app import console_app
from standing_console.live import Live
from standing_console.settings import ConsoleSettings


class Server(uvicorn.Server):
    """Ends the streams of the live overview before it waits for requests to end: by themselves they never would."""

    def __init__(self, config: uvicorn.Config, live: Live) -> None:
        super().__init__(config)
        self._live = live

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._live.close()
        await super().shutdown(sockets)


def main() -> None:
    try:
        settings = ConsoleSettings()
        app = console_app(settings)
    except ValidationError as wrong:
        for error in wrong.errors():
            print(f"{'.'.join(map(str, error['loc'])) or 'settings'}: {error['msg']}", file=sys.stderr)
        sys.exit(2)
    except OSError as wrong:
        print(f"STANDING_AUTH_CA_FILE: {settings.auth_ca_file} is no CA ({wrong})", file=sys.stderr)
        sys.exit(2)
    config = uvicorn.Config(
        app, host=settings.host, port=settings.port, access_log=False, server_header=False,
        timeout_graceful_shutdown=10,
    )  # fmt: skip
    server = Server(config, app.state.console.live)
    with suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        sys.exit(3)


if __name__ == "__main__":
    main()
