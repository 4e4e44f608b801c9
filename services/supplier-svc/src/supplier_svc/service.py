"""The composition of supplier-svc as one value."""

from chassis.service import Service
from contracts import supplier as contract
from supplier_svc import items, supplier
from supplier_svc.api import ROUTERS
from supplier_svc.policies import POLICIES
from supplier_svc.reactions import SOURCES
from supplier_svc.read_models import READ_MODELS
from supplier_svc.reports.backtest import BACKTESTS

SERVICE = Service(
    name="supplier-svc",
    topic=contract.TOPIC,
    port=8101,
    events=contract.EVENTS,
    deciders=(supplier.DECIDER, items.DECIDER),
    policies=POLICIES,
    sources=SOURCES,
    read_models=READ_MODELS,
    backtests=BACKTESTS,
    routes=ROUTERS,
    title="Supplier standing",
)
