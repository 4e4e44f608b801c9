"""A case in the hands of an agency: of good standing, under an agreed commission, settled with in the end.

Source: the rules page, "Delegation". The debtor's payment is what the agency collected; its commission is our cost.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from chassis.domain import Refusal
from contracts import erp
from contracts.credit import AgencyKind, AgencySettled, CaseDelegated
from contracts.currencies import check_places, rounded
from credit_svc.account.agency_money import METHOD
from credit_svc.account.charges import charge_cost
from credit_svc.account.decision import AccountDecision
from credit_svc.account.payments import record_payment
from credit_svc.account.refusals import FactDiffers
from credit_svc.collection.case import Case
from credit_svc.policies.collection import CollectionPolicy
from credit_svc.receivables.facts import NOTHING
from credit_svc.sentences import Sentences


@dataclass(frozen=True, slots=True)
class AgencyTerms:
    """What a stage of delegation says of the agency. ``collected`` belongs to its settlement; ``payment_id`` is the debtor's payment
    as the ledger of another system has it."""

    agency: str | None = None
    kind: AgencyKind | None = None
    standing: str = ""
    commission_percent: Decimal | None = None
    commission_fixed: Decimal | None = None
    collected: Decimal | None = None
    payment_id: str | None = None


class AgencyNeeded(Refusal):
    """Name the agency that the case is delegated to."""

    status = 422


class StandingNeeded(Refusal):
    """Say why {agency} is of good standing."""

    status = 422


class CommissionNeeded(Refusal):
    """A commission must be agreed before the mandate."""

    status = 422


class CommissionTooHigh(Refusal):
    """A commission of {percent} % is more than an agency may keep, {commission_max} %."""

    status = 422


class CollectedNeeded(Refusal):
    """Say how much {agency} collected."""

    status = 422


class SettledInFractions(Refusal):
    """Case {case_id} cannot be settled like that: {because}."""

    status = 422


MANDATED, SETTLED = ("agree_commission", "sign_mandate"), "settle"
"""Stages of the delegated way, by the names that the policy has for them."""


def mandate(
    decision: AccountDecision, case: Case, stage: str, number: int, terms: AgencyTerms, by: str, on: date
) -> None:
    """What is agreed with the agency, before the stage is reached. Raises a refusal for what the stage cannot be without."""
    before = case.mandate
    if number == 1 and not terms.agency:
        raise AgencyNeeded()
    agency = terms.agency or (before.agency if before else None)
    if agency is None:
        return
    is_new = before is None or before.agency != agency
    if is_new and not terms.standing.strip():
        raise StandingNeeded(agency=agency)
    _require_commission(decision, stage, None if is_new else before, terms, on)
    if stage == SETTLED and terms.collected is None:
        raise CollectedNeeded(agency=agency)
    if is_new or terms.agency or terms.commission_percent or terms.commission_fixed:
        debt = decision.state.debt(decision.id, on, decision.policies) if is_new else None
        decision.emit(
            CaseDelegated(
                case_id=case.case_id,
                customer_id=decision.id,
                agency=agency,
                commission_percent=terms.commission_percent or None,
                delegated_on=on,
                delegated_by=by,
                kind=terms.kind or ("professional" if is_new else None),
                standing=terms.standing,
                commission_fixed=terms.commission_fixed or None,
                given=debt.overdue if debt else None,
                currency=debt.currency if debt else None,
            )
        )


def _require_commission(
    decision: AccountDecision, stage: str, before: CaseDelegated | None, terms: AgencyTerms, on: date
) -> None:
    most = decision.policy(CollectionPolicy, on).document.commission_max
    if terms.commission_percent is not None and terms.commission_percent > most:
        raise CommissionTooHigh(percent=terms.commission_percent, commission_max=most)
    agreed = [terms.commission_percent, terms.commission_fixed]
    agreed += [before.commission_percent, before.commission_fixed] if before else []
    if stage in (*MANDATED, SETTLED) and not any(agreed):
        raise CommissionNeeded()


def settle(decision: AccountDecision, stage: str, terms: AgencyTerms, by: str, on: date) -> None:
    """After the stage ``settle``: what was collected is a payment of the debtor. Raises FactDiffers where ``payment_id`` is known with
    another amount."""
    account, case = decision.state, decision.state.case
    agreed = case.mandate if case else None
    if stage != SETTLED or case is None or agreed is None or terms.collected is None:
        return
    policy, debt = decision.policy(CollectionPolicy, on), account.debt(decision.id, on, decision.policies)
    currency = agreed.currency or (debt.currency if debt else account.currency) or ""
    try:
        check_places(terms.collected, currency)
        check_places(agreed.commission_fixed, currency)
    except ValueError as error:
        raise SettledInFractions(case_id=case.case_id, because=str(error)) from error
    share = rounded(terms.collected * (agreed.commission_percent or NOTHING) / 100, currency)
    commission = share + (agreed.commission_fixed or NOTHING)
    own_id = f"{case.case_id}-A{case.settlements + 1}"
    payment_id = (terms.payment_id or own_id) if terms.collected else None
    settled = AgencySettled(
        case_id=case.case_id,
        customer_id=decision.id,
        agency=agreed.agency,
        collected=terms.collected,
        commission=commission,
        remitted=terms.collected - commission,
        currency=currency,
        settled_on=on,
        recorded_by=by,
        payment_id=payment_id,
        to_debtor=policy.document.commission_to_debtor,
        policy_version=policy.version,
    )
    decision.emit(settled)
    if payment_id is not None:
        _pay(decision, settled, payment_id, own_id)
    if policy.document.commission_to_debtor and commission:
        reference = f"{case.case_id}-A{case.settlements + 1}"
        charge_cost(decision, commission, currency, reference, Sentences.COMMISSION_OF_AGENCY(agency=agreed.agency), on)


def _pay(decision: AccountDecision, settled: AgencySettled, payment_id: str, own_id: str) -> None:
    """A payment that another system has brought already is not recorded again; where it brought what the agency passed on, the debtor
    has paid the commission too. Raises FactDiffers where it brought another amount."""
    known = decision.state.facts.get(("payment", payment_id))
    if known is None:
        _record(decision, settled, payment_id, settled.collected)
    elif (known.amount, known.currency) == (settled.remitted, settled.currency) and settled.commission:
        _record(decision, settled, own_id, settled.commission)
    elif (known.amount, known.currency) != (settled.collected, settled.currency):
        instead = f"{settled.collected:f} {settled.currency} instead of {known.amount:f} {known.currency}"
        advice = "Name the agency's payment."
        raise FactDiffers(what="Payment", id=payment_id, difference=f"amount {instead}", advice=advice)


def _record(decision: AccountDecision, settled: AgencySettled, payment_id: str, amount: Decimal) -> None:
    fact = erp.PaymentReceived(
        payment_id=payment_id,
        customer_id=decision.id,
        amount=amount,
        currency=settled.currency,
        paid_on=settled.settled_on,
        method=METHOD,
    )
    record_payment(decision, fact)
