"""A person's answer to whether a case goes to an agency, a tribunal or a court: start it, postpone it, or propose to write it off."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from chassis.calendar import add_days
from chassis.domain import Refusal
from contracts.credit import (
    CaseWayAnswered,
    Route,
    WriteOffProposed,
)
from credit_svc.account.decision import AccountDecision, Handlers
from credit_svc.account.delegation import AgencyTerms
from credit_svc.account.refusals import require_case
from credit_svc.account.stages import RecordStage, record_stage
from credit_svc.account.suits import Claim
from credit_svc.collection.case import Case
from credit_svc.policies.cases import CasePolicy
from credit_svc.policies.collection import CollectionPolicy


@dataclass(frozen=True, slots=True)
class AnswerWay:
    """``until``: of an answer that is postponed. ``terms`` and ``claim``: of one that starts the way, as its
    first stage takes them.
    """

    case_id: str
    customer_id: str
    answer: Literal["start", "postpone", "write_off"]
    reason: str
    by: str
    on: date
    until: date | None = None
    terms: AgencyTerms = field(default_factory=AgencyTerms)
    claim: Claim = field(default_factory=Claim)


class NoWayAsked(Refusal):
    """Case {case_id} is not asked about: no agency, tribunal or court is due."""


class PostponedTwice(Refusal):
    """It was postponed {times}; start it or propose to write it off."""


class PostponedTooLong(Refusal):
    """It is postponed until a day after {on} and by {days} days at most, so until {last}; not until {until}."""

    status = 422


class DayNeeded(Refusal):
    """Say until which day it is postponed."""

    status = 422


def _answer(decision: AccountDecision, command: AnswerWay) -> None:
    case = require_case(decision, command.case_id)
    if case.question is None:
        raise NoWayAsked(case_id=case.case_id)
    if command.answer == "postpone":
        _require_postponable(decision, case, command)
    decision.emit(
        CaseWayAnswered(
            case_id=case.case_id,
            customer_id=decision.id,
            way=case.question.way,
            answer=command.answer,
            until=command.until if command.answer == "postpone" else None,
            reason=command.reason,
            answered_by=command.by,
            answered_on=command.on,
        )
    )
    if command.answer == "start":
        _start(decision, case.question.way, command)
    if command.answer == "write_off":
        _propose_write_offs(decision, command)


def _start(decision: AccountDecision, way: Route, command: AnswerWay) -> None:
    """The first stage of the way. Raises what that refuses."""
    first = decision.policy(CollectionPolicy, command.on).document.ways[way][0]
    record_stage(
        decision,
        RecordStage(
            command.case_id, command.customer_id, way, first.name, command.reason, command.by, command.on, command.terms, command.claim,
        ),
    )  # fmt: skip


def _require_postponable(decision: AccountDecision, case: Case, command: AnswerWay) -> None:
    """Raises DayNeeded, PostponedTwice and PostponedTooLong."""
    policy = decision.policy(CasePolicy, command.on).document
    if case.postponements >= policy.way_postponements_max:
        raise PostponedTwice(times={1: "once", 2: "twice"}.get(case.postponements, f"{case.postponements} times"))
    if command.until is None:
        raise DayNeeded()
    last = add_days(command.on, policy.way_postponed_days_max)
    if not command.on < command.until <= last:
        raise PostponedTooLong(on=command.on, days=policy.way_postponed_days_max, last=last, until=command.until)


def _propose_write_offs(decision: AccountDecision, command: AnswerWay) -> None:
    """Of everything overdue that nobody has proposed to write off; another person approves each."""
    account = decision.state
    for invoice_id, currency in sorted(account.overdue.items()):
        amount = account.ledger(currency).open.get(invoice_id)
        if amount and invoice_id not in account.claims.proposals:
            decision.emit(
                WriteOffProposed(
                    invoice_id=invoice_id,
                    customer_id=decision.id,
                    amount=amount,
                    currency=currency,
                    reason=command.reason,
                    proposed_on=command.on,
                    proposed_by=command.by,
                )
            )


DECIDE: Handlers = {AnswerWay: _answer}
