"""The routes of supplier-svc, one module per noun."""

from supplier_svc.api import actions, facts, gradings, items, qualification, quality, suppliers

ROUTERS = (
    suppliers.router,
    gradings.router,
    facts.router,
    qualification.router,
    actions.router,
    items.router,
    quality.router,
)
