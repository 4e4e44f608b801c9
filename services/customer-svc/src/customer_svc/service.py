"""customer-svc: the whole composition."""

from chassis.service import Service
from contracts import customer
from customer_svc import api
from customer_svc.care import retention, round
from customer_svc.channel import distributor, unit
from customer_svc.complaints import complaint
from customer_svc.files import credit_standing, identities
from customer_svc.files import file as customer_file
from customer_svc.opportunities import opportunity
from customer_svc.orders import order
from customer_svc.policies import POLICIES
from customer_svc.reactions import SOURCES
from customer_svc.read_models import READ_MODELS
from customer_svc.relationship import decisions as relationship
from customer_svc.reports import tier_backtest
from customer_svc.tiers import standing as customer_stream
from customer_svc.tiers import tiering

SERVICE = Service(
    name="customer-svc",
    title="Customers: files, orders, tiers, relationships, complaints, satisfaction",
    topic=customer.TOPIC,
    port=8102,
    events=customer.EVENTS,
    deciders=(
        order.DECIDER,
        customer_stream.DECIDER,
        tiering.DECIDER,
        customer_file.DECIDER,
        identities.DECIDER,
        relationship.DECIDER,
        round.DECIDER,
        retention.DECIDER,
        complaint.DECIDER,
        credit_standing.DECIDER,
        distributor.DECIDER,
        unit.DECIDER,
        opportunity.DECIDER,
    ),
    policies=POLICIES,
    sources=SOURCES,
    read_models=READ_MODELS,
    routes=(api.router,),
    backtests=(tier_backtest.BACKTEST,),
)
