"""Routes of credit-svc; one module per noun."""

from credit_svc.api import accounts, calculators, caps, collection, limits, orders, receivables, reports

ROUTERS = (
    accounts.router,
    limits.router,
    caps.router,
    orders.router,
    receivables.router,
    collection.router,
    reports.router,
    calculators.router,
)
