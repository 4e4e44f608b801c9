"""A batch is decompressed in bounds: whatever a producer sends, what is kept of it is bounded, and what is too long is hashed."""

import contextlib
import gzip
import hashlib
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import aiokafka.codec
import pytest
from aiokafka.errors import CorruptRecordException
from aiokafka.record.default_records import DefaultRecordBatch, DefaultRecordBatchBuilder
from hypothesis import given
from hypothesis import strategies as st

from chassis.inbox import decoding, record_stream
from chassis.inbox.record_stream import CUT_BYTES, CUT_HASH, Pieces, shortened, varint
from chassis.inbox.records import HEADER_MAX, HEADERS_MAX, bounded_headers, bounded_value

CODECS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": aiokafka.codec.gzip_encode,
    "snappy": aiokafka.codec.snappy_encode,
    "lz4": aiokafka.codec.lz4_encode,
    "zstd": aiokafka.codec.zstd_encode,
}
ONE_FIELD = st.none() | st.binary(max_size=40)
RECORDS = st.lists(
    st.tuples(ONE_FIELD, ONE_FIELD, st.lists(st.tuples(st.text(max_size=9), st.binary(max_size=9)), max_size=3)),
    max_size=6,
)


@given(st.sampled_from(sorted(CODECS)), st.binary(max_size=5000), st.integers(1, 2000))
def test_every_codec_is_undone_exactly(codec: str, data: bytes, times: int) -> None:
    assert decoding.RECORDS[f"{codec}_decode"](memoryview(CODECS[codec](data * times))) == data * times


def test_the_unframed_snappy_of_other_libraries_and_several_members_of_gzip_are_read() -> None:
    assert decoding.RECORDS["snappy_decode"](aiokafka.codec.snappy_encode(b"x" * 99, False)) == b"x" * 99
    assert decoding.RECORDS["gzip_decode"](gzip.compress(b"a") + gzip.compress(b"b")) == b"ab"


@given(st.sampled_from(sorted(CODECS)), st.binary(min_size=1, max_size=500), st.data())
def test_a_damaged_batch_is_read_or_reported_as_corrupt_and_never_fails_otherwise(
    codec: str, data: bytes, draw: st.DataObject
) -> None:
    damaged = bytearray(CODECS[codec](data * 20))
    damaged[draw.draw(st.integers(0, len(damaged) - 1))] ^= draw.draw(st.integers(1, 255))
    with contextlib.suppress(CorruptRecordException, decoding.BatchTooLarge):
        decoding.RECORDS[f"{codec}_decode"](bytes(damaged[: draw.draw(st.integers(0, len(damaged)))]))


def uncompressed(records: list[tuple[bytes | None, bytes | None, list[tuple[str, bytes]]]]) -> bytes:
    """The records of a batch as they are before compression."""
    builder = DefaultRecordBatchBuilder(2, 0, 0, -1, -1, -1, 1 << 30)
    for number, (key, value, headers) in enumerate(records):
        builder.append(number, timestamp=number, key=key, value=value, headers=headers)
    return bytes(builder.build())[61:]


def read_again(records: bytes, count: int) -> list[Any]:
    """The records as the client library reads them."""
    whole = bytearray(DefaultRecordBatchBuilder(2, 0, 0, -1, -1, -1, 1 << 30).build()[:61])
    whole[57:61] = count.to_bytes(4, "big")
    return list(DefaultRecordBatch(bytes(whole + records)))


@given(RECORDS, st.integers(0, 30), st.integers(1, 50))
def test_long_values_are_cut_with_their_length_and_hash_and_nothing_else_changes(
    records: list[tuple[bytes | None, bytes | None, list[tuple[str, bytes]]]], bound: int, piece: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(record_stream, "VALUE_MAX", bound)
        raw = uncompressed(records)
        found = shortened(Pieces(iter([raw[at : at + piece] for at in range(0, len(raw), piece)])), 1 << 20)
    assert found is not None
    for (key, value, headers), record in zip(records, read_again(found, len(records)), strict=True):
        assert (record.key, record.value) == (key and key[:bound], value and value[:bound])
        said = dict(record.headers)
        assert len(record.headers) == len(headers) + (2 if value is not None and len(value) > bound else 0)
        if value is not None and len(value) > bound:
            assert said[CUT_BYTES] == str(len(value)).encode()
            assert said[CUT_HASH] == hashlib.sha256(value).hexdigest().encode()


def test_what_is_left_of_a_batch_is_bounded_as_well() -> None:
    assert shortened(Pieces(iter([uncompressed([(None, b"x" * 30, [])] * 9)])), 100) is None


@given(st.integers(-(2**63), 2**63 - 1))
def test_numbers_are_written_as_they_are_read(number: int) -> None:
    assert Pieces(iter([varint(number)])).varint() == number


@given(st.binary(max_size=50), st.integers(0, 60))
def test_a_value_past_the_bound_is_kept_to_the_bound_with_its_hash(value: bytes, bound: int) -> None:
    headers, kept = bounded_value({"ce_id": "1"}, value, bound)
    assert kept == value[:bound]
    if len(value) <= bound:
        assert headers == {"ce_id": "1"}
    else:
        assert headers == {"ce_id": "1", CUT_BYTES: str(len(value)), CUT_HASH: hashlib.sha256(value).hexdigest()}
        assert bounded_value(headers, kept, max(bound - 1, 0))[0] == headers, (
            "what was said first is of the whole value"
        )


@given(st.dictionaries(st.text(max_size=9), st.sampled_from(["", "x", "y" * 20_000]), max_size=200))
def test_the_headers_of_a_parked_message_are_bounded_and_say_first_what_it_is(headers: dict[str, str]) -> None:
    kept = bounded_headers({**headers, "ce_id": "1"})
    assert len(kept) <= HEADERS_MAX
    assert all(len(text) <= HEADER_MAX for text in kept.values())
    assert kept["ce_id"] == "1"


BOMB = """
import resource, zlib
from chassis.inbox import decoding
from chassis.inbox.record_stream import varint

size = 300_000_000
body = bytes([0]) + varint(0) + varint(0) + varint(-1) + varint(size)
packed = zlib.compressobj(wbits=31)
pieces = [packed.compress(varint(len(body) + size + 1) + body)]
pieces += [packed.compress(b" " * 1_000_000) for _ in range(300)] + [packed.compress(varint(0)), packed.flush()]
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
left = len(decoding.RECORDS["gzip_decode"](b"".join(pieces)))
print(left, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_three_hundred_megabytes_of_blanks_in_a_small_batch_take_little_memory() -> None:
    left, kilobytes = map(int, subprocess.check_output([sys.executable, "-c", BOMB], text=True).split()[-2:])
    assert left < 5_000_000
    assert kilobytes < 120_000
