"""The words and shapes of docs/api-style.md as rules over the OpenAPI documents of all services.

A rule takes all operations and answers those places that break it, as ``customer-svc GET /v1/customers: orders``.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from tests.api.schemas import Operation

Rule = Callable[[Sequence[Operation]], set[str]]

MONTH = r"^(19|20)[0-9][0-9]-(0[1-9]|1[0-2])$"
WRITES = ("post", "put", "patch", "delete")
HISTORY = {"position", "occurred_at", "recorded_at", "type", "summary", "actor"}
"""The fields of each item of a history, besides those that are a service's own."""
BY_LIST = ("status", "sort", "by", "kind", "format", "grade", "tier", "stage", "level", "box", "age")
"""Parameters whose values are those of the list that is read; each takes one of an enumeration."""


def bare_arrays(all_: Sequence[Operation]) -> set[str]:
    """A list is an object with ``items`` and ``next``, never an array by itself."""
    return {each.name for each in all_ for _, schema in each.answers() if "array" in each.kinds(schema)}


def lists_without_next(all_: Sequence[Operation]) -> set[str]:
    """What has ``items`` at the top has ``next``, a cursor or null, and the other way round."""
    found = set()
    for each in all_:
        for _, schema in each.answers():
            fields = schema.get("properties", {})
            paged = {"items", "next"} & set(fields)
            if paged and (len(paged) < 2 or each.kinds(fields["next"]) - {"string"}):
                found.add(each.name)
    return found


def called_state(all_: Sequence[Operation]) -> set[str]:
    """Where a thing stands is its ``status``."""
    fields = {f"{each.name}: {name}" for each in all_ for name, _ in each.fields() if _is_state(name)}
    return fields | {
        f"{each.name}: ?{name}"
        for each in all_
        for _, name, _ in each.parameters()
        if _is_state(name) and name not in each.deprecated()
    }


def _is_state(name: str) -> bool:
    return name == "state" or name.endswith("_state")


def months_in_another_form(all_: Sequence[Operation]) -> set[str]:
    """A month is written ``2024-01`` wherever it stands."""
    fields = ((each, name, schema) for each in all_ for name, schema in each.fields())
    parameters = ((each, name, schema) for each in all_ for _, name, schema in each.parameters())
    return {
        f"{each.name}: {name}"
        for places in (fields, parameters)
        for each, name, schema in places
        if (name == "month" or name.endswith("_month")) and _one_part(each, schema).get("pattern") != MONTH
    }


def _one_part(operation: Operation, schema: dict[str, Any]) -> dict[str, Any]:
    """The schema, or that of the one part which is not null."""
    parts = [each for each in schema.get("anyOf", ()) if each.get("type") != "null"]
    return operation.resolved(parts[0] if len(parts) == 1 else schema)


ENDINGS = {"at": "date-time", "on": "date", "by": "string", "count": "integer", "amount": "string"}


def endings_of_another_kind(all_: Sequence[Operation]) -> set[str]:
    """``…_at`` and ``at`` are instants, ``…_on`` and ``on`` days, ``…_by`` is a person, ``…_count`` a number, ``…_amount`` an amount."""
    found = set()
    for each in all_:
        for name, schema in each.fields():
            wanted = ENDINGS.get(name.rsplit("_", 1)[-1])
            if wanted and each.kinds(schema) - {wanted}:
                found.add(f"{each.name}: {name}")
    return found


def other_statuses_of_writes(all_: Sequence[Operation]) -> set[str]:
    """A write that answers with its outcome answers 200; 202 where the work goes on after the answer."""
    return {
        f"{each.name}: {status}"
        for each in all_
        for status in each.content["responses"]
        if status < "400" and status not in (("200", "202") if each.method in WRITES else ("200",))
    }


def other_histories(all_: Sequence[Operation]) -> set[str]:
    """What is called a history lists what happened, in one shape."""
    found = set()
    for each in all_:
        if each.path.endswith("/history"):
            for _, schema in each.answers():
                item = each.resolved(schema.get("properties", {}).get("items", {}).get("items", {}))
                if missing := HISTORY - set(item.get("properties", {})):
                    found.add(f"{each.name}: {', '.join(sorted(missing))}")
    return found


def parameters_of_several_schemas(all_: Sequence[Operation]) -> set[str]:
    """A parameter takes the same values wherever it stands; one that chooses from its own list takes an enumeration."""
    schemas: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for each in all_:
        for place, name, schema in each.parameters():
            if name not in each.deprecated():
                schemas[place, name.lower()].setdefault(_form(name, schema), each.name)
    return {
        f"{place} {name}: {', '.join(sorted(forms.values()))}"
        for (place, name), forms in schemas.items()
        if len(forms) > 1
    }


def _form(name: str, schema: dict[str, Any]) -> str:
    chosen = schema["items"] if schema.get("type") == "array" else schema
    return "one of a list" if name in BY_LIST and "enum" in chosen else repr(sorted(schema.items()))


HOMONYMS = {
    "conditions": "of a claim, each in words; how a customer stands in its market, of its file",
    "credit_days": "whole, of terms; an average, of what customers had",
    "number": "counted from 1, of an instalment; what its issuer gave it, of a certificate",
    "before": "the thing as it was, of an act; a grade, of a comparison",
    "after": "the thing as it is since, of an act; a grade, of a comparison",
    "months": "how many, of a term; the single ones, of a report",
    "points": "counted, of a supplier; worked out with a fraction, of a customer",
    "score": "1 to 5, of a factor; worked out with a fraction, of a whole",
}
"""Names that mean two things, each in its field's own words; all others are of one kind."""


def names_of_several_kinds(all_: Sequence[Operation]) -> set[str]:
    """A field is of one kind wherever it stands: not a number here and a list there, nor a sentence here and an amount there."""
    kinds: dict[str, dict[frozenset[str], str]] = defaultdict(dict)
    for each in all_:
        for name, schema in each.fields():
            if kind := each.kinds(schema):
                kinds[name].setdefault(kind, each.name)
    return {
        f"{name}: {', '.join(sorted(_kind_in(*each) for each in found.items()))}"
        for name, found in kinds.items()
        if len(found) > 1 and name not in HOMONYMS
    }


def _kind_in(kind: frozenset[str], where: str) -> str:
    return f"{' or '.join(sorted(kind))} in {where}"


RULES: tuple[Rule, ...] = (
    bare_arrays,
    lists_without_next,
    called_state,
    months_in_another_form,
    endings_of_another_kind,
    other_statuses_of_writes,
    other_histories,
    parameters_of_several_schemas,
    names_of_several_kinds,
)
