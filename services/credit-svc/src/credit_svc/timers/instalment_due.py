"""To-do list: planned instalments of contracts, at the beginning of the day on which they are due."""

from dataclasses import dataclass
from datetime import date

from chassis.read_models import Key
from chassis.timers import TodoList
from contracts import Envelope
from contracts.credit import InstalmentDue, InstalmentInvoiced, ReceiptPlanCancelled, ReceiptPlanned
from credit_svc.account.receipt_plans import MakeInstalmentDue
from credit_svc.read_models import region
from credit_svc.read_models.moved import following


@dataclass(frozen=True)
class Row:
    customer_id: str
    contract_id: str
    number: int
    due_on: date
    correlation_id: str
    causation_id: str


Handled = ReceiptPlanned | ReceiptPlanCancelled | InstalmentDue | InstalmentInvoiced


def keys(event: Handled, envelope: Envelope) -> list[Key]:
    match event:
        case ReceiptPlanned(instalments=instalments):
            numbers = [each.number for each in instalments]
            return [(event.customer_id, event.contract_id, number) for number in (*numbers, *event.dropped)]
        case ReceiptPlanCancelled(dropped=dropped):
            return [(event.customer_id, event.contract_id, number) for number in dropped]
        case InstalmentDue() | InstalmentInvoiced():
            return [(event.customer_id, event.contract_id, event.number)]


def evolve(key: Key, row: Row | None, event: Handled, envelope: Envelope) -> Row | None:
    if not isinstance(event, ReceiptPlanned):
        return None
    customer_id, contract_id, number = key
    for each in event.instalments:
        if each.number == number and each.invoice_id is None:
            return Row(customer_id, contract_id, number, each.due_on, envelope.correlation_id, envelope.id)
    return None


def command(row: Row) -> MakeInstalmentDue:
    return MakeInstalmentDue(row.customer_id, row.contract_id, row.number, on=row.due_on)


TODO = following(
    TodoList(
        name="instalment_due",
        version=1,
        row=Row,
        key=("customer_id", "contract_id", "number"),
        keys=keys,
        evolve=evolve,
        command=command,
        regions=region.MODEL,
    )
)
