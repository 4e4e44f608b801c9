"""The to-do list of certificate reminders: the day of the next reminder of each certificate."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from chassis.calendar import add_days
from chassis.read_models import Key
from chassis.timers import TodoList
from contracts import Envelope
from contracts.supplier import CertificateExpiring, CertificateRecorded
from supplier_svc.supplier.certificates import RemindOfCertificate

Handled = CertificateRecorded | CertificateExpiring


@dataclass(frozen=True)
class Row:
    """Due at the beginning of the day of the next reminder; gone after the last."""

    supplier_id: str
    certificate_id: str
    valid_to: date
    remind_on: date
    remind_last_on: date
    due_on: date


def keys(event: Handled, _: Envelope) -> Iterable[Key]:
    return [(event.supplier_id, event.certificate_id)]


def evolve(key: Key, row: Row | None, event: Handled, around: Envelope) -> Row | None:
    match event:
        case CertificateRecorded():
            # A certificate that is recorded late skips the reminders of past days, except the last one.
            first = min(max(event.remind_first_on, around.occurred_at.date()), event.remind_last_on)
            return _row(key, event.valid_to, first, event.remind_last_on)
        case CertificateExpiring():
            if row is None or event.reminded_on >= row.remind_last_on:
                return None
            return _row(key, row.valid_to, add_days(event.reminded_on, 1), row.remind_last_on)


def _row(key: Key, valid_to: date, on: date, last_on: date) -> Row:
    return Row(key[0], key[1], valid_to, on, last_on, on)


def remind(row: Row) -> RemindOfCertificate:
    return RemindOfCertificate(row.supplier_id, row.certificate_id, row.valid_to, row.remind_on)


TODO = TodoList(
    name="certificate_due",
    version=2,
    row=Row,
    key=("supplier_id", "certificate_id"),
    keys=keys,
    evolve=evolve,
    command=remind,
)
