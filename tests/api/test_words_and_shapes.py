"""One word and one shape for one thing over all services: the rules of docs/api-style.md hold in every OpenAPI document."""

import json
from typing import Any

import pytest

from standing.services import ALL
from tests.api.documents import path_of
from tests.api.schemas import Operation, operations
from tests.api.words import HISTORY, MONTH, RULES, Rule


def all_operations() -> list[Operation]:
    return [
        operation for service in ALL for operation in operations(service.name, json.loads(path_of(service).read_text()))
    ]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_one_word_and_one_shape_for_one_thing_in_all_services(rule: Rule) -> None:
    assert not sorted(rule(all_operations())), rule.__doc__


def _document(path: str, method: str = "get", status: str = "200", **content: Any) -> dict[str, Any]:
    answer = {"type": "object", "properties": content.pop("fields", {})} | content.pop("schema", {})
    response = {status: {"content": {"application/json": {"schema": answer}}}}
    return {"paths": {path: {method: {"responses": response, **content}}}, "components": {"schemas": {}}}


def _parameter(name: str, **schema: Any) -> list[dict[str, Any]]:
    return [{"name": name, "in": "query", "schema": schema}]


TEXT, NUMBER = {"type": "string"}, {"type": "integer"}
BROKEN: dict[str, list[dict[str, Any]]] = {
    "bare_arrays": [_document("/a", schema={"type": "array", "items": TEXT})],
    "lists_without_next": [_document("/a", fields={"items": {"type": "array", "items": TEXT}})],
    "called_state": [_document("/a", parameters=_parameter("state", **TEXT))],
    "months_in_another_form": [_document("/a", fields={"month": TEXT | {"format": "date"}})],
    "endings_of_another_kind": [_document("/a", fields={"releases_at": TEXT})],
    "other_statuses_of_writes": [_document("/a", "post", "201")],
    "other_histories": [_document("/a/history", fields={"items": {"type": "array", "items": {"type": "object"}}})],
    "parameters_of_several_schemas": [
        _document("/a", parameters=_parameter("since", **TEXT)),
        _document("/b", parameters=_parameter("since", **NUMBER)),
    ],
    "names_of_several_kinds": [
        _document("/a", fields={"held_orders": NUMBER}),
        _document("/b", fields={"held_orders": {"type": "array", "items": TEXT}}),
    ],
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_another_word_or_shape_is_noticed(rule: Rule) -> None:
    found = [each for document in BROKEN[rule.__name__] for each in operations("svc", document)]
    assert rule(found)


def test_what_keeps_to_the_words_is_let_be() -> None:
    instant, day = TEXT | {"format": "date-time"}, TEXT | {"format": "date"}
    item = {
        "type": "object",
        "properties": dict.fromkeys(HISTORY, TEXT) | {"occurred_at": instant, "recorded_at": instant},
    }
    fields = {"items": {"type": "array", "items": item}, "next": {"anyOf": [TEXT, {"type": "null"}]}}
    found = [
        *operations(
            "a-svc", _document("/a/history", fields=fields, parameters=_parameter("month", pattern=MONTH, **TEXT))
        ),
        *operations("b-svc", _document("/b", fields={"status": TEXT, "due_on": day, "order_count": NUMBER})),
        *operations("b-svc", _document("/b", "post", "202", fields={"amount": {"anyOf": [{"type": "number"}, TEXT]}})),
    ]
    assert [rule.__name__ for rule in RULES if rule(found)] == []
