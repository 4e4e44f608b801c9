"""What follows from a fact of an account: refunds → small differences → charge → judge → case → held orders, always in this order.

What was paid back of money that comes only now is taken out first, so that nothing is decided on money that is gone. What is too
small to pursue is given up then, and what waiting money no longer covers is overdue, because all the rest depends on it.
Interest is charged next, because it needs the settlements that nothing has judged yet. The class is judged then, because the
strategy of a case that opens, and whether deliveries stop, depend on it. The case comes before the held orders, because its
steps, and the deliveries that it stops or resumes, hold and release them. Held orders come last: each hold names what releases
it (a payment, a better class, a closed case), and this is where that happens.

A path that omits a step says why where it does: a dispute moves the case only, a step of a case judges a broken promise only.
Limits, shares of caps, securities and credit classes go to the held orders alone, because they change what may be ordered and
nothing of what is owed.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Literal

from chassis.policies import PolicyBook
from contracts.credit import LimitUseReached
from credit_svc.account.behaviour_class import judge_behaviour
from credit_svc.account.cases import pursue
from credit_svc.account.decision import AccountDecision
from credit_svc.account.interest import charge_settled
from credit_svc.account.orders import check_held_orders
from credit_svc.account.paying_back import take_up_refunds
from credit_svc.account.small_differences import give_up_small_of_overdue
from credit_svc.account.state import Account
from credit_svc.account.waiting_money import mark_uncovered
from credit_svc.policies.credit import CreditPolicy


def follow(
    decision: AccountDecision,
    on: date,
    cause: Literal["settled", "written_off", "restated"] = "settled",
    day_passed: bool = False,
) -> None:
    """All that follows from a fact about what is owed or how it is paid, in this order.

    ``cause``: why a case closes. ``day_passed``: the class is judged though no event calls for it.
    """
    on = take_up_refunds(decision, on)
    give_up_small_of_overdue(decision, on)
    mark_uncovered(decision, on)
    charge_settled(decision, on)
    judge_behaviour(decision, on, always=day_passed)
    pursue(decision, on, cause)
    check_held_orders(decision, on)


def notice_use(decision: AccountDecision, before: Account, on: date) -> None:
    """Record that the use of the limit came to a percentage that is watched."""
    if decision.state is before or decision.state.currency is None:
        return
    on = decision.day(on)
    percents = decision.policy(CreditPolicy, on).document.notice_percents
    reached = _use(decision.state, on, decision.policies, percents)
    if reached > _use(before, on, decision.policies, percents):
        position = decision.state.position(on, decision.policies, decision.state.currency)
        decision.emit(
            LimitUseReached(customer_id=decision.id, percent=reached, exposure=position.exposure, reached_on=on)
        )


def _use(account: Account, on: date, policies: PolicyBook, percents: Sequence[int]) -> int:
    """The highest percentage that the exposure has come to; 0 below the first."""
    own = account.currency
    if own is None:
        return 0
    used = account.receivable(own) + account.orders.total - account.file.security_on(on, own)
    limit: Decimal = account.limit_on(on, policies)
    return max((percent for percent in percents if used > 0 and used * 100 >= limit * percent), default=0)
