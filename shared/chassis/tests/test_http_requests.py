"""What comes in over HTTP is text that a route declares, or the answer names what is wrong with it."""

import gzip
import json
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Annotated, Any
from urllib.parse import quote

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, ValidationError

from chassis.http import Form, problems
from chassis.http.bodies import exact
from chassis.http.declared import refuse_unreadable
from chassis.http.urls import routed, written
from chassis.inbox.published import schema_uri
from chassis.testing.client import app_of, client_of
from contracts import EVENTS

from .running import Start
from .toy_api import OPEN_JAR_SERVICE

JSON = {"Content-Type": "application/json"}


@pytest.fixture
async def client(start_service: Start) -> AsyncIterator[httpx.AsyncClient]:
    runtime = await start_service(OPEN_JAR_SERVICE, roles=frozenset({"http", "project"}))
    async with client_of(app_of(runtime)) as opened:
        yield opened


async def filled(client: httpx.AsyncClient, path: str, body: Any, **headers: str) -> httpx.Response:
    return await client.post(path, json=body, headers=headers)


async def test_an_id_with_slashes_is_written_and_read_as_any_other(client: httpx.AsyncClient) -> None:
    for jar in ("2024/0001", "/", "a//b", "ä/%", "%2F", "?#/."):
        path = f"/v1/jars/{quote(jar, safe='')}"
        written = await filled(client, f"{path}/fills", {"amount": 7})
        assert written.json()["stream"] == f"jar-{jar}"
        token = {"Consistency-Token": written.headers["Consistency-Token"]}
        assert (await client.get(path, headers=token)).json() == {"jar": jar, "level": 7}
    unknown = await client.get("/v1/jars/2024%2f0002")
    assert unknown.json()["detail"] == "There is no jar 2024/0002."


async def test_one_idempotency_key_never_joins_two_ids_that_only_look_alike_in_a_path(
    client: httpx.AsyncClient,
) -> None:
    for jar in ("a/b", "a%2Fb", "a%252Fb"):
        answer = await filled(
            client, f"/v1/jars/{quote(jar, safe='')}/fills", {"amount": 1}, **{"Idempotency-Key": "k"}
        )
        assert answer.json()["stream"] == f"jar-{jar}"


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), min_size=1, max_size=4))
def test_every_path_is_routed_by_its_parts_and_written_as_no_other(parts: list[str]) -> None:
    raw = "/".join(quote(part, safe="") for part in parts).encode()
    assert [part.replace("\udc2f", "/") for part in routed(raw).split("/")] == parts
    assert [part.replace("%2F", "/").replace("%25", "%") for part in written(routed(raw)).split("/")] == parts


NO_TEXT = {
    "NUL in the path": ("/v1/jars/a%00b", "The path holds the character NUL"),
    "half a character in the path": ("/v1/jars/%FF", "The path is not UTF-8: percent-encoding %FF"),
    "a surrogate in the path": ("/v1/jars/%ED%A0%80", "The path is not UTF-8: percent-encoding %ED"),
    "NUL in the query": ("/v1/jars?after=%00", "The query holds the character NUL"),
    "NUL in a name of the query": ("/v1/jars?%00=1", "The query holds the character NUL"),
    "half a character in the query": ("/v1/jars?after=%C3", "The query is not UTF-8"),
    "a surrogate in the query": ("/v1/jars?after=%ed%a0%80", "The query is not UTF-8"),
}


@pytest.mark.parametrize("name", NO_TEXT)
async def test_a_url_that_is_no_text_is_answered_422(client: httpx.AsyncClient, name: str) -> None:
    path, sentence = NO_TEXT[name]
    answer = await client.get(path)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-input")
    assert sentence in answer.json()["detail"]


TWICE = "Give this field once; it is there twice in one object"

NO_JSON = {
    b"{": "Expecting property name",
    b'{"amount": NaN}': "unexpected character",
    b'{"amount": 1} x': "Extra data",
    b'{"jar": "\\ud800"}': "no low surrogate",
    b'{"jar": "\xed\xa0\x80"}': "is not valid JSON",
    b'{"jar": "\xff"}': "is not UTF-8",
    '{"amount": 1}'.encode("utf-16"): "is not valid JSON",
    b'{"jar": "a\\u0000b"}': "jar: holds the character NUL",
    b'{"a\\u0000b": 1}': "holds the character NUL",
    b'[{"inner": ["\\u0000"]}]': "0.inner.0: holds the character NUL",
    b"[" * 33 + b"]" * 33: "more than 32 arrays and objects in one another",
    b"[" * 20_000 + b"]" * 20_000: "nested too deeply",
    b'{"amount": ' + b"1" * 5_000 + b"}": "thousands of digits",
    b'{"amount": 1, "jar": "J-1", "amount": 1}': "amount: Give this field once",
    b'{"jar": [{"a": 1, "\\u0061": 2}]}': "a: Give this field once",
}


@pytest.mark.parametrize("body", NO_JSON, ids=range(len(NO_JSON)))
async def test_a_body_that_is_not_json_or_holds_what_no_table_can_is_answered_422(
    client: httpx.AsyncClient, body: bytes
) -> None:
    answer = await client.post("/v1/pourings", content=body, headers=JSON)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-input"), answer.text
    assert NO_JSON[body] in answer.json()["detail"]


async def test_a_backslash_before_u0000_is_text_like_any_other(client: httpx.AsyncClient) -> None:
    fact = {"jar": "a\\u0000b", "amount": 1, "poured_on": "2024-05-01"}
    assert (await client.post("/v1/pourings", json=fact)).json()["stream"] == "jar-a\\u0000b"


async def test_json_with_a_byte_order_mark_or_a_media_type_of_its_own_is_read(client: httpx.AsyncClient) -> None:
    body = b'{"amount": 1}'
    for content, media in (
        (b"\xef\xbb\xbf" + body, "application/json"),
        (body, "APPLICATION/JSON; charset=utf-8"),
        (body, "application/vnd.plant.jar+json"),
    ):
        answer = await client.post("/v1/jars/J-1/fills", content=content, headers={"Content-Type": media})
        assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    "media", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""]
)
async def test_a_body_of_another_kind_is_answered_415_with_what_to_send(client: httpx.AsyncClient, media: str) -> None:
    for path in ("/v1/jars/J-1/fills", "/v1/pourings", "/v1/admin/clock", "/v1/admin/parked/retries"):
        headers = {"Content-Type": media} if media else {}
        answer = await client.post(path, content=b'{"amount": 1}', headers=headers)
        assert (answer.status_code, answer.headers["Accept"]) == (415, "application/json")
        assert answer.json()["detail"].startswith(
            "Send the body as JSON with the header Content-Type: application/json"
        )


@pytest.mark.parametrize("coding", ["gzip", "br", "deflate, gzip", "x"])
async def test_a_body_that_is_compressed_is_answered_415_also_where_it_only_says_so(
    client: httpx.AsyncClient, coding: str
) -> None:
    for content in (b'{"amount": 1}', gzip.compress(b'{"amount": 1}')):
        answer = await client.post("/v1/jars/J-1/fills", content=content, headers={**JSON, "Content-Encoding": coding})
        assert (answer.status_code, answer.headers["Accept-Encoding"]) == (415, "identity")
        assert answer.json()["detail"].startswith("Send the body as it is, without Content-Encoding")
    plain = {**JSON, "Content-Encoding": "identity"}
    assert (await client.post("/v1/jars/J-1/fills", content=b'{"amount": 1}', headers=plain)).status_code == 200


@pytest.mark.parametrize("name", ["Idempotency-Key", "X-Actor", "X-Correlation-Id", "Content-Type"])
async def test_a_header_that_is_given_twice_is_refused_whichever_of_the_two_would_count(
    client: httpx.AsyncClient, name: str
) -> None:
    headers = [("Content-Type", "application/json"), (name, "a"), (name.lower(), "b")]
    answer = await client.post("/v1/jars/J-1/fills", content=b'{"amount": 1}', headers=headers)
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error == {"field": name, "rule": "repeated_parameter", "detail": "Give this header once"}
    others = [("Content-Type", "application/json"), ("X-Forwarded-For", "a"), ("X-Forwarded-For", "b")]
    assert (await client.post("/v1/jars/J-1/fills", content=b'{"amount": 1}', headers=others)).status_code == 200


TEXTS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=5)
DOCUMENTS = st.recursive(
    st.integers(-(2**63), 2**63 - 1) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@given(DOCUMENTS)
def test_a_document_in_which_no_name_is_twice_is_read(document: Any) -> None:
    refuse_unreadable(json.dumps(document).encode())


@given(st.dictionaries(TEXTS, DOCUMENTS, min_size=1, max_size=4), DOCUMENTS, st.data())
def test_a_name_that_is_twice_in_an_object_is_refused_wherever_it_is(
    once: dict[str, Any], other: Any, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(once)))
    body = json.dumps([[once]]).replace("{", f"{{{json.dumps(name)}: {json.dumps(other)}, ", 1)
    with pytest.raises(problems.Problem) as refused:
        refuse_unreadable(body.encode())
    assert refused.value.extra["errors"] == [{"field": name, "rule": "repeated_field", "detail": TWICE}]


async def test_of_thousands_of_faults_a_hundred_are_named_and_the_others_counted() -> None:
    app = FastAPI()
    problems.install(app)

    class Strict(BaseModel):
        model_config = ConfigDict(extra="forbid")

    @app.post("/jars")
    async def jars(body: Strict) -> None:
        """Takes nothing."""

    async with client_of(app) as client:
        answer = await client.post("/jars", json={f"k{number}": 1 for number in range(50_000)})
    problem = answer.json()
    assert (answer.status_code, len(problem["errors"])) == (422, 100)
    assert problem["detail"].endswith("; and 49900 more")
    assert len(answer.content) < 25_000


async def test_an_unknown_parameter_is_named_with_those_that_exist(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/jars", params={"limt": 1})
    assert answer.status_code == 422
    error = {
        "field": "limt",
        "rule": "unknown_parameter",
        "detail": "There is no such parameter (do you mean limit?); there are after, limit",
    }
    assert answer.json()["errors"] == [error]
    none = await client.get("/v1/jars/J-1?x")
    assert none.json()["detail"] == "x: There is no such parameter; this request takes none."
    twice = await client.get("/v1/jars?limit=1&limit=2")
    assert (twice.status_code, twice.json()["detail"]) == (422, "limit: Give this parameter once.")


@pytest.mark.parametrize("number", ["1_0", "+1", "１", "١", " 1", "1 ", "1.0", "1e0", "²", "", "-"])
async def test_a_number_of_a_query_or_a_path_is_written_in_plain_digits(client: httpx.AsyncClient, number: str) -> None:
    for path, field in (("/v1/jars?limit=", "limit"), ("/v1/admin/parked/", "parked_id")):
        if number or path.endswith("="):
            answer = await client.get(path + quote(number, safe=""))
            assert answer.status_code == 422
            assert answer.json()["detail"].startswith(f"{field}: Input should be a whole number in plain digits")
    assert (await client.get("/v1/admin/parked/1")).status_code == 404
    assert (await client.get("/v1/jars?limit=1")).status_code == 200


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**14), max_value=10**14), st.text())
def test_a_number_of_any_length_keeps_its_digits(amount: Decimal, text: str) -> None:
    body = json.dumps({"before": text, "after": [text]}).encode()[:-1] + f', "amount": {amount:f}}}'.encode()
    read = json.loads(exact(body), parse_float=Decimal)
    assert Decimal(read["amount"]) == amount
    assert (read["before"], read["after"]) == (text, [text])
    short = exact(f'{{"amount": {amount:.24E}}}'.encode())
    assert Decimal(json.loads(short, parse_float=Decimal)["amount"]) == amount
    assert b"E" not in short or b'"' not in short[9:], "a number that becomes a text is in plain digits"


IF_MATCH = {
    '"²"': "send the ETag of the version that you changed",
    '"' + "1" * 5_000 + '"': "send the ETag of the version that you changed",
    "*": "send the ETag of the version that you changed",
    '"0"': "send the ETag of the version that you changed",
    '"-1"': "send the ETag of the version that you changed",
    '"1", "2"': "send the ETag of the version that you changed",
    '""': "send the ETag of the version that you changed",
}


@pytest.mark.parametrize("etag", IF_MATCH, ids=range(len(IF_MATCH)))
async def test_an_if_match_that_names_no_version_is_answered_422(client: httpx.AsyncClient, etag: str) -> None:
    body = {"document": {"holds": 200}, "effective_from": "2024-01-01", "reason": "bigger jars"}
    answer = await client.put("/v1/policies/jar", json=body, headers={"If-Match": etag.encode("latin-1")})  # type: ignore[dict-item]
    assert answer.status_code == 422
    assert IF_MATCH[etag] in answer.json()["detail"]


@pytest.mark.parametrize("version", ["0", "-1", str(2**31), "9" * 5_000, "x"])
async def test_a_version_that_cannot_be_is_not_answered_with_the_newest(
    client: httpx.AsyncClient, version: str
) -> None:
    answer = await client.get("/v1/policies/jar", params={"version": version})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "version")


class Month(BaseModel):
    month: Annotated[str, Form(r"^[0-9]{4}-[0-9]{2}$", "a month as 2024-05")]


def test_a_form_is_refused_with_its_description_and_documented_with_its_pattern() -> None:
    with pytest.raises(ValidationError, match="Write a month as 2024-05"):
        Month(month="soon")
    assert Month.model_json_schema()["properties"]["month"]["pattern"] == "^[0-9]{4}-[0-9]{2}$"


async def test_the_schema_of_every_event_is_answered_under_the_name_that_its_messages_carry(
    client: httpx.AsyncClient,
) -> None:
    for event in EVENTS:
        for name in event.types():
            answer = await client.get(f"/v1/schemas/{name}/{event.VERSION}")
            assert answer.headers["content-type"] == "application/schema+json"
            schema = answer.json()
            assert schema["$id"] == schema_uri(event.TYPE, event.VERSION)
            assert set(event.model_fields) <= set(schema["properties"])
    unknown = await client.get("/v1/schemas/erp.InvoiceIssued/99")
    assert (unknown.status_code, unknown.json()["detail"]) == (
        404,
        "There is no event erp.InvoiceIssued in version 99.",
    )


@pytest.mark.parametrize(
    ("raw", "text"),
    [("李明".encode(), "李明"), ("Jérôme".encode(), "Jérôme"), ("Jérôme".encode("latin-1"), "Jérôme"), (b"ann", "ann")],
    ids=["Chinese", "UTF-8", "Latin-1", "ASCII"],
)
async def test_a_name_and_a_reason_in_a_header_are_recorded_as_they_were_written(
    client: httpx.AsyncClient, raw: bytes, text: str
) -> None:
    correlation = f"of {text.encode().hex()} {len(raw)}"
    filled = await client.post(
        "/v1/jars/J-1/fills",
        json={"amount": 1},
        headers=[(b"X-Actor", raw), (b"X-Correlation-Id", correlation.encode())],
    )
    assert filled.status_code == 200
    why = b"because of " + raw
    journey = await client.get(f"/v1/admin/journey/{correlation}", headers=[(b"X-Actor", raw), (b"X-Reason", why)])
    assert [event["headers"]["ce_actor"] for event in journey.json()["items"]] == [text]
    actions = (await client.get("/v1/admin/actions", params={"thing": f"journeys/{correlation}"})).json()["items"]
    assert [(each["actor"], each["reason"]) for each in actions] == [(text, f"because of {text}")]
