"""Care rounds due: the timer of the rounds over all customers."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from chassis.calendar import add_days
from chassis.policies import PolicyVersion
from chassis.read_models import Key
from chassis.timers import DueCommand, TimerContext, TodoList
from contracts import Envelope
from contracts.customer import CareRoundCompleted, CareRoundScheduled
from customer_svc.care.buying import Buying, churn, phase
from customer_svc.care.retention import NoteOrder, WarnOfChurn
from customer_svc.care.round import CompleteRound
from customer_svc.policies.care import CarePolicy
from customer_svc.policies.files import FilePolicy
from customer_svc.read_models import retention
from customer_svc.relationship.life_cycle import EnterPhase
from customer_svc.reports.buying import buying

Handled = CareRoundScheduled | CareRoundCompleted


@dataclass(frozen=True)
class Row:
    name: str
    as_of: date
    due_on: date


def keys(_: Handled, __: Envelope) -> list[Key]:
    return [("care",)]


def evolve(key: Key, _: Row | None, event: Handled, __: Envelope) -> Row | None:
    if isinstance(event, CareRoundCompleted):
        return None
    return Row(key[0], event.as_of, add_days(event.as_of, 1))


async def perform(rows: Sequence[Row], context: TimerContext) -> AsyncIterator[list[DueCommand]]:
    for row in rows:
        dated = context.policies.at(CarePolicy, row.as_of)
        last_resort = context.policies.at(FilePolicy, row.as_of).document.owner_of_last_resort
        customers = warned = 0
        async for batch in context.batches(retention.came_back(row.as_of)):
            orders = (NoteOrder(found["customer_id"], found["order_id"], found["ordered_on"]) for found in batch)
            yield [DueCommand.by(row, order) for order in orders]
        async for batch in context.batches(buying(row.as_of, dated.document)):
            commands = [command for found in batch for command in _found(found, row.as_of, dated, last_resort)]
            customers += len(batch)
            warned += sum(isinstance(command, WarnOfChurn) for command in commands)
            yield [DueCommand.by(row, command) for command in commands]
        yield [DueCommand.by(row, CompleteRound(row.as_of, customers, warned, dated.version))]


def _found(
    row: dict[str, Any], as_of: date, dated: PolicyVersion[CarePolicy], last_resort: str
) -> list[WarnOfChurn | EnterPhase]:
    customer = Buying(
        row["customer_id"],
        row["order_days"],
        row["last_order_on"],
        row["median_interval_days"],
        (row["recent"], row["previous"], row["earlier"]),
        row["currency"],
    )
    entered, because = phase(customer, as_of, dated.document)
    silent = customer.silent_days(as_of)
    found: list[WarnOfChurn | EnterPhase] = []
    if customer.median_interval_days is not None and entered != row["phase"]:
        # One without a rhythm explores, which is where everybody begins; that is not worth an event each.
        found.append(
            EnterPhase(customer.customer_id, entered, because, customer.change(), silent, as_of, dated.version)
        )
    warning = churn(customer, as_of, dated.document)
    if warning is not None:
        owner_id = row["owner_id"] or last_resort
        figures = customer.figures(as_of)
        found.append(WarnOfChurn(customer.customer_id, warning[0], owner_id, warning[1], figures, as_of, dated.version))
    return found


TODO = TodoList(
    name="rounds_due",
    version=2,
    row=Row,
    key=("name",),
    keys=keys,
    evolve=evolve,
    perform=perform,
)
