"""What a claim before a tribunal or a court rests on: whom the contract binds to, what was decided already, and what it needs.

Source: the rules page, "Arbitration and litigation": one or the other; an award is final; four conditions; no claim after its limitation.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from chassis.domain import Refusal
from contracts.credit import CaseItem, ClaimConditions, Route
from credit_svc.account.decision import AccountDecision
from credit_svc.account.limitation import ran_out
from credit_svc.account.refusals import require_invoice
from credit_svc.account.state import Account
from credit_svc.collection.case import Case
from credit_svc.receivables.facts import NOTHING


@dataclass(frozen=True, slots=True)
class Claim:
    """What the first stage of a way says of the claim. ``items``: invoices, empty: all that is overdue. ``conditions``: name → text."""

    items: tuple[str, ...] = ()
    conditions: tuple[tuple[str, str], ...] = ()
    clause_invalid_because: str | None = None
    new_agreement: str | None = None
    despite_limitation: bool = False


class ClauseBindsToTribunal(Refusal):
    """The contract of {customer_id} has an arbitration clause; a court will not take the case."""


class NoArbitrationClause(Refusal):
    """Arbitration needs a clause in the contract; customer {customer_id} has none. Go to litigation, or set the terms."""


class ClausesDiffer(Refusal):
    """Invoices {bound} have an arbitration clause, {free} have none: pursue them apart."""


class AwardIsFinal(Refusal):
    """The award of {day} is final."""


class NewAgreementNeeded(Refusal):
    """An award about {invoices} counts no more; a tribunal needs a new agreement to take the case again."""


class ConditionsMissing(Refusal):
    """The claim cannot be filed: {names} is missing."""

    status = 422


class LimitationEnded(Refusal):
    """The limitation of {invoice_id} ended on {day}; say despite_limitation to go on."""


class NothingToClaim(Refusal):
    """Nothing of customer {customer_id} is open that could be claimed."""


CONDITIONS = ("direct_interest", "definite_defendant", "concrete_claim")


def claim_of(decision: AccountDecision, way: Route, claim: Claim, by_policy: bool, on: date) -> dict[str, Any]:
    """What the event of the first stage says besides. ``by_policy``: whether contracts have a clause where the terms do not say.

    Raises a refusal where the contract leads elsewhere, an award is final, a condition is missing or the limitation ended.
    """
    items = items_of(decision, claim.items)
    ids = [each.invoice_id for each in items]
    if not ids:
        raise NothingToClaim(customer_id=decision.id)
    require_undecided(decision, ids)
    _require_clause(decision, way, ids, claim, by_policy)
    conditions = _conditions(way, dict(claim.conditions))
    ended = ran_out(decision.state, ids, on, decision.policies)
    if ended is not None and not claim.despite_limitation:
        raise LimitationEnded(invoice_id=ended[0], day=ended[1])
    return {
        "items": items,
        "conditions": conditions,
        "clause_invalid_because": claim.clause_invalid_because,
        "new_agreement": claim.new_agreement,
        "despite_limitation": ended is not None,
    }


def items_of(decision: AccountDecision, named: Sequence[str]) -> tuple[CaseItem, ...]:
    """The invoices that are named, else all that are overdue, with what is open of them; the oldest first. Raises UnknownInvoice."""
    account, found = decision.state, []
    for invoice_id in dict.fromkeys(named or sorted(account.overdue)):
        currency = require_invoice(decision, invoice_id)
        ledger = account.ledger(currency)
        amount = ledger.open.get(invoice_id, NOTHING)
        if amount:
            item = CaseItem(invoice_id=invoice_id, amount=amount, currency=currency)
            found.append((ledger.invoices[invoice_id].age, item))
    return tuple(item for _, item in sorted(found, key=lambda each: each[0]))


def standing(account: Account, case: Case) -> Case:
    """The case as far as its way counts: once its award counts no more, any way may begin."""
    return replace(case, way=None, stages=()) if account.legal.open_again == case.case_id else case


def require_undecided(decision: AccountDecision, invoice_ids: Sequence[str]) -> None:
    """Raises AwardIsFinal where an award about one of these invoices counts."""
    legal = decision.state.legal
    for award in legal.awards_on(invoice_ids):
        if award.award_id not in legal.void:
            raise AwardIsFinal(day=award.made_on)


def _require_clause(
    decision: AccountDecision, way: Route, invoice_ids: Sequence[str], claim: Claim, by_policy: bool
) -> None:
    """The contract of the invoice's day decides; a clause binds no more after its award was set aside."""
    legal = decision.state.legal
    spent = [each for each in invoice_ids if legal.is_void(each)]
    bound = [each for each in invoice_ids if each not in spent and _has_clause(decision, each, by_policy)]
    if claim.clause_invalid_because:
        bound = []
    free = [each for each in invoice_ids if each not in bound]
    if way == "arbitration" and claim.new_agreement:
        return
    if way == "arbitration" and spent:
        raise NewAgreementNeeded(invoices=", ".join(spent))
    if bound and free:
        raise ClausesDiffer(bound=", ".join(bound), free=", ".join(free))
    if way == "litigation" and bound:
        raise ClauseBindsToTribunal(customer_id=decision.id)
    if way == "arbitration" and free:
        raise NoArbitrationClause(customer_id=decision.id)


def _has_clause(decision: AccountDecision, invoice_id: str, by_policy: bool) -> bool:
    account = decision.state
    ledger = account.ledger(account.currency_of_invoice(invoice_id) or "")
    terms = account.file.terms_on(ledger.invoices[invoice_id].issued_on)
    own = terms.has_arbitration_clause if terms else None
    return by_policy if own is None else own


def _conditions(way: Route, given: dict[str, str]) -> ClaimConditions:
    """Raises ConditionsMissing."""
    names = (*CONDITIONS, "within_clause" if way == "arbitration" else "competent_court")
    missing = [name for name in names if not (given.get(name) or "").strip()]
    if missing:
        raise ConditionsMissing(names=", ".join(missing))
    return ClaimConditions.model_validate({name: given[name] for name in names})
