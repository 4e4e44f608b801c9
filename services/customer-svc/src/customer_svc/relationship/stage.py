"""The stages of a relationship, and the gates between them. Pure.

Rule: vendor 卖主 → preferred 优先供应商 → partner 合作伙伴 → alliance 战略联盟, one
step up at a time, down allowed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import get_args

from chassis.domain import Refusal
from chassis.subjects import same_person
from contracts.customer import RelationshipStage, RelationshipStageChanged, StageEvidence
from customer_svc.policies.relationship import StageGates
from customer_svc.relationship.state import Relationship


@dataclass(frozen=True, slots=True)
class ChangeStage:
    """A person moves the relationship to a stage; ``evidence`` is what is known for its gates."""

    customer_id: str
    stage: RelationshipStage
    evidence: StageEvidence
    because: str
    on: date
    by: str


STAGES: tuple[RelationshipStage, ...] = get_args(RelationshipStage)


class TooManySteps(Refusal):
    """From {current} the next stage is {next}; {wanted} comes after it."""


class GateClosed(Refusal):
    """Customer {customer_id} cannot become {stage} yet: {missing}."""


class FourEyesNeeded(Refusal):
    """{person} cannot approve the {stage} that {person}, or a name that looks the same, proposes; another person has to."""


def change_stage(
    command: ChangeStage, relationship: Relationship, gates: StageGates, version: int
) -> Sequence[RelationshipStageChanged]:
    current, wanted = STAGES.index(relationship.stage), STAGES.index(command.stage)
    if wanted == current:
        return []
    if wanted > current + 1:
        raise TooManySteps(current=relationship.stage, next=STAGES[current + 1], wanted=command.stage)
    evidence = command.evidence.model_copy(update={"joint_plan": relationship.joint_plan})
    if wanted > current and (missing := missing_for(command.stage, evidence, gates, command.on)):
        raise GateClosed(customer_id=command.customer_id, stage=command.stage, missing="; ".join(missing))
    approved_by = evidence.approved_by
    if wanted > current and approved_by is not None and same_person(approved_by, command.by):
        raise FourEyesNeeded(person=approved_by, stage=command.stage)
    return [
        RelationshipStageChanged(
            customer_id=command.customer_id,
            stage=command.stage,
            previous=relationship.stage,
            changed_on=command.on,
            because=command.because,
            evidence=evidence,
            by=command.by,
            policy_version=version,
        )
    ]


def missing_for(stage: RelationshipStage, evidence: StageEvidence, gates: StageGates, on: date) -> list[str]:
    """What a stage still needs, as phrases with their figures; nothing when its gate is open."""
    match stage:
        case "vendor":
            return []
        case "preferred":
            needs = (
                (evidence.orders_12_months, gates.preferred_orders, "orders in 12 months"),
                (evidence.contacts, gates.preferred_contacts, "contacts"),
            )
            return [f"{has} of {wanted} {what}" for has, wanted, what in needs if has < wanted]
        case "partner":
            since = evidence.customer_since
            long_enough = since is not None and _years(since, on) >= gates.partner_years
            return [
                *([] if long_enough else [f"a customer since {since or 'never'}, not for {gates.partner_years} years"]),
                *([] if evidence.joint_plan else ["no joint plan"]),
            ]
        case "alliance":
            return [
                *([] if evidence.approved_by else ["nobody approved it"]),
                *([] if evidence.contract else ["no contract"]),
            ]


def _years(since: date, on: date) -> int:
    return on.year - since.year - ((on.month, on.day) < (since.month, since.day))
