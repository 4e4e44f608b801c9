"""Whether a case goes to an agency, a tribunal or a court: asked of a person, answered, and over when what was given is settled.

``ask_way`` asks, whatever the reason; ``end_way`` ends a way, also by its result. A way is never taken back by itself.
Source: the rules page, "A case follows the oldest item that is still open".
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from chassis.calendar import add_days
from contracts.credit import (
    CaseWayAsked,
    CaseWayEnded,
    CaseWayUnanswered,
    CollectionStep,
    Route,
)
from credit_svc.account.clocks import stop
from credit_svc.account.decision import AccountDecision, Handlers
from credit_svc.collection.case import Case
from credit_svc.collection.case_parts import Question
from credit_svc.collection.routes import ORDER
from credit_svc.policies.cases import CasePolicy
from credit_svc.policies.collection import CollectionPolicy
from credit_svc.receivables.given_up import is_lost

WAY_OF_STEP: dict[CollectionStep, Route] = {
    "delegate": "delegated", "arbitration": "arbitration", "litigation": "litigation",
}  # fmt: skip
"""The steps of the ladder that ask for a way."""


@dataclass(frozen=True, slots=True)
class FollowUpWay:
    """The day of an answer has come, or the one until which it was postponed."""

    case_id: str
    customer_id: str
    on: date


def ask_way(
    decision: AccountDecision, way: Route, on: date, step: CollectionStep | None = None, because: str = ""
) -> bool:
    """Ask a person whether the open case goes this way; ``because`` of a question that no step of the ladder asks.

    False where there is no case or nothing to pursue, where it is that far already, or where the same question is open.
    """
    case = decision.state.case
    debt = decision.state.debt(decision.id, on, decision.policies)
    if case is None or debt is None:
        return False
    is_there = case.way is not None and ORDER.index(case.way) >= ORDER.index(way)
    if is_there or (case.question is not None and ORDER.index(case.question.way) >= ORDER.index(way)):
        return False
    _ask(decision, case, Question(way, on, _answer_by(decision, on), step), on, because)
    return True


def court_of(decision: AccountDecision, on: date) -> Route:
    """The tribunal that the contract names, else the court."""
    terms, policy = decision.state.file.terms_on(on), decision.policy(CollectionPolicy, on).document
    own = terms.has_arbitration_clause if terms else None
    return "arbitration" if (policy.has_arbitration_clause if own is None else own) else "litigation"


def end_way(decision: AccountDecision, because: Literal["settled", "written_off", "result"], on: date) -> None:
    """The way is over and its clocks stop; nothing where the case is on none."""
    case = decision.state.case
    if case is None or case.way is None:
        return
    stop(decision, case.case_id, "way_ended", on)
    decision.emit(
        CaseWayEnded(
            case_id=case.case_id, customer_id=decision.id, way=case.way, because=because, ended_on=max(on, case.last_on)
        )
    )


def follow_way(decision: AccountDecision, on: date) -> None:
    """A way is over once nothing of what was given to it is open."""
    account, case = decision.state, decision.state.case
    if case is None or case.way is None or case.given is None:
        return
    ledgers = [account.ledger(currency) for currency in account.ledgers]
    if any(invoice_id in ledger.open for invoice_id in case.given for ledger in ledgers):
        return
    lost = any(is_lost(ledger, invoice_id) for invoice_id in case.given for ledger in ledgers)
    end_way(decision, "written_off" if lost else "settled", on)


def _ask(decision: AccountDecision, case: Case, question: Question, on: date, because: str = "") -> None:
    amount, currency, oldest_id = _pursued(decision, case, on)
    decision.emit(
        CaseWayAsked(
            case_id=case.case_id,
            customer_id=decision.id,
            way=question.way,
            requested_on=on,
            answer_by=question.answer_by,
            amount=amount,
            currency=currency,
            oldest_invoice_id=oldest_id,
            step=question.step,
            because=because,
        )
    )


def _pursued(decision: AccountDecision, case: Case, on: date) -> tuple[Decimal, str, str]:
    """The amount that the question is about, its currency and the oldest item; all that is overdue where none of it is pursued."""
    account = decision.state
    debt = account.debt(decision.id, on, decision.policies)
    if debt is not None:
        return debt.overdue, debt.currency, debt.oldest.invoice_id
    currency = account.overdue.get(case.oldest_invoice_id) or min(account.overdue.values())
    return account.overdue_in(currency)[0], currency, case.oldest_invoice_id


def _answer_by(decision: AccountDecision, on: date) -> date:
    return add_days(on, decision.policy(CasePolicy, on).document.way_answer_days)


def _follow_up(decision: AccountDecision, command: FollowUpWay) -> None:
    """A question that was postponed is asked again; one that nobody answered is told."""
    case, on = decision.state.case, command.on
    if case is None or case.case_id != command.case_id or case.question is None:
        return
    question = case.question
    if question.postponed_until is not None:
        if on >= question.postponed_until:
            _ask(decision, case, Question(question.way, on, _answer_by(decision, on), question.step), on)
    elif not question.is_unanswered and on >= question.answer_by:
        decision.emit(
            CaseWayUnanswered(
                case_id=case.case_id,
                customer_id=decision.id,
                way=question.way,
                requested_on=question.requested_on,
                answer_by=question.answer_by,
                unanswered_on=on,
            )
        )


DECIDE: Handlers = {FollowUpWay: _follow_up}
