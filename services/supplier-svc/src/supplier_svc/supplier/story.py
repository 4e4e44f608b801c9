"""What a command decides, fact by fact, each on the state that those before it left."""

from chassis.domain import Refusal
from chassis.policies import PolicyBook
from contracts import Event
from supplier_svc.supplier.state import Supplier, evolve


class Story:
    """Grows while one command is decided; ``supplier`` is as it stands after what was told so far."""

    def __init__(self, supplier_id: str, supplier: Supplier, policies: PolicyBook) -> None:
        self.supplier_id = supplier_id
        self.supplier = supplier
        self.policies = policies
        self.events: list[Event] = []

    def tell(self, event: Event) -> None:
        self.events.append(event)
        self.supplier = evolve(self.supplier, event)


class SupplierUnknown(Refusal):
    """There is no supplier {supplier_id}: it has no onboarding file, and no fact about it was ever recorded."""

    status = 404
