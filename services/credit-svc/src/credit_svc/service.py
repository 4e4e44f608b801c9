"""The whole of credit-svc as one value."""

import contracts.credit
from chassis.service import Service
from credit_svc import api
from credit_svc.decisions import DECIDER
from credit_svc.limits.caps import CAP_DECIDER
from credit_svc.policies import POLICIES
from credit_svc.reactions import SOURCES
from credit_svc.read_models import (
    account,
    allocation,
    behaviour_review,
    cap_share,
    collection_case,
    file_review,
    history,
    invoice_due,
    limit_proposal,
    next_step,
    open_item,
    order_credit,
    override_end,
    payment,
    raise_end,
    shadow_check,
    share_to_take,
    stage_clock,
)
from credit_svc.reports.backtest import BACKTESTS

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
        share_to_take.MODEL,
        raise_end.MODEL,
        override_end.MODEL,
        invoice_due.MODEL,
        behaviour_review.MODEL,
        next_step.MODEL,
        stage_clock.MODEL,
        file_review.MODEL,
    ),
    backtests=BACKTESTS,
    routes=api.ROUTERS,
)
