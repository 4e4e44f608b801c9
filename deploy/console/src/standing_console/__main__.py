"""Serves the console: ``standing-console``, or ``python -m standing_console``."""

import sys

import uvicorn
from pydantic import ValidationError

from standing_console.app import console_app
from standing_console.settings import ConsoleSettings


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
    uvicorn.run(
        app, host=settings.host, port=settings.port, access_log=False, server_header=False,
        timeout_graceful_shutdown=10,
    )  # fmt: skip


if __name__ == "__main__":
    main()
