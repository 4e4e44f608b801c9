"""The certificates of a broker of one's own and of its administrator, of one authority."""

from __future__ import annotations

from pathlib import Path

from standing_parts.certificates import Authority

ADMINISTRATOR, BROKER = "administrator", "broker"
COMPLETE = f"{ADMINISTRATOR}.both.pem"
"""The file that is written last of all certificates."""


def make_certificates(folder: Path, hosts: tuple[str, ...]) -> None:
    """An authority, the certificate of a broker at these hosts, and that of its administrator."""
    authority = Authority(folder, "Standing's Kafka")
    authority.sign(BROKER, hosts)
    authority.sign(ADMINISTRATOR)
