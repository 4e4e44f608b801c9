"""How a personal text is sealed with the key of one person.

AES-256-GCM; the nonce is the first 12 bytes of HMAC-SHA256 over the text, under a key derived for that alone, and the subject with the
number of the key is authenticated along. GCM breaks where two different texts are encrypted under one key and nonce. Here a nonce comes
back only with the same text, which gives the same bytes again, or where two texts of one person agree in 96 bits of a keyed hash: with
a thousand million texts under one key, which no person has, the chance is below 1 in 10^11. What equal bytes tell, that two texts of one
person are the same, is wanted: repeats are recognised without opening. Texts of different persons, or under different keys, have
nothing in common, because each person has keys of its own. The length of a text shows.
"""

import hmac
import secrets
from base64 import b64decode
from binascii import Error as NotBase64
from binascii import b2a_base64

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chassis.errors import Tampered
from contracts.personal import Sealed

KEY_BYTES = 32
NONCE_BYTES = 12


class PersonKey:
    """One key of one person. It shows in no ``repr``."""

    __slots__ = ("_aes", "_nonces", "_surroundings", "number", "subject")

    def __init__(self, subject: str, number: int, secret: bytes) -> None:
        self.subject = subject
        self.number = number
        self._aes = AESGCM(hmac.digest(secret, b"encrypt", "sha256"))
        self._nonces = hmac.digest(secret, b"nonce", "sha256")
        self._surroundings = f"{subject}\x1f{number}".encode()  # a subject has no control characters

    def __repr__(self) -> str:
        return f"PersonKey({self.subject!r}, {self.number})"

    def seal(self, text: str) -> Sealed:
        """The sealed form; the same one for the same text."""
        return self.seal_bytes(text.encode())

    def seal_bytes(self, plain: bytes) -> Sealed:
        """The same of bytes, however many."""
        nonce = hmac.digest(self._nonces, plain, "sha256")[:NONCE_BYTES]
        sealed = nonce + self._aes.encrypt(nonce, plain, self._surroundings)
        written = b2a_base64(sealed, newline=False).decode()
        return Sealed.model_construct(sealed=written, subject=self.subject, key=self.number)

    def open(self, sealed: Sealed) -> str:
        """The text. Raises Tampered."""
        try:
            return self.open_bytes(sealed).decode()
        except UnicodeDecodeError as error:
            raise _tampered(sealed) from error

    def open_bytes(self, sealed: Sealed) -> bytes:
        """The bytes. Raises Tampered."""
        try:
            content = b64decode(sealed.sealed, validate=True)
            if (sealed.subject, sealed.key) != (self.subject, self.number):
                raise InvalidTag
            return self._aes.decrypt(content[:NONCE_BYTES], content[NONCE_BYTES:], self._surroundings)
        except (InvalidTag, NotBase64, ValueError) as error:
            raise _tampered(sealed) from error


def _tampered(sealed: Sealed) -> Tampered:
    return Tampered(
        f"What is sealed for {sealed.subject} with key {sealed.key} is not what was sealed with it: it was changed, or is another person's."
    )


def new_secret() -> bytes:
    """The secret of a new key."""
    return secrets.token_bytes(KEY_BYTES)
