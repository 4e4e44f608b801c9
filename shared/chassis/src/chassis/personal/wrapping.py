"""The wrapping keys of a service: under them the keys of persons stand in its database, which so opens nothing by itself."""

import hashlib
from collections.abc import Callable, Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from chassis.errors import UsageError


class Wrapping:
    """Wraps with the first key, unwraps with any: a key is rotated by putting a new one in front. There is at least one.

    ``read_again``: where the keys come from, looked at again when none of them fits: another replica may have been given a new one
    first, and have wrapped everything with it.
    """

    def __init__(self, keys: Sequence[str], read_again: Callable[[], Sequence[str]] | None = None) -> None:
        self._read_again = read_again
        self._take(keys)

    def _take(self, keys: Sequence[str]) -> None:
        self._keys = tuple(keys)
        self._fernets = MultiFernet([Fernet(key) for key in keys])
        self.newest = hashlib.sha256(b"standing wrapping key " + keys[0].encode()).hexdigest()[:16]
        """What names the newest key without giving it away."""

    def wrap(self, secret: bytes) -> bytes:
        return self._fernets.encrypt(secret)

    def unwrap(self, wrapped: bytes) -> bytes:
        """Raises UsageError where none of the wrapping keys fits."""
        try:
            return self._fernets.decrypt(wrapped)
        except InvalidToken as error:
            if self._read_again is not None and (keys := tuple(self._read_again())) != self._keys:
                self._take(keys)
                return self.unwrap(wrapped)
            raise UsageError(
                "A key of a person was wrapped with a key that STANDING_WRAPPING_KEYS does not name any more: add it behind the others."
            ) from error
