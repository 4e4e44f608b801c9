"""The account and the folder for a server that refuses to run as root."""

from __future__ import annotations

import os
import pwd
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from standing_parts.part import PartError, Say

# No account is made on the machine: it is the one of an installed PostgreSQL, else the powerless one.
ACCOUNTS = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """The user and group to run as; both None for the user that this process has."""

    uid: int | None
    gid: int | None

    @property
    def popen(self) -> dict[str, Any]:
        """The keyword arguments for `subprocess`."""
        return {} if self.uid is None else {"user": self.uid, "group": self.gid, "extra_groups": []}

    def reaches(self, folder: Path) -> bool:
        """Whether the account can enter `folder`, by trying."""
        entered = subprocess.run(
            ["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)],
            cwd="/",
            capture_output=True,
            timeout=10,
            **self.popen,
        )
        return entered.returncode == 0

    def own(self, folder: Path) -> None:
        folder.chmod(0o700)
        if self.uid is not None and self.gid is not None:
            os.chown(folder, self.uid, self.gid)

    def give(self, file: Path) -> None:
        """Make the account the owner of a file, whose mode stays."""
        if self.uid is not None and self.gid is not None:
            os.chown(file, self.uid, self.gid)


def account_for(data: Path) -> Account:
    """This process's own account unless it is root; then the owner of existing `data`, else one of ACCOUNTS.

    Raises PartError when root finds none of them.
    """
    if os.geteuid() != 0:
        return Account(None, None)
    if data.exists() and data.stat().st_uid != 0:
        return Account(data.stat().st_uid, data.stat().st_gid)
    for name in ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise PartError(
        f"PostgreSQL does not run as root and this machine has no account {' or '.join(ACCOUNTS)}; "
        "run this as an ordinary user."
    )


def place_for(folder: Path, account: Account, say: Say) -> Path:
    """The folder to keep data in: `folder`, or a fresh one under the system's temporary folder where the
    account cannot reach `folder` (a home under /root); that one is remembered in `folder`/place.

    Raises PartError when no temporary folder can be reached either.
    """
    if account.uid is None:
        return folder
    folder.chmod(0o755)
    if account.reaches(folder):
        return folder
    note = folder / "place"
    if note.is_file():
        remembered = Path(note.read_text().strip())
        if remembered.is_dir():
            return remembered
    for base in dict.fromkeys((tempfile.gettempdir(), "/tmp", "/var/tmp")):
        if not account.reaches(Path(base)):
            continue
        fresh = Path(tempfile.mkdtemp(prefix="standing-postgres-", dir=base))
        fresh.chmod(0o755)
        note.write_text(f"{fresh}\n")
        user = pwd.getpwuid(account.uid).pw_name
        say(f"PostgreSQL: the account {user} cannot reach {folder}; the data is kept in {fresh}")
        return fresh
    raise PartError(f"The account that PostgreSQL runs as cannot reach {folder} nor a temporary folder; name another.")
