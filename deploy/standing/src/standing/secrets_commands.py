"""``standing kafka-secrets``, ``postgres-secrets``: certificates and passwords for a Kafka and a PostgreSQL of one's own."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from standing.fault import Fault
from standing.services import ALL
from standing.terminal import console, run

Folder = Annotated[Path, typer.Argument(help="a new folder, of which only the owner can read what is in it")]
Host = Annotated[list[str], typer.Option(help="a name or an IP address that the server is reached at; several times")]


def kafka_secrets(folder: Folder, host: Host) -> None:
    """Make a CA, the certificates of a broker and its administrator, and a password for each user, for a Kafka of one's own.

    The CA's key is not written, so nobody can sign with it later: to change certificates, make another folder.
    """
    from standing.kafka_rules import rules
    from standing_parts.kafka_secrets import make_certificates

    _make(folder, lambda at: make_certificates(at, tuple(host)), tuple(rules()), "ca.pem, broker, administrator")


def postgres_secrets(folder: Folder, host: Host) -> None:
    """Make a CA, the certificate of a server, and a password for each service, for a PostgreSQL of one's own.

    The CA's key is not written, so nobody can sign with it later: to change certificates, make another folder.
    """
    from standing_parts.postgres_secrets import SUPERUSER, make_certificates

    users = (SUPERUSER, *(service.database for service in ALL))
    _make(folder, lambda at: make_certificates(at, tuple(host)), users, "ca.pem, server")


def _make(folder: Path, certify: Callable[[Path], None], users: Sequence[str], certificates: str) -> None:
    async def work() -> None:
        from standing_parts.secret_folder import make_secrets

        try:
            make_secrets(folder, certify, users)
        except FileExistsError as error:
            raise Fault(f"{folder} is there already; its secrets may be in use. Name another folder.") from error
        console.print(f"Written to {folder}: {certificates}, and a password for each user.", soft_wrap=True)

    run(work())
