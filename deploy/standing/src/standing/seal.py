"""Seals: the heads of all logs, signed, with the time and the seal before it. Whoever rewrites a log later cannot rewrite them.

A chain of hashes shows that a log was changed, unless all of it from there on was rewritten. A seal that is stored elsewhere shows
that too, and also that a log was cut off.
"""

import base64
import hashlib
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from standing.chain import Place
from standing.fault import Fault

FORMAT, FORMAT_BEFORE = "standing-seal/2", "standing-seal/1"
"""The second also covers the audits; seals of the first stay in the chain as they were signed."""
Heads = Mapping[str, Mapping[int, Place]]
"""Service → partition → where its log ended."""


@dataclass(frozen=True)
class Seal:
    """A signed document: ``number`` in its chain, ``previous`` the SHA-256 of the seal before it (None for the first).

    ``actions`` is where the audit of each service ended; empty in seals from before they covered it. ``continues`` is the SHA-256 of the
    last seal of the installation that this one was copied from, where it was.
    """

    number: int
    made_at: datetime
    previous: str | None
    heads: Heads
    public_key: bytes
    signature: bytes
    file: str
    actions: Mapping[str, Place] = field(default_factory=dict)
    continues: str | None = None

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.statement + self.signature).hexdigest()

    @property
    def statement(self) -> bytes:
        """What is signed, the same bytes for the same content."""
        heads = {
            service: {str(partition): [place.position, place.hash.hex()] for partition, place in partitions.items()}
            for service, partitions in self.heads.items()
        }
        actions = {service: [place.position, place.hash.hex()] for service, place in self.actions.items()}
        document = {
            "format": FORMAT if actions else FORMAT_BEFORE, "number": self.number, "made_at": self.made_at.isoformat(),
            "previous": self.previous, "heads": heads, "public_key": base64.b64encode(self.public_key).decode(),
            **({"actions": actions} if actions else {}), **({"continues": self.continues} if self.continues else {}),
        }  # fmt: skip
        return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)

    def __str__(self) -> str:
        return f"seal {self.number} of {self.made_at:%Y-%m-%d %H:%M} UTC"


def new_key(path: Path) -> str:
    """Make a key pair: ``path`` (the secret, readable by its owner only) and ``path``.pub; returns the fingerprint.

    Raises Fault when the file exists already, or when the folder is under version control.
    """
    if path.exists():
        raise Fault(f"{path} exists already, and a key that signed seals must not be lost; name another file.")
    for folder in path.absolute().parents:
        if (folder / ".git").exists():
            raise Fault(
                f"{folder} is under version control, and a secret does not belong there. Name a file elsewhere."
            )
    return fingerprint(_written(path).public_key().public_bytes_raw())


def key_of(path: Path) -> Ed25519PrivateKey:
    """The key in a file, made there with its ``.pub`` beside it where there is none. Raises Fault when the file holds no key."""
    return private_key(path) if path.exists() else _written(path)


def _written(path: Path) -> Ed25519PrivateKey:
    key = Ed25519PrivateKey.generate()
    path.parent.mkdir(parents=True, exist_ok=True)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secret)
    Path(f"{path}.pub").write_bytes(
        key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    return key


def private_key(path: Path) -> Ed25519PrivateKey:
    """Raises Fault when the file holds no Ed25519 secret."""
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise Fault(f"{path} holds no key ({error}); make one with: standing seal --new-key {path}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise Fault(f"{path} holds a key of another kind; seals are signed with Ed25519.")
    return key


def public_key(path: Path) -> bytes:
    """Raises Fault when the file holds no Ed25519 public key."""
    try:
        key = serialization.load_pem_public_key(path.read_bytes())
    except (OSError, ValueError) as error:
        raise Fault(f"{path} holds no public key: {error}") from error
    if not isinstance(key, Ed25519PublicKey):
        raise Fault(f"{path} holds a key of another kind; seals are signed with Ed25519.")
    return key.public_bytes_raw()


def fingerprint(public: bytes) -> str:
    return f"SHA256:{base64.b64encode(hashlib.sha256(public).digest()).decode().rstrip('=')}"


def made(
    heads: Heads, before: Seal | None, key: Ed25519PrivateKey, now: datetime, actions: Mapping[str, Place] | None = None,
    continues: str | None = None,
) -> Seal:  # fmt: skip
    """The next seal of a chain. Raises Fault when the key is not the one that signed the seal before."""
    public = key.public_key().public_bytes_raw()
    if before is not None and before.public_key != public:
        raise Fault(
            f"{before} was signed with {fingerprint(before.public_key)}; go on with that key, or in another folder."
        )
    number, previous = (before.number + 1, before.digest) if before is not None else (1, None)
    unsigned = Seal(number, now, previous, heads, public, b"", f"seal-{number:06}.json", actions or {}, continues)
    return replace(unsigned, signature=key.sign(unsigned.statement))


def write(seal: Seal, folder: Path) -> Path:
    """Write a seal into its folder; never overwrites one."""
    folder.mkdir(parents=True, exist_ok=True)
    document = {**orjson.loads(seal.statement), "signature": base64.b64encode(seal.signature).decode()}
    path = folder / seal.file
    with path.open("xb") as file:
        file.write(orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    return path


def read(path: Path, trusted: bytes | None = None) -> list[Seal]:
    """The seals of a file or of a folder's chain, in order, each proved: signature, number, and the seal before it.

    ``trusted`` is the public key that must have signed them; without it the first seal's own is trusted. Raises Fault with the first
    seal that is not what was signed.
    """
    files = (
        sorted(f for f in path.iterdir() if re.fullmatch(r"seal-[0-9]{6,}\.json", f.name)) if path.is_dir() else [path]
    )
    seals = [_parsed(file) for file in files]
    for seal in seals:
        _prove(seal, trusted or seals[0].public_key)
    if path.is_dir():
        _prove_chain(seals)
    return seals


def _parsed(file: Path) -> Seal:
    try:
        document: dict[str, Any] = orjson.loads(file.read_bytes())
        if document["format"] not in (FORMAT, FORMAT_BEFORE):
            raise ValueError(f"its format is {document['format']!r}")
        heads = {
            service: {
                int(partition): Place(head, bytes.fromhex(digest)) for partition, (head, digest) in partitions.items()
            }
            for service, partitions in document["heads"].items()
        }
        return Seal(
            document["number"], datetime.fromisoformat(document["made_at"]), document["previous"], heads,
            base64.b64decode(document["public_key"]), base64.b64decode(document["signature"]), file.name,
            {service: Place(head, bytes.fromhex(digest)) for service, (head, digest) in document.get("actions", {}).items()},
            document.get("continues"),
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Fault(f"{file} is not a seal: {error}") from error


def _prove(seal: Seal, trusted: bytes) -> None:
    if seal.public_key != trusted:
        raise Fault(f"{seal.file} was signed with {fingerprint(seal.public_key)}, not with {fingerprint(trusted)}.")
    try:
        Ed25519PublicKey.from_public_bytes(trusted).verify(seal.signature, seal.statement)
    except InvalidSignature as error:
        raise Fault(f"{seal.file} was changed after it was signed.") from error


def _prove_chain(seals: Sequence[Seal]) -> None:
    previous: str | None = None
    for number, seal in enumerate(seals, start=1):
        if seal.number != number or seal.previous != previous:
            raise Fault(
                f"The chain of seals is broken before {seal.file}: seal {number} is missing, or is another one."
            )
        previous = seal.digest
