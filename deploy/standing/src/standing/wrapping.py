"""The keys under which a service of a home keeps the keys of persons: made in the home, unless the terminal names others."""

import os
from pathlib import Path

from cryptography.fernet import Fernet

FOLDER = "wrapping"
"""Of a home. Whoever has the databases and this folder can open what is sealed; without it nobody can."""
SETTINGS = ("STANDING_WRAPPING_KEYS", "STANDING_WRAPPING_KEYS_FILE")


def wrapping_of(home: Path, service: str) -> dict[str, str]:
    """The settings of a service's process; a key is made when it is first wanted."""
    from standing_parts.postgres_password import write_secret

    if any(os.environ.get(name) for name in SETTINGS):
        return {}
    file = home.absolute() / FOLDER / f"{service}.keys"  # its process runs in another folder
    if not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_secret(file, Fernet.generate_key().decode())
    return {"STANDING_WRAPPING_KEYS_FILE": str(file)}
