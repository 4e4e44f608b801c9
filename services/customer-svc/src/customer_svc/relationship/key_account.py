"""Key accounts 大客户: who cares for one, and the yearly meeting with it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from chassis.differences import fields_of
from chassis.domain import Refusal
from chassis.policies import PolicyBook
from contracts import Event
from contracts.customer import (
    Emphasis,
    KeyAccountDesignated,
    KeyAccountMeetingDue,
    KeyAccountReleased,
    KeyAccountVisited,
    VisitKind,
)
from customer_svc.policies.relationship import RelationshipPolicy
from customer_svc.relationship.state import Relationship


@dataclass(frozen=True, slots=True)
class DesignateKeyAccount:
    customer_id: str
    owner_id: str
    sponsor_id: str
    emphasis: Emphasis
    because: str
    on: date
    by: str


@dataclass(frozen=True, slots=True)
class ReleaseKeyAccount:
    customer_id: str
    because: str
    on: date
    by: str


@dataclass(frozen=True, slots=True)
class RecordVisit:
    customer_id: str
    kind: VisitKind
    who: str
    notes: str
    on: date


@dataclass(frozen=True, slots=True)
class ReportMeetingDue:
    """The timer: the yearly meeting is due."""

    customer_id: str
    due_on: date


class NoKeyAccount(Refusal):
    """Customer {customer_id} is no key account; designate it first."""


CONTENTS = ("owner_id", "sponsor_id", "emphasis")


def designate(command: DesignateKeyAccount, relationship: Relationship, policies: PolicyBook) -> Sequence[Event]:
    known = relationship.key_account
    if known is not None and fields_of(known, CONTENTS) == fields_of(command, CONTENTS):
        return []
    dated = policies.at(RelationshipPolicy, command.on)
    rules = dated.document.key_accounts
    return [
        KeyAccountDesignated(
            customer_id=command.customer_id,
            owner_id=command.owner_id,
            sponsor_id=command.sponsor_id,
            emphasis=command.emphasis,
            team=rules.teams[command.emphasis],
            designated_on=command.on,
            next_meeting_on=_next_meeting(command.on, policies),
            because=command.because,
            by=command.by,
            policy_version=dated.version,
        )
    ]


def release(command: ReleaseKeyAccount, relationship: Relationship) -> Sequence[Event]:
    if relationship.key_account is None:
        return []
    return [
        KeyAccountReleased(
            customer_id=command.customer_id, released_on=command.on, because=command.because, by=command.by
        )
    ]


def record_visit(command: RecordVisit, relationship: Relationship, policies: PolicyBook) -> Sequence[Event]:
    account = relationship.key_account
    if account is None:
        raise NoKeyAccount(customer_id=command.customer_id)
    following = _next_meeting(command.on, policies) if command.kind == "meeting" else account.next_meeting_on
    return [
        KeyAccountVisited(
            customer_id=command.customer_id,
            kind=command.kind,
            visited_on=command.on,
            who=command.who,
            notes=command.notes,
            next_meeting_on=max(following, account.next_meeting_on),
        )
    ]


def report_meeting_due(command: ReportMeetingDue, relationship: Relationship, policies: PolicyBook) -> Sequence[Event]:
    account = relationship.key_account
    if account is None or account.meeting_reported or account.next_meeting_on != command.due_on:
        return []
    return [
        KeyAccountMeetingDue(
            customer_id=command.customer_id,
            owner_id=account.owner_id,
            sponsor_id=account.sponsor_id,
            due_on=command.due_on,
            policy_version=policies.at(RelationshipPolicy, command.due_on).version,
        )
    ]


def _next_meeting(on: date, policies: PolicyBook) -> date:
    return on + timedelta(days=policies.at(RelationshipPolicy, on).document.key_accounts.meeting_every_days)
