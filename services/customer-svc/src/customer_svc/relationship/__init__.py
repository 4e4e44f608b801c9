"""The relationship with a customer. Stream ``relationship-{customer_id}``: stage, plans, nine-box, life cycle, key account.

Key accounts 大客户, the stage of the relationship, the nine-box.
"""

from collections.abc import Sequence
from typing import assert_never

from chassis.claims import Claims, Document
from chassis.domain import Decider
from chassis.policies import PolicyBook
from contracts import Event
from contracts.customer import EffortSpent
from customer_svc.policies.nine_box import NineBoxPolicy
from customer_svc.policies.relationship import RelationshipPolicy
from customer_svc.relationship.key_account import (
    DesignateKeyAccount,
    RecordVisit,
    ReleaseKeyAccount,
    ReportMeetingDue,
    designate,
    record_visit,
    release,
    report_meeting_due,
)
from customer_svc.relationship.life_cycle import EnterPhase, enter_phase
from customer_svc.relationship.nine_box import PlaceInNineBox, ReviewNineBox, place
from customer_svc.relationship.plans import (
    AgreeJointPlan,
    MakeDevelopmentPlan,
    SpendEffort,
    agree_joint_plan,
    make_development_plan,
    spend_effort,
)
from customer_svc.relationship.stage import ChangeStage, change_stage
from customer_svc.relationship.state import Relationship, evolve

RelationshipCommand = (
    ChangeStage
    | AgreeJointPlan
    | MakeDevelopmentPlan
    | PlaceInNineBox
    | ReviewNineBox
    | EnterPhase
    | DesignateKeyAccount
    | ReleaseKeyAccount
    | RecordVisit
    | ReportMeetingDue
    | SpendEffort
)


def decide(command: RelationshipCommand, relationship: Relationship, policies: PolicyBook) -> Sequence[Event]:
    match command:
        case ChangeStage():
            rules = policies.at(RelationshipPolicy, command.on)
            return change_stage(command, relationship, rules.document.gates, rules.version)
        case AgreeJointPlan():
            return agree_joint_plan(command)
        case MakeDevelopmentPlan():
            return make_development_plan(command)
        case PlaceInNineBox():
            box = policies.at(NineBoxPolicy, command.on)
            return place(command, relationship, box.document, box.version)
        case ReviewNineBox(placement, because):
            box = policies.at(NineBoxPolicy, placement.on)
            return place(placement, relationship, box.document, box.version, because)
        case EnterPhase():
            return enter_phase(command, relationship)
        case DesignateKeyAccount():
            return designate(command, relationship, policies)
        case ReleaseKeyAccount():
            return release(command, relationship)
        case RecordVisit():
            return record_visit(command, relationship, policies)
        case ReportMeetingDue():
            return report_meeting_due(command, relationship, policies)
        case SpendEffort():
            return spend_effort(command, relationship)
        case _:
            assert_never(command)


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
        ReportMeetingDue,
        SpendEffort,
    ),
    stream_id=lambda command: command.customer_id,
    initial=Relationship(),
    evolve=evolve,
    decide=decide,
    names="customer",
    claims=Claims(takes={EffortSpent: lambda event: [Document("effort", event.effort_id)]}),
)
