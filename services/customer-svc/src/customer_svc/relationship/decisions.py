"""The relationship with a customer: stage, plans, nine-box, life cycle, key account. Stream ``relationship-{customer_id}``.

Source: domain/customer.md, "Value and tiers" (key accounts 大客户, relationship stage, life cycle).
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import assert_never

from chassis.domain import Decider, Refusal
from chassis.policies import PolicyBook
from contracts import Event
from contracts.customer import (
    DevelopmentPlanMade,
    EffortSpent,
    JointPlanAgreed,
    KeyAccountDesignated,
    KeyAccountMeetingDue,
    KeyAccountReleased,
    KeyAccountVisited,
    LifeCycleChanged,
)
from customer_svc.policies.nine_box import NineBoxPolicy
from customer_svc.policies.relationship import RelationshipPolicy
from customer_svc.relationship.commands import (
    AgreeJointPlan,
    ChangeStage,
    DesignateKeyAccount,
    EnterPhase,
    MakeDevelopmentPlan,
    PlaceInNineBox,
    RecordVisit,
    RelationshipCommand,
    ReleaseKeyAccount,
    ReviewNineBox,
    SpendEffort,
    TellMeetingDue,
)
from customer_svc.relationship.nine_box import place
from customer_svc.relationship.stage import change
from customer_svc.relationship.state import Relationship, evolve


class NoKeyAccount(Refusal):
    """Customer {customer_id} is no key account; designate it first."""


def decide(command: RelationshipCommand, relationship: Relationship, policies: PolicyBook) -> Sequence[Event]:
    match command:
        case ChangeStage():
            dated = policies.at(RelationshipPolicy, command.on)
            return change(command, relationship, dated.document.gates, dated.version)
        case AgreeJointPlan(customer_id, plan, on, by):
            return [JointPlanAgreed(customer_id=customer_id, plan=plan, agreed_on=on, by=by)]
        case MakeDevelopmentPlan(customer_id, plan, on, by):
            return [DevelopmentPlanMade(customer_id=customer_id, plan=plan, made_on=on, by=by)]
        case PlaceInNineBox():
            box = policies.at(NineBoxPolicy, command.on)
            return place(command, relationship, box.document, box.version)
        case ReviewNineBox(placement, because):
            box = policies.at(NineBoxPolicy, placement.on)
            return place(placement, relationship, box.document, box.version, because)
        case EnterPhase():
            return _enter(command, relationship)
        case DesignateKeyAccount():
            return _designate(command, relationship, policies)
        case ReleaseKeyAccount(customer_id, because, on, by):
            if relationship.key_account is None:
                return []
            return [KeyAccountReleased(customer_id=customer_id, released_on=on, because=because, by=by)]
        case RecordVisit():
            return _visit(command, relationship, policies)
        case TellMeetingDue():
            return _meeting_due(command, relationship, policies)
        case SpendEffort():
            return _spend(command, relationship)
        case _:
            assert_never(command)


def _enter(command: EnterPhase, relationship: Relationship) -> Sequence[Event]:
    if command.phase == relationship.phase:
        return []
    return [
        LifeCycleChanged(
            customer_id=command.customer_id,
            phase=command.phase,
            previous=relationship.phase,
            changed_on=command.on,
            because=command.because,
            growth=command.growth,
            silent_days=command.silent_days,
            policy_version=command.policy_version,
        )
    ]


def _designate(command: DesignateKeyAccount, relationship: Relationship, policies: PolicyBook) -> Sequence[Event]:
    known = relationship.key_account
    if known is not None and (known.owner_id, known.sponsor_id) == (command.owner_id, command.sponsor_id):
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


def _visit(command: RecordVisit, relationship: Relationship, policies: PolicyBook) -> Sequence[Event]:
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


def _meeting_due(command: TellMeetingDue, relationship: Relationship, policies: PolicyBook) -> Sequence[Event]:
    account = relationship.key_account
    if account is None or account.meeting_told or account.next_meeting_on != command.due_on:
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


def _spend(command: SpendEffort, relationship: Relationship) -> Sequence[Event]:
    if command.effort_id in relationship.efforts:
        return []
    return [
        EffortSpent(
            effort_id=command.effort_id,
            customer_id=command.customer_id,
            person_id=command.person_id,
            hours=command.hours,
            spent_on=command.on,
            activity=command.activity,
        )
    ]


def _next_meeting(on: date, policies: PolicyBook) -> date:
    return on + timedelta(days=policies.at(RelationshipPolicy, on).document.key_accounts.meeting_every_days)


DECIDER = Decider(
    category="relationship",
    commands=(
        ChangeStage,
        AgreeJointPlan,
        MakeDevelopmentPlan,
        PlaceInNineBox,
        ReviewNineBox,
        EnterPhase,
        DesignateKeyAccount,
        ReleaseKeyAccount,
        RecordVisit,
        TellMeetingDue,
        SpendEffort,
    ),
    stream_id=lambda command: command.customer_id,
    initial=Relationship(),
    evolve=evolve,
    decide=decide,
)
