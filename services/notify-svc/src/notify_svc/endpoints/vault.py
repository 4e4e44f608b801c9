"""Secrets at rest: sealed with the deployment's key before they enter an event, opened at the moment of use."""

import secrets
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import orjson
from cryptography.fernet import Fernet, InvalidToken, MultiFernet

SECRET_BYTES = 32


class NoKey(Exception):
    """This deployment has no key for secrets (NOTIFY_SECRET_KEYS is not set), or none that opens this one."""

    def __init__(self) -> None:
        super().__init__(" ".join((self.__doc__ or "").split()))


@dataclass(frozen=True, slots=True)
class Credentials:
    """The content of an endpoint: its address and, where messages are signed, the secret and for a while the previous one."""

    url: str
    secret: str | None = None
    previous: str | None = None
    previous_until: datetime | None = None

    def signing(self, at: datetime) -> Sequence[str]:
        """The secrets that sign at an instant, the newest first."""
        both = self.previous is not None and self.previous_until is not None and at < self.previous_until
        return [secret for secret in (self.secret, self.previous if both else None) if secret is not None]


class Vault:
    """Fernet keys, the newest first: it seals, all of them open. Raises NoKey."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys]) if keys else None

    def seal(self, credentials: Credentials) -> str:
        if self._fernet is None:
            raise NoKey
        return self._fernet.encrypt(orjson.dumps(asdict(credentials))).decode()

    def open(self, sealed: str) -> Credentials:
        if self._fernet is None:
            raise NoKey
        try:
            content = orjson.loads(self._fernet.decrypt(sealed.encode()))
        except InvalidToken as error:
            raise NoKey from error
        until = content.get("previous_until")
        return Credentials(
            content["url"],
            content["secret"],
            content["previous"],
            datetime.fromisoformat(until) if until else None,
        )

    def reseal(self, sealed: str) -> str:
        """The same content under the newest key."""
        if self._fernet is None:
            raise NoKey
        try:
            return self._fernet.rotate(sealed.encode()).decode()
        except InvalidToken as error:
            raise NoKey from error


def new_secret() -> str:
    """A secret of Standard Webhooks: ``whsec_`` and 32 random bytes."""
    return f"whsec_{b64encode(secrets.token_bytes(SECRET_BYTES)).decode()}"
