"""Taking an approval away for good."""

from datetime import date

from chassis.calendar import add_months
from chassis.domain import Decision
from contracts.supplier import SupplierEliminated
from supplier_svc.policies.qualification import SupplierQualification
from supplier_svc.supplier import sourcing
from supplier_svc.supplier.state import Supplier


def eliminate(decision: Decision[Supplier], on: date, because: str, period: str | None = None) -> None:
    """No orders from now on; re-entry after the policy's months, on the same day of the month or, in a shorter month, its last."""
    policy = decision.policy(SupplierQualification, on)
    decision.emit(
        SupplierEliminated(
            supplier_id=decision.id,
            eliminated_on=on,
            reentry_from=add_months(on, policy.document.reentry_months),
            because=because,
            period=period,
            policy_version=policy.version,
        )
    )
    sourcing.notify_items(decision, on, because)
