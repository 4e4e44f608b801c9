"""Why a customer's classes and limit are what they are, and what would change them."""

from datetime import date

from chassis.http import Queries
from credit_svc.account.orders import CheckOrder
from credit_svc.account.state import Account
from credit_svc.assessment.behaviour import judge
from credit_svc.assessment.rating import FIVE_CS, rate
from credit_svc.limits.explanation import explain_limit
from credit_svc.limits.methods import suggest_for
from credit_svc.policies.assessment import ClassPolicy
from credit_svc.policies.credit import CreditPolicy
from credit_svc.policies.limits import LimitPolicy
from credit_svc.reports.account_page import account_row
from credit_svc.responses.accounts import ExplanationAnswer, LimitExplanationAnswer
from credit_svc.responses.reasons import factors


async def explanation(queries: Queries, customer_id: str, on: date) -> ExplanationAnswer:
    """Raises NotFound."""
    await account_row(queries, customer_id)
    state: Account = await queries.state(CheckOrder, customer_id)
    policy = queries.policies.at(ClassPolicy, on)
    ledger = state.ledger(state.currency or "")
    verdict = judge(state.behaviour, on, ledger.open, state.judged_balance(), policy.document)
    file = state.file.recorded
    rating = rate({name: getattr(file, name) for name in FIVE_CS}, policy.document) if file else None
    return ExplanationAnswer(
        customer_id=customer_id,
        as_of=on,
        credit_class=rating.credit_class if rating else None,
        score=rating.score if rating else None,
        credit_factors=factors(rating.factors if rating else ()),
        next_credit_class=rating.next_class if rating else None,
        missing_points=rating.missing if rating else None,
        behaviour=verdict.behaviour_class,
        behaviour_because=verdict.because,
        behaviour_factors=factors(verdict.factors),
        may_change_on=verdict.review_on,
        limit_in_force=_limit(queries, state, on),
        policy_version=policy.version,
    )


def _limit(queries: Queries, state: Account, on: date) -> LimitExplanationAnswer:
    credit = queries.policies.at(CreditPolicy, on)
    found = explain_limit(state.line, on, state.currency, credit.document.default_limit, credit.version)
    policy = queries.policies.at(LimitPolicy, on).document
    suggestion = suggest_for(state.file, on, policy, state.has_overdue(on))
    return LimitExplanationAnswer(
        amount=found.amount,
        currency=state.currency,
        source=found.source,
        because=found.because,
        valid_from=found.limit.valid_from if found.limit else None,
        reason=found.limit.reason if found.limit else None,
        approved_by=found.limit.approved_by if found.limit else None,
        changes=list(found.changes),
        suggested_amount=suggestion.limit if suggestion else None,
        cap_amount=suggestion.cap if suggestion else None,
        factors=factors(suggestion.factors if suggestion else ()),
        policy_version=credit.version,
    )
