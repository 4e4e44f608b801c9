"""The content of an endpoint: where it leads and what signs. It is one text, sealed with the key of the recipient."""

import secrets
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

import orjson

from contracts.personal import SECRET, Clear

SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Credentials:
    """An address and, where messages are signed, the secret and for a while the previous one."""

    url: str = field(repr=False)
    secret: str | None = field(default=None, repr=False)
    previous: str | None = field(default=None, repr=False)
    previous_until: datetime | None = None

    @staticmethod
    def of(text: str | bytes) -> "Credentials":
        """Those that a text is, as it was opened."""
        content = orjson.loads(text)
        until = content.get("previous_until")
        return Credentials(
            content["url"], content["secret"], content["previous"], datetime.fromisoformat(until) if until else None
        )

    @property
    def text(self) -> Clear:
        """To be sealed: only the service itself will open it."""
        return Clear(SECRET + orjson.dumps(asdict(self)).decode())

    def signing(self, at: datetime) -> Sequence[str]:
        """The secrets that sign at an instant, the newest first."""
        both = self.previous is not None and self.previous_until is not None and at < self.previous_until
        return [secret for secret in (self.secret, self.previous if both else None) if secret is not None]


def new_secret() -> str:
    """A secret of Standard Webhooks: ``whsec_`` and 32 random bytes."""
    return f"whsec_{b64encode(secrets.token_bytes(SECRET_BYTES)).decode()}"
