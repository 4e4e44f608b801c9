"""The issuer whose tokens an installation takes: the local one of its home, unless the terminal names another."""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from chassis.auth_settings import AuthSettings

if TYPE_CHECKING:
    from standing_parts.issuer import Client, Issuer
    from standing_parts.part import Say

FOLDER = "issuer"
"""Of a home."""
_NAMES = frozenset(f"STANDING_{name.upper()}" for name in AuthSettings.model_fields)


def start_issuer(
    home: Path, say: "Say", now: Callable[[], float] = time.time, clients: "Sequence[Client]" = ()
) -> "Issuer | None":
    """Start the issuer of a home; it ends with this process. None where the settings of the terminal name another, or none at all.

    ``now`` is its clock, in seconds since the epoch; ``clients`` are programs beside those of every home. Raises PartError.
    """
    from standing.people import CLIENTS, PEOPLE
    from standing_parts.issuer import Issuer

    settings = AuthSettings()
    if settings.auth == "off":
        say("Issuer: none, nobody is asked who they are (STANDING_AUTH=off)")
        return None
    if settings.auth_issuer:
        say(f"Issuer: {settings.auth_issuer} (STANDING_AUTH_ISSUER)")
        return None
    issuer = Issuer.start(home / FOLDER, PEOPLE, [*CLIENTS, *clients], now=now)
    say(f"Issuer: {issuer.url}, where anybody signs in as anybody, for development (home {issuer.folder})")
    return issuer


def login_at(issuer: "Issuer | None", client_id: str) -> dict[str, str]:
    """The settings by which a program gets its tokens; empty where those of the terminal hold."""
    if issuer is None:
        return {}
    return {
        "STANDING_AUTH_ISSUER": issuer.url,
        "STANDING_CLIENT_ID": client_id,
        "STANDING_CLIENT_SECRET_FILE": str(issuer.secret_file(client_id)),
    }


def environment_of(issuer: "Issuer | None", client_id: str) -> dict[str, str]:
    """The environment of a service's process; of a local issuer's nothing in it comes from the terminal's settings of another."""
    terminal: Mapping[str, str] = os.environ
    if issuer is not None:
        terminal = {name: value for name, value in os.environ.items() if name not in _NAMES}
    return {**terminal, **login_at(issuer, client_id)}
