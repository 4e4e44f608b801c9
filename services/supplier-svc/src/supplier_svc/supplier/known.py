"""Who is a supplier: whoever something is on record of."""

from chassis.domain import Decision, Refusal
from supplier_svc.supplier.state import Supplier


class SupplierUnknown(Refusal):
    """There is no supplier {supplier_id}: it has no onboarding file, and no fact about it was ever recorded."""

    status = 404


def check_known(decision: Decision[Supplier]) -> None:
    """Raises SupplierUnknown where nothing at all is on record: what people decide makes no supplier of a mistyped id."""
    if decision.state == Supplier():
        raise SupplierUnknown(supplier_id=decision.id)
