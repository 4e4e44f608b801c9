"""Every method of limits beside the others, for one customer."""

from chassis.http import Queries
from contracts.currencies import money
from credit_svc.account.limits import NetAssetsNotAssessed
from credit_svc.account.orders import CheckOrder
from credit_svc.account.state import Account
from credit_svc.limits.methods import chosen_methods, lacks_capital, methods_for, suggest_for
from credit_svc.policies.limits import LimitPolicy
from credit_svc.receivables.facts import NOTHING
from credit_svc.reports.today import today_of
from credit_svc.responses.limits import MethodAnswer, MethodsAnswer
from credit_svc.responses.reasons import factors


async def methods_report(queries: Queries, customer_id: str) -> MethodsAnswer:
    today = await today_of(customer_id, queries)
    state: Account = await queries.state(CheckOrder, customer_id)
    policy, overdue = queries.policies.at(LimitPolicy, today), state.has_overdue(today)
    suggestion = suggest_for(state.file, today, policy.document, overdue)
    financials, why_none = state.file.financials, None
    if financials is not None and lacks_capital(financials, policy.document):
        capital = money(financials.net_working_capital or NOTHING, financials.currency)
        why_none = str(NetAssetsNotAssessed(capital=capital))
    return MethodsAnswer(
        customer_id=customer_id,
        currency=financials.currency if financials else None,
        methods=[
            MethodAnswer(
                method=each.method,
                amount=each.amount,
                percent=each.percent,
                inputs=factors(each.inputs),
                missing=list(each.missing),
            )
            for each in methods_for(state.file, today, policy.document, overdue)
        ],
        cap=suggestion.cap if suggestion else None,
        chosen_methods=list(chosen_methods(policy.document)),
        combined_by=policy.document.combined_by,
        suggested=suggestion.limit if suggestion else None,
        why_none=why_none,
        policy_version=policy.version,
    )
