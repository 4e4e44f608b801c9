"""Of each text of customers, suppliers and other systems the README says whether it is sealed, an id of staff or free text."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from contracts import customer, erp, supplier
from contracts.data_subjects import places_of
from contracts.envelope import Part
from contracts.fields import Text

OWNERS = (customer, supplier, erp)
SECTION = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8").partition("## Who is named where")[2]


def row(name: str) -> set[str]:
    """The fields that a row of the table names."""
    return set(re.findall(r"`([\w.]+)`", re.search(rf"^\| {name} \|(.*)$", SECTION, re.MULTILINE)[1]))  # type: ignore[index]


def texts_of(kind: Any, around: tuple[Any, ...] = ()) -> Iterator[str]:
    """The names of the fields in which free text stands, at any depth."""
    if kind in around:
        return
    for name, hint in get_type_hints(kind, include_extras=True).items():
        if name in kind.model_fields:
            if _is_text(hint):
                yield name
            for part in _parts(hint):
                yield from texts_of(part, (*around, kind))


def _is_text(hint: Any) -> bool:
    if get_origin(hint) is Annotated and hint.__origin__ is str:
        return bool(hint.__metadata__[0] is get_args(Text)[1])
    return any(_is_text(each) for each in get_args(hint))


def _parts(hint: Any) -> Iterator[type[BaseModel]]:
    if isinstance(hint, type) and issubclass(hint, Part):
        yield hint
    for each in get_args(hint):
        yield from _parts(each)


def test_each_free_text_is_named_as_such() -> None:
    found = {name for owner in OWNERS for event in owner.EVENTS for name in texts_of(event)}
    assert {"because", "description", "evidence", "remarks"} <= found
    assert found - row("free text") - row("of the company") - row("ids of staff") == set()


def test_each_sealed_field_is_named_as_such() -> None:
    found = {place.field for owner in OWNERS for event in owner.EVENTS for place in places_of(event)}
    named = {f"{module.__name__.rpartition('.')[2]}.{name}" for module in OWNERS for name in found}
    assert {"customer.Contact.email", "supplier.OnboardingFile.business_owner"} <= named
    assert {name.rpartition(".")[2] for name in found} == row("sealed")


NOBODY = {"answer_by": "the last day to answer", "settled_by": "a person, silence or the record"}
"""Names that end as if a person had acted."""


def test_a_name_that_says_that_a_person_acted_is_that_of_an_id_of_staff() -> None:
    acted = re.compile(
        r"(_by|^by|owner_id|person_id|sponsor_id|assessor|reviewer|respondent|region_manager|^who|^team)$"
    )
    found = {
        name
        for owner in OWNERS
        for event in owner.EVENTS
        for part in (event, *_parts(event))
        for name in part.model_fields
        if acted.search(name) and name not in NOBODY
    }
    assert found - row("ids of staff") == set()
