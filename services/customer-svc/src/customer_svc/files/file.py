"""A customer's file: identity, contacts, classification, owner, sharing. Stream ``file-{customer_id}``.

A customer may order before it has a
file; its file records who it is and who owns it, never what it did.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import assert_never

from chassis.differences import alike, difference, fields_of
from chassis.domain import Decider, Refusal
from chassis.policies import PolicyBook
from contracts import Event
from contracts.customer import (
    Classification,
    Contact,
    CustomerArchived,
    CustomerAssigned,
    CustomerFileChanged,
    CustomerFileLapsed,
    CustomerRegistered,
    CustomerShared,
    Grant,
    Operation,
)
from customer_svc.files.access import may
from customer_svc.policies.access import AccessPolicy
from customer_svc.policies.files import FilePolicy

# State

NOTHING_SAID = Classification()


@dataclass(frozen=True, slots=True)
class CustomerFile:
    """``name`` is None while there is no file; ``lapsed`` until somebody looks at it; ``registered`` recognises a repeat."""

    name: str | None = None
    owner_id: str | None = None
    classification: Classification = NOTHING_SAID
    contacts: tuple[Contact, ...] = ()
    group_id: str | None = None
    grants: tuple[Grant, ...] = ()
    changed_on: date = date.min
    lapsed: bool = False
    archived: bool = False
    registered: CustomerRegistered | None = None


# Evolve


def evolve(file: CustomerFile, event: Event) -> CustomerFile:
    match event:
        case CustomerRegistered():
            return CustomerFile(
                event.name,
                event.owner_id,
                event.classification,
                event.contacts,
                event.group_id,
                (),
                event.registered_on,
                registered=event,
            )
        case CustomerFileChanged():
            return replace(
                file,
                name=file.name if event.name is None else event.name,
                classification=file.classification if event.classification is None else event.classification,
                contacts=file.contacts if event.contacts is None else event.contacts,
                group_id=file.group_id if event.group_id is None else event.group_id,
                changed_on=max(file.changed_on, event.changed_on),
                lapsed=False,
            )
        case CustomerAssigned():
            return replace(file, owner_id=event.owner_id)
        case CustomerShared():
            return replace(file, grants=event.grants)
        case CustomerFileLapsed():
            return replace(file, lapsed=True)
        case CustomerArchived():
            return replace(file, archived=True)
    return file


# Commands


@dataclass(frozen=True, slots=True)
class RegisterCustomer:
    customer_id: str
    name: str
    owner_id: str
    classification: Classification
    contacts: tuple[Contact, ...]
    group_id: str | None
    on: date
    by: str


@dataclass(frozen=True, slots=True)
class ChangeFile:
    """A field that is None stays; a change without any confirms that the data still holds."""

    customer_id: str
    name: str | None
    classification: Classification | None
    contacts: tuple[Contact, ...] | None
    group_id: str | None
    on: date
    by: str


@dataclass(frozen=True, slots=True)
class AssignCustomer:
    customer_id: str
    owner_id: str
    on: date
    by: str


@dataclass(frozen=True, slots=True)
class ShareCustomer:
    customer_id: str
    grants: tuple[Grant, ...]
    on: date
    by: str


@dataclass(frozen=True, slots=True)
class ArchiveCustomer:
    customer_id: str
    because: str
    on: date
    by: str


@dataclass(frozen=True, slots=True)
class LapseFile:
    """The timer: nobody confirmed the data since ``last_changed_on``."""

    customer_id: str
    last_changed_on: date
    on: date


FileCommand = RegisterCustomer | ChangeFile | AssignCustomer | ShareCustomer | ArchiveCustomer | LapseFile


# Decide


class NoFile(Refusal):
    """Customer {customer_id} has no file; register it first."""

    status = 404


class FileDiffers(Refusal):
    """Customer {customer_id} is registered already; it cannot be registered again with {difference}.
    Change, assign or share its file instead.
    """


class FileArchived(Refusal):
    """The file of customer {customer_id} is archived and takes no more changes."""


class NotAllowed(Refusal):
    """{person} may not {operation} customer {customer_id}: its owner is {owner_id}, and it is not shared for that."""

    status = 403


def decide(command: FileCommand, file: CustomerFile, policies: PolicyBook) -> Sequence[Event]:
    if isinstance(command, RegisterCustomer):
        return _register(command, file, policies)
    if file.name is None:
        raise NoFile(customer_id=command.customer_id)
    if isinstance(command, LapseFile):
        return _lapse(command, file, policies)
    if file.archived:
        if isinstance(command, ArchiveCustomer):
            return []
        raise FileArchived(customer_id=command.customer_id)
    match command:
        case ChangeFile():
            _allowed(command, "change", file.owner_id, file.grants, policies)
            return [
                CustomerFileChanged(
                    customer_id=command.customer_id,
                    name=command.name,
                    classification=command.classification,
                    contacts=None if command.contacts == file.contacts else command.contacts,
                    group_id=command.group_id,
                    changed_on=command.on,
                    by=command.by,
                    lapses_on=_lapses_on(command.on, policies),
                )
            ]
        case AssignCustomer(customer_id, owner_id, _, by):
            _allowed(command, "assign", file.owner_id, file.grants, policies)
            if owner_id == file.owner_id:
                return []
            return [CustomerAssigned(customer_id=customer_id, owner_id=owner_id, previous=file.owner_id, by=by)]
        case ShareCustomer(customer_id, grants, _, by):
            _allowed(command, "share", file.owner_id, file.grants, policies)
            return [] if grants == file.grants else [CustomerShared(customer_id=customer_id, grants=grants, by=by)]
        case ArchiveCustomer(customer_id, because, on, by):
            _allowed(command, "delete", file.owner_id, file.grants, policies)
            return [CustomerArchived(customer_id=customer_id, archived_on=on, because=because, by=by)]
        case _:
            assert_never(command)


CONTENTS = ("name", "owner_id", "classification", "contacts", "group_id")
"""What a repeated registration must say as the file does now, or as it did when it was opened."""
OTHER_TEXTS = "another name, department, role, e-mail or telephone of a contact"


def _register(command: RegisterCustomer, file: CustomerFile, policies: PolicyBook) -> Sequence[Event]:
    if file.name is not None:
        again = fields_of(command, CONTENTS)
        if not any(alike(fields_of(known, CONTENTS), again) for known in (file, file.registered) if known is not None):
            differs = difference(_quotable(file), _quotable(command)) or OTHER_TEXTS
            raise FileDiffers(customer_id=command.customer_id, difference=differs)
        return []
    _allowed(command, "create", command.owner_id, (), policies)
    return [
        CustomerRegistered(
            customer_id=command.customer_id,
            name=command.name,
            owner_id=command.owner_id,
            classification=command.classification,
            contacts=command.contacts,
            group_id=command.group_id,
            registered_on=command.on,
            lapses_on=_lapses_on(command.on, policies),
        )
    ]


def _quotable(known: CustomerFile | RegisterCustomer) -> dict[str, object]:
    """The contents for a sentence: of the contacts only the ids, because a sentence is stored and shown unsealed."""
    return {**fields_of(known, CONTENTS), "contacts": tuple(each.contact_id for each in known.contacts)}


def _lapses_on(on: date, policies: PolicyBook) -> date:
    return on + timedelta(days=policies.at(FilePolicy, on).document.lapses_after_days)


def _lapse(command: LapseFile, file: CustomerFile, policies: PolicyBook) -> Sequence[Event]:
    if file.archived or file.lapsed or file.changed_on != command.last_changed_on:
        return []
    return [
        CustomerFileLapsed(
            customer_id=command.customer_id,
            owner_id=file.owner_id or "",
            last_changed_on=file.changed_on,
            lapsed_on=command.on,
            policy_version=policies.at(FilePolicy, command.on).version,
        )
    ]


def _allowed(
    command: RegisterCustomer | ChangeFile | AssignCustomer | ShareCustomer | ArchiveCustomer,
    operation: Operation,
    owner_id: str | None,
    grants: tuple[Grant, ...],
    policies: PolicyBook,
) -> None:
    policy = policies.at(AccessPolicy, command.on).document
    if not may(policy, command.by, operation, owner_id, grants):
        raise NotAllowed(
            person=command.by, operation=operation, customer_id=command.customer_id, owner_id=owner_id or "nobody"
        )


DECIDER = Decider(
    category="file",
    commands=(RegisterCustomer, ChangeFile, AssignCustomer, ShareCustomer, ArchiveCustomer, LapseFile),
    stream_id=lambda command: command.customer_id,
    initial=CustomerFile(),
    evolve=evolve,
    decide=decide,
    names="customer",
)
