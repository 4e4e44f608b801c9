"""Bounded decompression of Kafka batches: a small batch can hold hundreds of megabytes, and a value past a bound is only hashed.

aiokafka decompresses a batch as a whole and then copies every value out of it. Here a batch is decompressed piece by piece; one that
grows past ``WHOLE_MAX`` is read record by record, and a value past ``VALUE_MAX`` is cut there, with its length and its hash in headers.
"""

import importlib
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import aiokafka.codec
import structlog
from aiokafka.errors import CorruptRecordException, KafkaError, UnsupportedCodecError
from aiokafka.record import default_records, legacy_records

from chassis.inbox.record_stream import Pieces, shortened

_log = structlog.get_logger()

Decoder = Callable[[Any], bytes]

WHOLE_MAX = 16 * 1024 * 1024
"""A batch that decompresses to no more bytes than this is not looked into."""
BATCH_MAX = 128 * 1024 * 1024
"""What is left of a batch, after its long values were cut, may have this many bytes."""
_FED = 1024
"""Compressed bytes given to zstd at once; they become at most 32 MB."""
_XERIAL = b"\x82SNAPPY\x00"


class BatchTooLarge(KafkaError):  # type: ignore[misc]
    """A batch decompresses to more than can be held in memory."""


def _cramjam() -> Any:
    import cramjam

    return cramjam


def _lz4() -> Any:
    import lz4.frame

    return lz4.frame


def _zstandard() -> Any:
    import zstandard

    return zstandard


LIBRARIES: Mapping[str, Mapping[str, Callable[[], Any]]] = {
    "gzip": {}, "snappy": {"cramjam": _cramjam},
    "lz4": {"cramjam": _cramjam, "lz4": _lz4}, "zstd": {"cramjam": _cramjam, "zstandard": _zstandard},
}  # fmt: skip
"""What reads each codec of Kafka, by package; aiokafka itself asks for cramjam before it decodes."""


def missing_sentence() -> str | None:
    """Which codecs cannot be read in this installation, and what that means; None when all can."""
    missing = {codec: packages for codec in LIBRARIES if (packages := _missing(codec))}
    if not missing:
        return None
    packages = sorted({package for names in missing.values() for package in names})
    return (
        f"Batches compressed with {' or '.join(missing)} cannot be read here: not installed: {', '.join(packages)}."
        " A partition stops at the first such batch."
    )


def _missing(codec: str) -> list[str]:
    aiokafka_reads = getattr(aiokafka.codec, f"has_{codec}")()
    return [name for name in LIBRARIES[codec] if not (aiokafka_reads or name != "cramjam") or not _there(codec, name)]


def _there(codec: str, name: str) -> bool:
    try:
        _needed(codec, name)
    except UnsupportedCodecError:
        return False
    return True


def _needed(codec: str, name: str) -> Any:
    try:
        return LIBRARIES[codec][name]()
    except ImportError as error:
        raise UnsupportedCodecError(f"{codec} needs the package {name}, which is not installed") from error


def bound_decompression() -> None:
    """Let aiokafka decompress with the bounds of this module; the same when it is called again."""
    for module, decoders in ((default_records, RECORDS), (legacy_records, MESSAGES)):
        compiled = importlib.import_module(f"aiokafka.record._crecords.{module.__name__.rpartition('.')[2]}")
        for each in (module, compiled):
            for name, decoder in decoders.items():
                if not hasattr(each, name):
                    raise RuntimeError(f"{each.__name__} has no {name}; this version of aiokafka is not known here.")
                setattr(each, name, decoder)


def gzip_pieces(payload: bytes) -> Iterator[bytes]:
    """The decompressed bytes of one or several gzip members, a megabyte at most at once."""
    while payload:
        member = zlib.decompressobj(wbits=31)
        while not member.eof:
            piece = member.decompress(payload, 1024 * 1024)
            payload = member.unconsumed_tail
            if not piece and not payload and not member.eof:
                raise zlib.error("the compressed data ends early")
            yield piece
        payload = member.unused_data


def snappy_pieces(payload: bytes) -> Iterator[bytes]:
    """The decompressed bytes of raw snappy, or of the blocks that Java's and Python's clients frame."""
    if payload[:8] != _XERIAL:
        yield _snappy_block(payload)
        return
    cursor = 16
    while cursor < len(payload):
        (size,) = struct.unpack_from("!i", payload, cursor)
        if size < 0 or cursor + 4 + size > len(payload):
            raise ValueError("a snappy block is longer than its batch")
        yield _snappy_block(payload[cursor + 4 : cursor + 4 + size])
        cursor += 4 + size


def _snappy_block(block: bytes) -> bytes:
    cramjam = _needed("snappy", "cramjam")
    if (size := cramjam.snappy.decompress_raw_len(block)) > BATCH_MAX:
        raise BatchTooLarge(f"a snappy block of {size:,} bytes")
    return bytes(cramjam.snappy.decompress_raw(block))


def zstd_pieces(payload: bytes) -> Iterator[bytes]:
    """The decompressed bytes of one or several zstd frames; a frame whose end is missing is an error."""
    zstandard = _needed("zstd", "zstandard")
    while payload:
        frame = zstandard.ZstdDecompressor().decompressobj()
        fed = 0
        while not frame.eof:
            if fed >= len(payload):
                raise zstandard.ZstdError("the compressed data ends early")
            yield frame.decompress(payload[fed : fed + _FED])
            fed += _FED
        payload = frame.unused_data + payload[fed:]


def lz4_pieces(payload: bytes) -> Iterator[bytes]:
    """The decompressed bytes of one or several lz4 frames, a megabyte at most at once."""
    frames = _needed("lz4", "lz4")
    while payload:
        frame = frames.LZ4FrameDecompressor()
        while not frame.eof:
            piece = frame.decompress(payload, max_length=1024 * 1024)
            payload = b""
            if not piece and not frame.eof:
                raise RuntimeError("the compressed data ends early")
            yield piece
        payload = frame.unused_data or b""


def _records(codec: str, pieces: Callable[[bytes], Iterator[bytes]]) -> Decoder:
    """Decodes the records of a batch of format 2."""

    def decode(payload: Any) -> bytes:
        try:
            stream = Pieces(pieces(bytes(payload)))
            start = stream.whole(WHOLE_MAX)
            if start is not None:
                return start
            found = shortened(stream, BATCH_MAX)
        except KafkaError:
            raise
        except Exception as error:  # each library has errors of its own
            raise CorruptRecordException(f"compressed with {codec}: {error}") from error
        if found is None:
            raise BatchTooLarge(f"compressed with {codec}, it has more than {BATCH_MAX // 1024**2} MB")
        _log.warning("a batch was read with its long values cut", codec=codec, bytes=stream.taken, left=len(found))
        return found

    return decode


def _messages(codec: str, pieces: Callable[[bytes], Iterator[bytes]]) -> Decoder:
    """Decodes a message set of the formats 0 and 1, which old producers write; too large a one is not read at all."""

    def decode(payload: Any) -> bytes:
        try:
            found = Pieces(pieces(bytes(payload))).whole(WHOLE_MAX)
        except KafkaError:
            raise
        except Exception as error:
            raise CorruptRecordException(f"compressed with {codec}: {error}") from error
        if found is None:
            raise BatchTooLarge(f"compressed with {codec}, it has more than {WHOLE_MAX // 1024**2} MB")
        return found

    return decode


_PIECES = {"gzip": gzip_pieces, "snappy": snappy_pieces, "lz4": lz4_pieces, "zstd": zstd_pieces}
RECORDS = {f"{codec}_decode": _records(codec, pieces) for codec, pieces in _PIECES.items()}
MESSAGES = {f"{codec}_decode": _messages(codec, pieces) for codec, pieces in _PIECES.items() if codec != "zstd"}
