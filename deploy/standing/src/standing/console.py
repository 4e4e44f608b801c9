"""The console of an installation on this machine: a process of its own, and a client of the local issuer."""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from standing_parts.process import Command, ServerProcess

if TYPE_CHECKING:
    from standing_parts.issuer import Client, Issuer

NAME, PORT = "console", 8100
CLIENT_ID, SECRET_FILE = "STANDING_CONSOLE_CLIENT_ID", "STANDING_CONSOLE_CLIENT_SECRET_FILE"

TRACES = "STANDING_CONSOLE_TRACES"


def address_at(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def client_at(port: int) -> "Client":
    """As what the console signs people in at a local issuer: it acts for them alone, and has no role of its own."""
    from standing_parts.issuer import Client

    address = address_at(port)
    return Client(NAME, redirect_uris=(f"{address}/callback",), post_logout_redirect_uris=(f"{address}/signed-out",))


def why_not(issuer: "Issuer | None", environment: Mapping[str, str] = os.environ) -> str | None:
    """Why no console can be started, in a sentence; None where one can."""
    if issuer is not None or (environment.get("STANDING_AUTH_ISSUER") and environment.get(CLIENT_ID)):
        return None
    if environment.get("STANDING_AUTH_ISSUER"):
        return f"Console: not started; name its client at the issuer in {CLIENT_ID} and {SECRET_FILE}"
    return "Console: not started; people sign in at an issuer, and there is none"


def start_console(
    home: Path, port: int, services: Mapping[str, int], issuer: "Issuer | None", traces: str = ""
) -> ServerProcess:
    """Serve it on the port; its output goes to ``home/console.log``. ``services`` are their ports; ``traces`` is the address of a
    trace in the viewer, without which that of the terminal holds."""
    own: dict[str, str] = {}
    if issuer is not None:
        own = {
            "STANDING_AUTH_ISSUER": issuer.url,
            CLIENT_ID: NAME,
            SECRET_FILE: str(issuer.secret_file(NAME)),
            "STANDING_CONSOLE_URL": address_at(port),
        }
    if traces:
        own[TRACES] = traces
    environment = {
        **os.environ,
        **own,
        "STANDING_CONSOLE_HOST": "127.0.0.1",
        "STANDING_CONSOLE_PORT": str(port),
        "STANDING_PEERS": json.dumps({service: address_at(at) for service, at in services.items()}),
    }
    command = (sys.executable, "-m", "standing_console")
    return ServerProcess(Command(command, home, home / f"{NAME}.log", env=environment, grace_s=15))
