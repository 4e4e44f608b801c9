"""What follows from a final award or judgment: costs are owed, what was not granted is given up, what was agreed is promised."""

from datetime import date
from decimal import Decimal

from chassis.domain import Refusal
from contracts.credit import AwardRecorded, JudgmentRecorded, Outcome, WriteOffProposed
from credit_svc.account.charges import charge_cost
from credit_svc.account.clocks import Occasion, note
from credit_svc.account.decision import AccountDecision
from credit_svc.account.instalments import promise_next
from credit_svc.collection.case import Case
from credit_svc.collection.legal import Legal
from credit_svc.receivables.facts import NOTHING
from credit_svc.sentences import Sentences

Verdict = AwardRecorded | JudgmentRecorded
HEARINGS = {"arbitration": "hearing_and_award", "litigation": "hearing"}


class NoDecisionYet(Refusal):
    """Case {case_id} is at {stage}; there is no {decision} yet."""


class MayStillPerform(Refusal):
    """The debtor may perform until {day}; enforcement may be reached from the day after it."""


class ClaimInOtherCurrency(Refusal):
    """What is claimed in case {case_id} is in {own}, not in {currency}."""

    status = 422


def granted(verdict: Verdict) -> Decimal:
    return verdict.awarded if isinstance(verdict, AwardRecorded) else verdict.adjudged


def not_granted(outcome: Outcome, claimed: Decimal, amount: Decimal) -> Decimal:
    """What of the claim is lost; of one that was granted nothing is."""
    return NOTHING if outcome == "granted" else max(NOTHING, claimed - amount)


def stage_of(case: Case) -> str:
    return case.stages[-1] if case.stages else "its own letters"


def require_hearing(case: Case, way: str, decision_name: str) -> None:
    """Raises NoDecisionYet."""
    if case.way != way or case.stages[-1:] != (HEARINGS[way],):
        raise NoDecisionYet(case_id=case.case_id, stage=stage_of(case), decision=decision_name)


def require_currency_of_claim(decision: AccountDecision, case: Case, invoice_ids: list[str], currency: str) -> None:
    """Raises ClaimInOtherCurrency."""
    for invoice_id in invoice_ids:
        own = decision.state.currency_of_invoice(invoice_id)
        if own != currency:
            raise ClaimInOtherCurrency(case_id=case.case_id, own=own, currency=currency)


def require_enforceable(decision: AccountDecision, case: Case, on: date) -> None:
    """A final award or judgment that grants something, and whose last day to perform has passed. Raises a refusal."""
    legal = decision.state.legal
    verdicts = _awards(legal, case) if case.way == "arbitration" else _judgments(legal, case, on)
    days = [performs_by(each) for each in verdicts if granted(each) > 0 or each.costs > 0]
    if not days:
        name = "award" if case.way == "arbitration" else "judgment"
        raise NoDecisionYet(case_id=case.case_id, stage=stage_of(case), decision=name)
    if min(days) >= on:
        raise MayStillPerform(day=min(days))


def _awards(legal: Legal, case: Case) -> list[Verdict]:
    return [each for each in legal.awards.values() if each.case_id == case.case_id and each.award_id not in legal.void]


def _judgments(legal: Legal, case: Case, on: date) -> list[Verdict]:
    """The final ones: those that nobody can appeal any more, or that the second instance gave."""
    return [
        each
        for each in legal.judgments_of(case.case_id)
        if each.is_final or (each.judgment_id not in legal.appeals and (each.appeal_until or each.served_on) < on)
    ]


def performs_by(verdict: Verdict) -> date:
    """The last day to perform; where none is set, the day on which it took effect."""
    if verdict.perform_by is not None:
        return verdict.perform_by
    if isinstance(verdict, AwardRecorded):
        return verdict.made_on
    return verdict.appeal_until or verdict.served_on


def conclude(decision: AccountDecision, verdict: Verdict, on: date) -> None:
    """The award or judgment is final."""
    case = decision.state.case
    if isinstance(verdict, AwardRecorded):
        reference, reason = (
            verdict.award_id,
            Sentences.NOT_GRANTED_BY_AWARD(award_id=verdict.award_id, day=verdict.made_on),
        )
    else:
        reference, reason = (
            verdict.judgment_id,
            Sentences.NOT_GRANTED_BY_JUDGMENT(judgment_id=verdict.judgment_id, day=verdict.made_on),
        )
    if case is not None and case.case_id == verdict.case_id and granted(verdict) + verdict.costs > 0:
        note(decision, case, Occasion("performance_ended", performs_by(verdict), on, reference))
    if verdict.costs > 0:
        charge_cost(
            decision, verdict.costs, verdict.currency, reference, Sentences.COSTS_GRANTED(reference=reference), on
        )
    _give_up(decision, verdict, not_granted(verdict.outcome, verdict.claimed, granted(verdict)), reason, on)
    if verdict.instalments:
        promise_next(decision, on)


def _give_up(decision: AccountDecision, verdict: Verdict, amount: Decimal, reason: str, on: date) -> None:
    """A proposal to write off what was not granted, of the youngest invoices first; another person approves it."""
    for item in reversed(verdict.items):
        ledger = decision.state.ledger(verdict.currency)
        part = min(amount, ledger.open.get(item.invoice_id, NOTHING))
        if part <= 0:
            continue
        amount -= part
        decision.emit(
            WriteOffProposed(
                invoice_id=item.invoice_id,
                customer_id=decision.id,
                amount=part,
                currency=verdict.currency,
                reason=reason,
                proposed_on=on,
                proposed_by=verdict.recorded_by,
            )
        )
