"""The password of an embedded server: random, in the home, and asked of everybody. Any process of the machine could connect otherwise."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

FILE = "password"
METHOD = "scram-sha-256"
HBA = """\
# Written by standing: everybody is asked for a password, which is in the home.
local  all          all                METHOD
host   all          all  127.0.0.1/32  METHOD
host   replication  all  127.0.0.1/32  METHOD
""".replace("METHOD", METHOD)


def password_in(folder: Path) -> str:
    """The password kept in a folder, readable by its owner only; a new one where there is none."""
    path = folder / FILE
    if not path.exists():
        fresh = folder / f"{FILE}.new"
        fresh.unlink(missing_ok=True)
        write_secret(fresh, secrets.token_urlsafe(32))
        fresh.rename(path)
    path.chmod(0o600)
    return path.read_text().strip()


def write_secret(path: Path, text: str) -> None:
    """Write a new file that only its owner can read, from its first byte on."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text + "\n")


def lets_anybody_in(data: Path) -> bool:
    """Whether a server's data still has the rule of former versions: whoever reaches the port is its superuser."""
    lines = (data / "pg_hba.conf").read_text().splitlines()
    return any(line.split()[-1:] == ["trust"] for line in lines if not line.lstrip().startswith("#"))
