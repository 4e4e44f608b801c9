"""The whole of credit-svc as one value."""

import contracts.credit
from chassis.service import Service
from credit_svc import api
from credit_svc.decisions import DECIDER
from credit_svc.policies import POLICIES
from credit_svc.reactions import SOURCES
from credit_svc.read_models import (
    account,
    allocation,
    collection_case,
    history,
    invoice_due,
    next_step,
    open_item,
    order_credit,
    payment,
)

SERVICE = Service(
    name="credit-svc",
    title="Credit: limits, order checks, receivables and collection",
    topic=contracts.credit.TOPIC,
    port=8103,
    events=contracts.credit.EVENTS,
    deciders=(DECIDER,),
    policies=POLICIES,
    sources=SOURCES,
    read_models=(
        account.MODEL,
        order_credit.MODEL,
        open_item.MODEL,
        payment.MODEL,
        allocation.MODEL,
        collection_case.MODEL,
        history.MODEL,
        invoice_due.MODEL,
        next_step.MODEL,
    ),
    routes=(api.router,),
)
