"""The whole of credit-svc as one value."""

import contracts.credit
from chassis.service import Service
from credit_svc import api
from credit_svc.decisions import DECIDER
from credit_svc.group_limits.cap import CAP_DECIDER
from credit_svc.policies import POLICIES
from credit_svc.reactions import SOURCES
from credit_svc.read_models import (
    account,
    allocation,
    cap_share,
    collection_case,
    history,
    limit_proposal,
    open_item,
    order_credit,
    payment,
    shadow_check,
)
from credit_svc.reports.backtest import BACKTESTS
from credit_svc.timers import (
    behaviour_due,
    cap_share_due,
    increase_due,
    invoice_due,
    override_due,
    review_due,
    stage_due,
    step_due,
)

SERVICE = Service(
    name="credit-svc",
    title="Credit: files and classes, limits, order checks, receivables and collection",
    topic=contracts.credit.TOPIC,
    port=8103,
    events=contracts.credit.EVENTS,
    deciders=(DECIDER, CAP_DECIDER),
    policies=POLICIES,
    sources=SOURCES,
    read_models=(
        account.MODEL,
        limit_proposal.MODEL,
        cap_share.MODEL,
        order_credit.MODEL,
        shadow_check.MODEL,
        open_item.MODEL,
        payment.MODEL,
        allocation.MODEL,
        collection_case.MODEL,
        history.MODEL,
        # The timers. On one day: raises and overrides end, invoices fall overdue, then classes and cases follow.
        cap_share_due.TODO,
        increase_due.TODO,
        override_due.TODO,
        invoice_due.TODO,
        behaviour_due.TODO,
        step_due.TODO,
        stage_due.TODO,
        review_due.TODO,
    ),
    backtests=BACKTESTS,
    routes=api.ROUTERS,
)
