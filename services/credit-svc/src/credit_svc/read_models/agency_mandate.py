"""One row per case and agency that pursued it: what it was given, collected and kept."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.credit import AgencySettled, CaseDelegated
from credit_svc.read_models.moved import following
from credit_svc.receivables.facts import NOTHING


@dataclass(frozen=True)
class Row:
    """``given``: what was overdue when the agency was chosen; None where nothing could be pursued, and in mandates of old logs."""

    customer_id: str
    case_id: str
    agency: str
    kind: str | None
    standing: str
    delegated_on: date
    currency: str | None
    given: Decimal | None
    collected: Decimal = NOTHING
    commission: Decimal = NOTHING
    settled_on: date | None = None


Handled = CaseDelegated | AgencySettled


def keys(event: Handled, envelope: Envelope) -> list[Key]:
    return [(event.customer_id, event.case_id, event.agency)]


def evolve(key: Key, row: Row | None, event: Handled, envelope: Envelope) -> Row | None:
    match event:
        case CaseDelegated() as e if row is None:
            return Row(
                e.customer_id, e.case_id, e.agency, e.kind, e.standing, e.delegated_on, e.currency, e.given
            )  # fmt: skip
        case CaseDelegated() as e:
            return row and replace(row, kind=e.kind or row.kind, standing=e.standing or row.standing)
        case AgencySettled() as e:
            return row and replace(
                row,
                currency=e.currency,
                collected=row.collected + e.collected,
                commission=row.commission + e.commission,
                settled_on=e.settled_on,
            )


MODEL = following(
    ReadModel(
        name="agency_mandate",
        version=1,
        row=Row,
        key=("customer_id", "case_id", "agency"),
        keys=keys,
        evolve=evolve,
    )
)
