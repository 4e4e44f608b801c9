"""No two different commands share an id: what others choose as source, id, path, key or name never meets in one text."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.handling.command_ids import fact_id, http_id, nth_id

NASTY = st.text(
    st.sampled_from("/#%25a1:http POST ") | st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12
)
FACTS = st.tuples(NASTY | st.sampled_from(["/erp", "/erp#1", "http/POST /v1/a"]), NASTY, st.integers(0, 12))
REQUESTS = st.tuples(
    st.sampled_from(["GET", "POST", "PUT", "DELETE"]),
    st.lists(NASTY, min_size=1, max_size=3).map(tuple),
    NASTY | st.just("http"),
    NASTY,
    st.none() | NASTY,
)


def of_fact(fact: tuple[str, str, int]) -> str:
    source, message_id, n = fact
    return nth_id(fact_id(source, message_id), n)


def of_request(request: tuple[str, tuple[str, ...], str, str, str | None]) -> str:
    method, segments, caller, key, part = request
    return http_id(method, "/" + "/".join(quote(segment, safe="") for segment in segments), caller, key, part)


@given(FACTS, FACTS)
def test_two_different_facts_or_commands_of_a_fact_never_share_an_id(
    one: tuple[str, str, int], other: tuple[str, str, int]
) -> None:
    assert (of_fact(one) == of_fact(other)) == (one == other)


@given(REQUESTS, REQUESTS)
def test_two_different_requests_never_share_an_id(
    one: tuple[str, tuple[str, ...], str, str, str | None], other: tuple[str, tuple[str, ...], str, str, str | None]
) -> None:
    assert (of_request(one) == of_request(other)) == (one == other)


@given(FACTS, REQUESTS)
def test_no_fact_shares_an_id_with_a_request(
    fact: tuple[str, str, int], request: tuple[str, tuple[str, ...], str, str, str | None]
) -> None:
    assert of_fact(fact) != of_request(request)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("/erp", "4711", 1), ("/erp", "4711/1", 0)),
        (("/erp", "1#2", 0), ("/erp#1", "2", 0)),
        (("/erp", "1%232", 0), ("/erp", "1#2", 0)),
        (("/erp", "2024/0001", 0), ("/erp", "2024", 1)),
    ],
)
def test_numbering_documents_by_slash_or_hash_confuses_none_with_another(
    one: tuple[str, str, int], other: tuple[str, str, int]
) -> None:
    assert of_fact(one) != of_fact(other)


def test_a_fact_and_a_request_with_ordinary_names_keep_the_ids_that_logs_hold() -> None:
    assert of_fact(("/erp", "4711", 0)) == "/erp#4711"
    assert of_fact(("https://erp.example.com/sales", "4711", 2)) == "https://erp.example.com/sales#4711/2"
    assert http_id("POST", "/v1/orders/SO%201/holds", "http", "k-1") == "http/POST /v1/orders/SO 1/holds/k-1"


@given(st.text("/#%12", min_size=3, max_size=7), st.data())
def test_one_text_divided_in_two_ways_makes_two_ids(text: str, data: st.DataObject) -> None:
    cuts = st.integers(1, len(text) - 1)
    one, other = data.draw(cuts), data.draw(cuts)
    ids = {fact_id(text[:cut], text[cut:]) for cut in (one, other)}
    joined = {fact_id(text[:cut], text[cut:].removeprefix("#")) for cut in (one, other) if text[cut:] != "#"}
    assert len(ids) == len({one, other})
    assert len(joined) == len({(text[:cut], text[cut:].removeprefix("#")) for cut in (one, other) if text[cut:] != "#"})
