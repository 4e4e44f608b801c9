"""Why a customer's classes are what they are, and what would change them."""

from datetime import date

from chassis.http import Queries
from credit_svc.account.orders import CheckOrder
from credit_svc.account.state import Account
from credit_svc.assessment.behaviour import judge
from credit_svc.assessment.rating import FIVE_CS, rate
from credit_svc.policies.assessment import ClassPolicy
from credit_svc.reports.account_page import account_row
from credit_svc.responses.accounts import ExplanationAnswer
from credit_svc.responses.reasons import factors


async def explanation(queries: Queries, customer_id: str, on: date) -> ExplanationAnswer:
    """Raises NotFound."""
    await account_row(queries, customer_id)
    state: Account = await queries.state(CheckOrder, customer_id)
    policy = queries.policies.at(ClassPolicy, on)
    ledger = state.ledger(state.currency or "")
    verdict = judge(state.behaviour, on, ledger.open, ledger.balance, policy.document)
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
        policy_version=policy.version,
    )
