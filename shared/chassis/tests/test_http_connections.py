"""Bytes that are no request, or that two servers would read as two different ones, are answered with a problem and never obeyed."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest

from chassis.http.connections import HEADERS_BYTES_MAX
from chassis.runtime import Runtime
from chassis.testing.client import bearer
from chassis.testing.serving import listening

from .running import Start
from .toy_api import OPEN_JAR_SERVICE

BODY = b'{"amount":1}'
Answer = tuple[int, str, dict[str, Any]]
"""Status, media type and document of an answer."""


@pytest.fixture
async def jars(start_service: Start) -> Runtime:
    return await start_service(OPEN_JAR_SERVICE, roles=frozenset({"http", "project"}))


@pytest.fixture
async def url(jars: Runtime) -> AsyncIterator[str]:
    async with listening(jars) as url:
        yield url


async def answers(url: str, *sent: bytes) -> list[Answer]:
    """All that is answered to the bytes until the connection ends; the last request asks for its end."""
    host, port = url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    for part in sent:
        writer.write(part)
        await writer.drain()
    found = []
    async with asyncio.timeout(60):
        while head := await reader.readline():
            headers = {}
            while (line := await reader.readline()) != b"\r\n":
                name, _, value = line.decode().partition(":")
                headers[name.lower()] = value.strip()
            body = await reader.readexactly(int(headers["content-length"]))
            found.append((int(head.split()[1]), headers["content-type"], json.loads(body)))
            if headers.get("connection") == "close":
                writer.write_eof()
    writer.close()
    return found


def request(
    *headers: bytes, line: bytes = b"GET /v1/jars HTTP/1.1", host: bytes = b"Host: jars", body: bytes = b""
) -> bytes:
    return b"\r\n".join(each for each in (line, host, authorization(), *headers) if each) + b"\r\n\r\n" + body


def authorization() -> bytes:
    return f"Authorization: {bearer()['Authorization']}".encode()


POST = b"POST /v1/jars/J-1/fills HTTP/1.1"
SENT_AS_JSON = b"Content-Type: application/json"
CHUNKED = b"Transfer-Encoding: chunked"
CLOSE = b"Connection: close"


def post(*headers: bytes, body: bytes = BODY, line: bytes = POST) -> bytes:
    return request(SENT_AS_JSON, *headers, line=line, body=body)


def not_http() -> dict[str, bytes]:
    """Bytes that are no request, by what is wrong with them."""
    return {
        "words": b"hello there\r\n\r\n",
        "a TLS client": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 40,
        "an HTTP/2 preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "an unknown method": request(line=b"FETCH /v1/jars HTTP/1.1"),
        "no version": request(line=b"GET /v1/jars"),
        "a version to come": request(line=b"GET /v1/jars HTTP/2.0"),
        "no host": request(host=b""),
        "two hosts": request(b"Host: others"),
        "a path that is not encoded": request(line="GET /v1/jars/é HTTP/1.1".encode()),
        "a blank in the path": request(line=b"GET /v1/jars/a b HTTP/1.1"),
        "no path": request(line=b"GET http://jars HTTP/1.1"),
        "a blank before a colon": request(b"X-A : b"),
        "a header without a colon": request(b"X-A"),
        "NUL in a header": request(b"X-A: a\x00b"),
        "a folded header": request(b"X-A: a\r\n b"),
        "a length that is none": post(b"Content-Length: 1e1"),
        "a length below nothing": post(b"Content-Length: -1"),
        "a length no number holds": post(b"Content-Length: " + b"9" * 40),
        "two lengths": post(b"Content-Length: 12", b"Content-Length: 3"),
        "a length and chunks": post(b"Content-Length: 12", CHUNKED, body=b"c\r\n" + BODY + b"\r\n0\r\n\r\n"),
        "chunks in HTTP/1.0": post(CHUNKED, line=POST[:-1] + b"0", body=b"c\r\n" + BODY + b"\r\n0\r\n\r\n"),
        "another coding before chunks": post(b"Transfer-Encoding: gzip, chunked", body=b"0\r\n\r\n"),
        "chunks twice": post(CHUNKED, CHUNKED, body=b"0\r\n\r\n"),
        "a chunk longer than it says": post(CHUNKED, body=b"9\r\n" + BODY + b"\r\n0\r\n\r\n"),
        "a chunk shorter than it says": post(CHUNKED, body=b"f\r\n" + BODY + b"\r\n0\r\n\r\n"),
        "a chunk of no length": post(CHUNKED, body=b"zz\r\n" + BODY + b"\r\n0\r\n\r\n"),
    }


async def test_what_is_not_http_is_answered_400_and_has_no_effect(jars: Runtime, url: str) -> None:
    for name, sent in not_http().items():
        ((status, media, problem),) = await answers(url, sent)
        assert (status, media, problem["type"]) == (400, "application/problem+json", "/problems/not-http"), name
    ((status, _, page),) = await answers(url, request(CLOSE))
    assert (status, page["items"]) == (200, [])


async def test_what_is_not_http_does_not_take_the_answer_of_the_request_before_it(url: str) -> None:
    written = post(b"Content-Length: 12")
    for name, sent in not_http().items():
        first, second = await answers(url, written + sent)
        assert first[0] == 200, name
        assert (second[0], second[2]["type"]) == (400, "/problems/not-http"), name


async def test_requests_that_are_sent_at_once_are_answered_in_their_order(url: str) -> None:
    sent = [post(b"Content-Length: 12"), post(b"Content-Length: 1", body=b"{"), request(line=b"GET /v1/lids HTTP/1.1")]
    found = await answers(url, b"".join([*sent * 20, request(CLOSE)]))
    assert [status for status, _, _ in found] == [200, 422, 404] * 20 + [200]


@pytest.mark.parametrize("excess", [1, 5_000, 200_000, 10_000_000])
async def test_headers_beyond_the_bound_are_refused_however_they_arrive(url: str, excess: int) -> None:
    one = request(b"X-A: " + b"a" * (HEADERS_BYTES_MAX + excess), CLOSE)
    many = request(*[b"X-A: a"] * ((HEADERS_BYTES_MAX + excess) // 6), CLOSE)
    path = request(CLOSE, line=b"GET /" + b"a" * (HEADERS_BYTES_MAX + excess) + b" HTTP/1.1")
    for sent in (one, many, path):
        ((status, media, problem),) = await answers(url, sent)
        assert (status, media) == (431, "application/problem+json")
        assert problem["detail"] == "The headers are larger than 65536 bytes."


async def test_headers_within_the_bound_are_read(url: str) -> None:
    ((status, _, _),) = await answers(
        url, request(b"X-A: " + b"a" * (HEADERS_BYTES_MAX - 500 - len(authorization())), CLOSE)
    )
    assert status == 200


async def test_a_request_for_a_websocket_is_answered_as_any_other(url: str) -> None:
    key = (b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", b"Sec-WebSocket-Version: 13")
    upgrade = (b"Upgrade: websocket", b"Connection: Upgrade, close")
    ((status, media, _),) = await answers(url, request(*upgrade, *key))
    assert (status, media) == (200, "application/json")


async def test_older_clients_and_whole_addresses_are_answered(url: str) -> None:
    for line in (b"GET /v1/jars HTTP/1.0", b"GET http://elsewhere/v1/jars HTTP/1.1", b"GET /v1/jars?limit=5 HTTP/1.1"):
        ((status, media, _),) = await answers(url, request(CLOSE, line=line))
        assert (status, media) == (200, "application/json"), line


async def test_a_path_or_a_method_that_there_is_not_is_answered_with_those_that_are(url: str) -> None:
    ((status, _, problem),) = await answers(url, request(CLOSE, line=b"GET /v1/../jars%2f%2E HTTP/1.1"))
    assert (status, problem["type"]) == (404, "/problems/no-such-path")
    assert problem["detail"] == "There is nothing at GET /v1/../jars%2f%2E; /openapi.json names all paths."
    for method in (b"PUT", b"DELETE", b"PATCH", b"OPTIONS", b"TRACE", b"PROPFIND"):
        ((status, _, problem),) = await answers(url, request(CLOSE, line=method + b" /v1/jars HTTP/1.1"))
        assert (status, problem["type"]) == (405, "/problems/method-not-allowed")
        assert re.fullmatch(rf"{method.decode()} /v1/jars is not possible; this path takes GET\.", problem["detail"])


async def test_a_client_that_waits_for_100_continue_is_let_go_on_or_refused_at_once(url: str) -> None:
    expecting = post(b"Expect: 100-continue", b"Content-Length: 100000000", CLOSE, body=b"")
    ((status, _, problem),) = await answers(url, expecting)
    assert (status, problem["type"]) == (413, "/problems/body-too-large")
    host, port = url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(post(b"Expect: 100-continue", b"Content-Length: 12", CLOSE, body=b""))
    assert (await reader.readuntil(b"\r\n\r\n")) == b"HTTP/1.1 100 Continue\r\n\r\n"
    writer.write(BODY)
    assert b" 200 " in await reader.readline()
    writer.close()
