"""Stages of a case that an agency, a tribunal or a court pursues."""

from dataclasses import dataclass, field
from datetime import date

from chassis.calendar import add_days
from chassis.domain import Refusal
from chassis.policies import PolicyVersion
from contracts.credit import CaseClockRanOut, CaseStageReached, Route
from credit_svc.account.decision import AccountDecision, Handlers
from credit_svc.account.delegation import AgencyTerms, mandate, settle
from credit_svc.account.refusals import require_case
from credit_svc.collection.case import Case
from credit_svc.collection.routes import ORDER, next_stages
from credit_svc.policies.collection import CollectionPolicy


@dataclass(frozen=True, slots=True)
class RecordStage:
    """``terms`` belong to the delegated route."""

    case_id: str
    customer_id: str
    way: Route
    stage: str
    note: str
    by: str
    on: date
    terms: AgencyTerms = field(default_factory=AgencyTerms)


@dataclass(frozen=True, slots=True)
class ExpireStage:
    """The clock of a stage ran out."""

    case_id: str
    customer_id: str
    stage: str
    on: date


class StageOutOfOrder(Refusal):
    """The stages of {way} are {stages}, in this order; {stage} cannot follow {after}."""

    status = 422


class NoArbitrationClause(Refusal):
    """Arbitration needs a clause in the contract; customer {customer_id} has none. Go to litigation, or set the terms."""


class EscalationBackwards(Refusal):
    """Case {case_id} is in {now} already; it does not go back to {way}."""


def _record(decision: AccountDecision, command: RecordStage) -> None:
    case = require_case(decision, command.case_id)
    policy = decision.policy(CollectionPolicy, command.on)
    terms = decision.state.file.terms_on(command.on)
    own = terms.has_arbitration_clause if terms else None
    has_clause = policy.document.has_arbitration_clause if own is None else own
    reached = _reached(case, command, has_clause, policy)
    if command.way == "delegated":
        mandate(decision, case, command.stage, reached.number, command.terms, command.by, command.on)
    decision.emit(reached)
    if command.way == "delegated":
        settle(decision, command.stage, command.terms, command.by, command.on)


def _expire(decision: AccountDecision, command: ExpireStage) -> None:
    case = decision.state.case
    if case is None or case.case_id != command.case_id or case.clock is None or case.clock.stage != command.stage:
        return
    decision.emit(
        CaseClockRanOut(
            case_id=case.case_id,
            customer_id=decision.id,
            way=case.clock.way,
            stage=case.clock.stage,
            clock=case.clock.clock or case.clock.stage,
            ran_out_on=command.on,
        )
    )


def _reached(
    case: Case, command: RecordStage, has_clause: bool, policy: PolicyVersion[CollectionPolicy]
) -> CaseStageReached:
    """The stage with its clocks. Raises a refusal for a stage out of order, an escalation backwards, a missing clause."""
    way = command.way
    if case.way is not None and ORDER.index(way) < ORDER.index(case.way):
        raise EscalationBackwards(case_id=case.case_id, now=case.way, way=way)
    if way == "arbitration" and not has_clause:
        raise NoArbitrationClause(customer_id=command.customer_id)
    allowed = next_stages(case, way, policy.document)
    stage = next((each for each in allowed if each.name == command.stage), None)
    stages = policy.document.ways[way]
    if stage is None:
        after = case.stages[-1] if case.way == way and case.stages else "none of them"
        names = ", ".join(each.name for each in stages)
        raise StageOutOfOrder(way=way, stages=names, stage=command.stage, after=after)
    number = stages.index(stage) + 1
    days = sum(clock.days for clock in stage.clocks)
    return CaseStageReached(
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
        clock_ends_on=add_days(command.on, days) if stage.clocks else None,
        policy_version=policy.version,
    )


DECIDE: Handlers = {RecordStage: _record, ExpireStage: _expire}
