"""Who pursues a case that our own letters did not settle: an agency, an arbitral tribunal, a court. Pure.

Source: the rules page: four ways in order, self, delegated (9 steps), arbitration (4, needs a clause), litigation (4).
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import get_args

from chassis.policies import PolicyVersion
from contracts import Event
from contracts.credit import CaseDelegated, CaseStageReached, Way
from credit_svc.collection.case import Case
from credit_svc.commands.collection import AgencyNeeded, NoArbitrationClause, ReachStage, StageOutOfOrder, WayBack
from credit_svc.policies import CollectionPolicy, Stage

ORDER: tuple[Way, ...] = get_args(Way)


def next_stages(case: Case, way: Way, policy: CollectionPolicy) -> tuple[Stage, ...]:
    """The stages that a case may reach next on a way."""
    stages = policy.ways[way]
    if case.way != way or not case.stages:
        return stages[:1]
    names = [stage.name for stage in stages]
    if case.stages[-1] not in names:  # the policy changed under the case
        return stages
    at = names.index(case.stages[-1])
    return (*((stages[at],) if stages[at].repeats else ()), *stages[at + 1 : at + 2])


def reach(
    case: Case, command: ReachStage, has_clause: bool, policy: PolicyVersion[CollectionPolicy]
) -> Sequence[Event]:
    """The stage with its clocks. Raises a refusal for a stage out of order, a way back, a missing clause or agency."""
    way = command.way
    if case.way is not None and ORDER.index(way) < ORDER.index(case.way):
        raise WayBack(case_id=case.case_id, now=case.way, way=way)
    if way == "arbitration" and not has_clause:
        raise NoArbitrationClause(customer_id=command.customer_id)
    allowed = next_stages(case, way, policy.document)
    stage = next((each for each in allowed if each.name == command.stage), None)
    stages = policy.document.ways[way]
    if stage is None:
        after = case.stages[-1] if case.way == way and case.stages else "none of them"
        told = ", ".join(each.name for each in stages)
        raise StageOutOfOrder(way=way, stages=told, stage=command.stage, after=after)
    number = stages.index(stage) + 1
    days = sum(clock.days for clock in stage.clocks)
    reached = CaseStageReached(
        case_id=case.case_id,
        customer_id=command.customer_id,
        way=way,
        stage=stage.name,
        number=number,
        reached_on=command.on,
        note=command.note,
        recorded_by=command.by,
        next_stage=stages[number].name if number < len(stages) else None,
        clock=" and ".join(clock.name for clock in stage.clocks) or None,
        clock_ends_on=command.on + timedelta(days=days) if stage.clocks else None,
        policy_version=policy.version,
    )
    return [*_mandate(command, number), reached]


def _mandate(command: ReachStage, number: int) -> list[CaseDelegated]:
    """An agency is named with the first stage; what it gets may follow when it is agreed."""
    if command.way != "delegated":
        return []
    if number == 1 and not command.agency:
        raise AgencyNeeded()
    if not command.agency:
        return []
    return [
        CaseDelegated(
            case_id=command.case_id,
            customer_id=command.customer_id,
            agency=command.agency,
            commission_percent=command.commission_percent,
            delegated_on=command.on,
            delegated_by=command.by,
        )
    ]
