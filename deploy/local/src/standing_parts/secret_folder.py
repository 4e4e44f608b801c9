"""A new folder with the certificates of a server and a password for each of its users, for a server of one's own."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from pathlib import Path

from standing_parts.postgres_password import write_secret


def make_password(file: Path) -> None:
    write_secret(file, secrets.token_urlsafe(32))


def make_secrets(folder: Path, certify: Callable[[Path], None], users: Sequence[str]) -> None:
    """A folder that only its owner can enter: what ``certify`` writes there, and USER.password for each user.

    The files themselves can be read by others: a container that one of them is mounted into runs as another user. Raises
    FileExistsError when the folder is there.
    """
    folder.mkdir(mode=0o700, parents=True)
    certify(folder)
    for user in users:
        make_password(folder / f"{user}.password")
    for file in folder.iterdir():
        file.chmod(0o644)
