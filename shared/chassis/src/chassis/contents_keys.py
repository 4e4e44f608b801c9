"""Hashes of what was sent under an id, under a key: without one a telephone number would be found by trying them all."""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field

MAC_HEX = 32


@dataclass(frozen=True)
class ContentsKey:
    """One key, and the name by which what it keyed is found again."""

    id: str
    secret: bytes = field(repr=False)

    def keyed(self, contents: str) -> str:
        """What may stand in the database in place of a hash."""
        mac = hmac.new(self.secret, contents.encode(), hashlib.sha256).hexdigest()
        return f"{self.id}:{mac[:MAC_HEX]}"


class ContentsKeys:
    """The keys of a service; the newest one keys."""

    def __init__(self, keys: Iterable[ContentsKey]) -> None:
        """``keys``: the newest first, at least one."""
        self._keys = {key.id: key for key in keys}
        self.newest = next(iter(self._keys.values()))

    def match(self, keyed: str, sent: Iterable[str | None]) -> str | None:
        """Which of the hashes was keyed so; ``keyed`` itself where none was, and None where its key is gone: nothing differs from that."""
        key = self._keys.get(keyed.partition(":")[0])
        if key is None:
            return None
        return next((each for each in sent if each is not None and hmac.compare_digest(key.keyed(each), keyed)), keyed)
