"""Request bodies about a customer's file."""

from typing import Annotated

from pydantic import AfterValidator, Field

from chassis.http import Body
from contracts.customer import Classification, Contact, Grant
from contracts.fields import Day, Id, Text


def _each_once(contacts: tuple[Contact, ...]) -> tuple[Contact, ...]:
    if len({each.contact_id for each in contacts}) != len(contacts):
        raise ValueError("two contacts have the same contact_id; give each person one of their own")
    return contacts


Contacts = Annotated[tuple[Contact, ...], AfterValidator(_each_once)]
"""An id names one person: what tells of them is sealed, and erased, under it."""


class Registration(Body):
    customer_id: Id
    name: Annotated[Text, Field(min_length=1, max_length=200)]
    owner_id: Id
    classification: Classification = Classification()
    contacts: Contacts = ()
    group_id: Id | None = None
    registered_on: Day


class Change(Body):
    """What is left out stays; a change of nothing confirms that the data still holds."""

    name: Annotated[Text, Field(min_length=1, max_length=200)] | None = None
    classification: Classification | None = None
    contacts: Contacts | None = None
    group_id: Id | None = None
    changed_on: Day


class Assignment(Body):
    owner_id: Id
    assigned_on: Day


class Sharing(Body):
    grants: tuple[Grant, ...]
    shared_on: Day


class Archiving(Body):
    because: Annotated[Text, Field(min_length=3, max_length=500)]
    archived_on: Day


class Merge(Body):
    """``merged_id`` is the same customer; its history follows."""

    merged_id: Id
    because: Annotated[Text, Field(min_length=3, max_length=500)]
    merged_on: Day


class Split(Body):
    because: Annotated[Text, Field(min_length=3, max_length=500)]
    split_on: Day
