"""customer-svc: the whole composition."""

from chassis.service import Service
from contracts import customer
from customer_svc import api, customer_file, identities
from customer_svc import customer as customer_stream
from customer_svc import order as order_stream
from customer_svc import tiering as tiering_stream
from customer_svc.complaints import complaint
from customer_svc.policies import POLICIES
from customer_svc.reactions import SOURCES
from customer_svc.read_models import (
    aliases,
    complaint_clocks_due,
    complaints,
    customer_files,
    customer_history,
    customers,
    deliveries,
    files_lapsing,
    follow_ups_due,
    orders,
    sales,
    surveys,
    tier_counts,
    tier_decisions,
    tierings,
    tierings_due,
)

SERVICE = Service(
    name="customer-svc",
    title="Customers: orders, tiers, satisfaction",
    topic=customer.TOPIC,
    port=8102,
    events=customer.EVENTS,
    deciders=(
        order_stream.DECIDER,
        customer_stream.DECIDER,
        customer_file.DECIDER,
        identities.DECIDER,
        complaint.DECIDER,
        tiering_stream.DECIDER,
    ),
    policies=POLICIES,
    sources=SOURCES,
    read_models=(
        aliases.MODEL,
        customer_files.MODEL,
        files_lapsing.MODEL,
        orders.MODEL,
        sales.MODEL,
        deliveries.MODEL,
        surveys.MODEL,
        customers.MODEL,
        customer_history.MODEL,
        tier_decisions.MODEL,
        tier_counts.MODEL,
        tierings.MODEL,
        tierings_due.MODEL,
        complaints.MODEL,
        complaint_clocks_due.MODEL,
        follow_ups_due.MODEL,
    ),
    routes=(api.router,),
)
