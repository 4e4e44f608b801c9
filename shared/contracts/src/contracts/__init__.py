"""The published events of all four services and the facts they consume; Pydantic models only."""

from contracts import credit, customer, erp, notify, supplier
from contracts.envelope import Envelope, Event

OWNERS = {"supplier-svc": supplier, "customer-svc": customer, "credit-svc": credit, "notify-svc": notify}
EVENTS: tuple[type[Event], ...] = (
    *erp.EVENTS,
    *supplier.EVENTS,
    *customer.EVENTS,
    *credit.EVENTS,
    *notify.EVENTS,
)

__all__ = ["EVENTS", "OWNERS", "Envelope", "Event"]
