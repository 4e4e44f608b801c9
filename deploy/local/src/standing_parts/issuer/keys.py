"""The issuer's signing keys: ES256, in one file of its folder, the newest of them signs."""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from standing_parts.issuer.private_files import replace_private

ALGORITHM = "ES256"
LONGEST_LIFETIME_S = 24 * 3600
"""No token lives longer, so a key that no longer signs can go after this time."""


@dataclass(frozen=True)
class Key:
    """A private key as a JWK, and the second since the epoch at which it ceased to sign; None while it signs."""

    jwk: dict[str, str]
    retired_at: float | None

    @property
    def kid(self) -> str:
        return thumbprint(self.jwk)

    @property
    def public(self) -> dict[str, str]:
        """As it stands in the key set, without its private part."""
        bare = {name: value for name, value in self.jwk.items() if name != "d"}
        return {**bare, "kid": self.kid, "use": "sig", "alg": ALGORITHM}

    @property
    def private(self) -> ec.EllipticCurvePrivateKey:
        key = ECAlgorithm.from_jwk(self.jwk)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        return key


class Keys:
    """The keys in a folder. They are read anew each time: another process may have rotated them."""

    def __init__(self, folder: Path, now: Callable[[], float]) -> None:
        self._file = folder / "keys.json"
        self._now = now

    def make_missing(self) -> None:
        """Make the first key where there is none."""
        if not self._file.is_file():
            self._write([_fresh()])

    def signing(self) -> Key:
        return self._read()[-1]

    def find(self, kid: str) -> Key | None:
        """The key of that name, when tokens that it signed may still be valid."""
        return next((each for each in self._current() if each.kid == kid), None)

    def key_set(self) -> dict[str, Any]:
        """The JWK set (RFC 7517): every key of which a valid token may exist."""
        return {"keys": [each.public for each in self._current()]}

    def rotate(self) -> str:
        """Sign with a new key from now on and return its kid; the former stays in the set for the longest lifetime."""
        former = [Key(each.jwk, each.retired_at or self._now()) for each in self._current()]
        fresh = _fresh()
        self._write([*former, fresh])
        return fresh.kid

    def _current(self) -> list[Key]:
        oldest = self._now() - LONGEST_LIFETIME_S
        return [each for each in self._read() if each.retired_at is None or each.retired_at > oldest]

    def _read(self) -> list[Key]:
        return [Key(each["jwk"], each["retired_at"]) for each in json.loads(self._file.read_text())]

    def _write(self, keys: list[Key]) -> None:
        replace_private(self._file, json.dumps([{"jwk": each.jwk, "retired_at": each.retired_at} for each in keys]))


def thumbprint(jwk: dict[str, str]) -> str:
    """The RFC 7638 thumbprint of an elliptic-curve key, by SHA-256."""
    required = json.dumps({name: jwk[name] for name in ("crv", "kty", "x", "y")}, separators=(",", ":"))
    return urlsafe_b64encode(hashlib.sha256(required.encode()).digest()).rstrip(b"=").decode()


def _fresh() -> Key:
    return Key(ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP256R1()), as_dict=True), None)
