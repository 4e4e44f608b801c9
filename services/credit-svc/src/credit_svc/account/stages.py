"""Stages of a case that an agency, a tribunal or a court pursues."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from chassis.calendar import add_days
from chassis.domain import Refusal
from contracts.credit import CaseClockRanOut, CaseStageReached, Route
from credit_svc.account.clocks import Occasion, note, stop
from credit_svc.account.decision import AccountDecision, Handlers
from credit_svc.account.delegation import AgencyTerms, mandate, settle
from credit_svc.account.limitation import Act, restart
from credit_svc.account.refusals import require_case
from credit_svc.account.suits import Claim, claim_of, items_of, standing
from credit_svc.account.verdicts import require_enforceable
from credit_svc.collection.case import Case
from credit_svc.collection.clocks import STAGES
from credit_svc.collection.routes import ORDER, next_stages
from credit_svc.policies.collection import CollectionPolicy, Stage


@dataclass(frozen=True, slots=True)
class RecordStage:
    """``terms`` belong to the delegated route. ``claim`` belongs to the first stage: of the delegated route what is given to it, of the
    two others also what the claim rests on.
    """

    case_id: str
    customer_id: str
    way: Route
    stage: str
    note: str
    by: str
    on: date
    terms: AgencyTerms = field(default_factory=AgencyTerms)
    claim: Claim = field(default_factory=Claim)


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


class EscalationBackwards(Refusal):
    """Case {case_id} is in {now} already; it does not go back to {way}."""


def record_stage(decision: AccountDecision, command: RecordStage) -> None:
    """The stage, then the terms of the law that end and begin with it. Raises a refusal for a stage out of order, an escalation
    backwards, a missing agency, and a claim that no tribunal or court would hear."""
    case, way, on = require_case(decision, command.case_id), command.way, command.on
    policy = decision.policy(CollectionPolicy, on)
    before = standing(decision.state, case)
    if before.way is not None and ORDER.index(way) < ORDER.index(before.way):
        raise EscalationBackwards(case_id=case.case_id, now=before.way, way=way)
    is_suit, first = way != "delegated", policy.document.ways[way][0].name
    by_policy = policy.document.has_arbitration_clause
    claim: Mapping[str, Any] = {}
    if command.stage == first:
        given = command.claim
        claim = claim_of(decision, way, given, by_policy, on) if is_suit else {"items": items_of(decision, given.items)}
    stage = _next_stage(before, command, policy.document)
    if is_suit and stage.name == "enforcement":
        require_enforceable(decision, case, on)
    stages = policy.document.ways[way]
    number = stages.index(stage) + 1
    if is_suit and number == 1:
        stop(decision, case.case_id, "way_begins", on)
    if not is_suit:
        mandate(decision, case, stage.name, number, command.terms, command.by, on)
    decision.emit(
        CaseStageReached(
            case_id=case.case_id,
            customer_id=command.customer_id,
            way=way,
            stage=stage.name,
            number=number,
            reached_on=on,
            note=command.note,
            recorded_by=command.by,
            next_stage=stages[number].name if number < len(stages) else None,
            clock=" and ".join(clock.name for clock in stage.clocks) or None,
            clock_ends_on=add_days(on, sum(clock.days for clock in stage.clocks)) if stage.clocks else None,
            policy_version=policy.version,
            **claim,
        )
    )
    if is_suit:
        _follow(decision, stage, number, on)
    else:
        settle(decision, stage.name, command.terms, command.by, on)


def _follow(decision: AccountDecision, stage: Stage, number: int, on: date) -> None:
    """What the stage means for terms of the law; the second one says that the case was accepted, where nobody said so before."""
    case, legal = decision.state.case, decision.state.legal
    assert case is not None
    starts = not stage.clocks
    for happening in STAGES:
        if happening == stage.name:
            note(decision, case, Occasion(happening, on, on, starts=starts))
    if number == 2 and "accepted" not in legal.milestones:
        note(decision, case, Occasion("accepted", on, on, starts=starts))
    if number == 1:
        act: Act = "application" if case.way == "arbitration" else "filing"
        restart(decision, [each.invoice_id for each in legal.items], act, on)


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


def _next_stage(case: Case, command: RecordStage, policy: CollectionPolicy) -> Stage:
    """Raises StageOutOfOrder."""
    way = command.way
    stage = next((each for each in next_stages(case, way, policy) if each.name == command.stage), None)
    if stage is None:
        after = case.stages[-1] if case.way == way and case.stages else "none of them"
        names = ", ".join(each.name for each in policy.ways[way])
        raise StageOutOfOrder(way=way, stages=names, stage=command.stage, after=after)
    return stage


DECIDE: Handlers = {RecordStage: record_stage, ExpireStage: _expire}
