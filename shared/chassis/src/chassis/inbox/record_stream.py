"""The records of a decompressed Kafka batch (format 2) as a stream, with values past a bound cut and hashed."""

import hashlib
from collections.abc import Iterator

VALUE_MAX = 4 * 1024 * 1024
"""A longer value is cut to this many bytes where its batch is too large to be held whole."""
CUT_BYTES = "standing-value-bytes"
CUT_HASH = "standing-value-sha256"
"""Headers of a record whose value was cut: how many bytes it had, and the SHA-256 of all of them."""


class TruncatedRecord(ValueError):
    """The batch ends within a record, or says lengths that cannot be."""


class Pieces:
    """Bytes that arrive in pieces, read in any lengths; ``taken`` counts them."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._buffer: bytes | bytearray = bytearray()
        self._at = 0
        self.taken = 0

    def whole(self, at_most: int) -> bytes | None:
        """Everything, where it has no more bytes than this; None otherwise, and nothing is lost of it."""
        for piece in self._pieces:
            self._buffer += piece
            if len(self._buffer) > at_most:
                return None
        return bytes(self._buffer)

    def chunks(self, count: int) -> Iterator[bytes | bytearray]:
        """The next ``count`` bytes, in pieces as they come. Raises TruncatedRecord where there are fewer."""
        while count > 0:
            if self._at >= len(self._buffer):
                self._more()
            whole = self._at == 0 and len(self._buffer) <= count
            found = self._buffer if whole else self._buffer[self._at : self._at + count]
            self._at += len(found)
            self.taken += len(found)
            count -= len(found)
            yield found

    def read(self, count: int) -> bytes:
        return b"".join(self.chunks(count))

    def at_end(self) -> bool:
        try:
            if self._at >= len(self._buffer):
                self._more()
        except TruncatedRecord:
            return True
        return False

    def varint(self) -> int:
        """A number in zig-zag form."""
        found = shift = 0
        while True:
            (byte,) = self.read(1)
            found |= (byte & 0x7F) << shift
            if not byte & 0x80:
                return (found >> 1) ^ -(found & 1)
            shift += 7
            if shift > 63:
                raise TruncatedRecord("a length has more than 64 bits")

    def _more(self) -> None:
        for piece in self._pieces:
            if piece:
                self._buffer, self._at = piece, 0
                return
        raise TruncatedRecord("the batch ends within a record")


def shortened(stream: Pieces, at_most: int) -> bytes | None:
    """The records with long values cut; None when even so they have more than ``at_most`` bytes. Raises TruncatedRecord."""
    found = bytearray()
    while not stream.at_end():
        found += _record(stream)
        if len(found) > at_most:
            return None
    return bytes(found)


def _record(stream: Pieces) -> bytes:
    """A record: length, attributes, time and offset as they are, key, value, headers."""
    stream.varint()  # its length, which changes when it is cut
    body = bytearray(stream.read(1))
    for _ in ("timestamp", "offset"):
        body += varint(stream.varint())
    key, cut = _cut(stream)
    body += key
    value, cut = _cut(stream)
    body += value
    count = stream.varint()
    body += varint(count + len(cut))
    for _ in range(count):
        body += _cut(stream, text=True)[0] + _cut(stream)[0]
    for name, text in cut:
        body += _sized(name.encode()) + _sized(text.encode())
    return varint(len(body)) + bytes(body)


def _cut(stream: Pieces, text: bool = False) -> tuple[bytes, list[tuple[str, str]]]:
    """A sized field, and what to say of it where it was cut; a text is not cut within a character."""
    size = stream.varint()
    if size < 0:
        return varint(size), []
    if size <= VALUE_MAX:
        return varint(size) + stream.read(size), []
    start, digest = bytearray(), hashlib.sha256()
    for piece in stream.chunks(size):
        digest.update(piece)
        start += piece[: VALUE_MAX - len(start)]
    beginning = start.decode("utf-8", "ignore").encode() if text else bytes(start)
    return _sized(beginning), [(CUT_BYTES, str(size)), (CUT_HASH, digest.hexdigest())]


def _sized(field: bytes) -> bytes:
    return varint(len(field)) + field


def varint(number: int) -> bytes:
    """A number in zig-zag form, as records have their lengths."""
    rest = (number << 1) ^ (number >> 63)
    rest &= 2**64 - 1
    found = bytearray()
    while rest > 0x7F:
        found.append(rest & 0x7F | 0x80)
        rest >>= 7
    found.append(rest)
    return bytes(found)
