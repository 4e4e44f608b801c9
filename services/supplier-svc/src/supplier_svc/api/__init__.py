"""The routes of supplier-svc, one module per noun."""

from supplier_svc.api import actions, facts, gradings, items, qualification, quality, scorecards, suppliers

ROUTERS = (
    suppliers.router,
    gradings.router,
    facts.router,
    qualification.router,
    actions.router,
    items.router,
    quality.router,
    scorecards.router,
)
