"""The composition of supplier-svc as one value."""

from chassis.service import Service
from contracts import supplier as contract
from supplier_svc import api
from supplier_svc.policies import NonconformancePoints, SupplierGrading
from supplier_svc.reactions import SOURCES
from supplier_svc.read_models import grading_due, nonconformance, supplier, supplier_month
from supplier_svc.supplier import DECIDER

SERVICE = Service(
    name="supplier-svc",
    topic=contract.TOPIC,
    port=8101,
    events=contract.EVENTS,
    deciders=(DECIDER,),
    policies=(NonconformancePoints, SupplierGrading),
    sources=SOURCES,
    read_models=(supplier.MODEL, supplier_month.MODEL, nonconformance.MODEL, grading_due.MODEL),
    routes=(api.router,),
    title="Supplier standing",
)
