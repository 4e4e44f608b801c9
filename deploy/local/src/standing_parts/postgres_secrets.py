"""The certificate of a PostgreSQL of one's own, and whose password its superuser has."""

from __future__ import annotations

from pathlib import Path

from standing_parts.certificates import Authority

SERVER, SUPERUSER = "server", "postgres"


def make_certificates(folder: Path, hosts: tuple[str, ...]) -> None:
    """An authority, and the certificate of a server at these hosts."""
    Authority(folder, "Standing's PostgreSQL").sign(SERVER, hosts)
