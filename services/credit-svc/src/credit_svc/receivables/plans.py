"""What contracts plan to receive: each instalment until it is a receivable, and the invoice that took its place. Pure.

Source: the rules page, "Receivables before the invoice". What is not due yet is in no balance.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from immutables import Map

from chassis.values import replace
from contracts.credit import InstalmentDue, InstalmentInvoiced, ReceiptInstalment, ReceiptPlanCancelled, ReceiptPlanned
from credit_svc.receivables.facts import EMPTY

PlanEvent = ReceiptPlanned | ReceiptPlanCancelled | InstalmentDue | InstalmentInvoiced


@dataclass(frozen=True, slots=True)
class Planned:
    """An instalment; ``item_id`` is the receivable that it became on its day."""

    due_on: date
    amount: Decimal
    currency: str
    item_id: str | None = None


@dataclass(frozen=True)
class Plan:
    """Of one contract. ``stated_on``: the day of its signing or of its last change; ``signed``: as it was signed, once that is known."""

    instalments: Map[int, Planned] = EMPTY
    stated_on: date = date.min
    signed: ReceiptPlanned | None = None
    is_cancelled: bool = False


@dataclass(frozen=True)
class Plans:
    """``of``: by contract. ``invoiced``: contract and number → the invoice for it, which may be known before the contract is."""

    of: Map[str, Plan] = EMPTY
    invoiced: Map[tuple[str, int], str] = EMPTY

    def waiting(self, contract_id: str, number: int) -> Planned | None:
        """An instalment that is planned, neither due nor invoiced; None where there is no such one."""
        plan = self.of.get(contract_id)
        planned = plan.instalments.get(number) if plan else None
        is_receivable = planned is None or planned.item_id is not None or (contract_id, number) in self.invoiced
        return None if is_receivable else planned

    def item(self, contract_id: str, number: int) -> str | None:
        """The receivable that an instalment became on its day."""
        plan = self.of.get(contract_id)
        planned = plan.instalments.get(number) if plan else None
        return planned.item_id if planned else None

    def receivable(self, contract_id: str, number: int) -> str | None:
        """What is owed for an instalment: its invoice, else the item of its day."""
        return self.invoiced.get((contract_id, number)) or self.item(contract_id, number)

    def numbers_waiting(self, contract_id: str) -> tuple[int, ...]:
        plan = self.of.get(contract_id, Plan())
        return tuple(number for number in sorted(plan.instalments) if self.waiting(contract_id, number) is not None)

    def restated(self, contract_id: str, wanted: tuple[ReceiptInstalment, ...]) -> tuple[ReceiptInstalment, ...]:
        """The instalments as a statement of the contract leaves them: those that are receivables already stay as they were."""
        plan = self.of.get(contract_id, Plan())
        found = {
            each.number: each.model_copy(update={"invoice_id": self.invoiced.get((contract_id, each.number))})
            for each in wanted
        }
        for number, known in plan.instalments.items():
            if self.receivable(contract_id, number) is not None:
                found[number] = ReceiptInstalment(
                    number=number,
                    due_on=known.due_on,
                    amount=known.amount,
                    currency=known.currency,
                    invoice_id=self.receivable(contract_id, number),
                )
        return tuple(found[number] for number in sorted(found))


def evolve(plans: Plans, event: PlanEvent) -> Plans:
    plan = plans.of.get(event.contract_id, Plan())
    match event:
        case ReceiptPlanned(instalments=instalments) as e:
            stated = Map(
                {
                    each.number: Planned(
                        each.due_on, each.amount, each.currency, plans.item(e.contract_id, each.number)
                    )
                    for each in instalments
                }
            )
            signed = plan.signed if e.is_change else e
            plan = replace(plan, instalments=stated, stated_on=max(plan.stated_on, e.planned_on), signed=signed)
        case ReceiptPlanCancelled(dropped=dropped):
            left = Map({number: each for number, each in plan.instalments.items() if number not in dropped})
            plan = replace(plan, instalments=left, is_cancelled=True)
        case InstalmentDue(number=number):
            known = plan.instalments.get(number) or Planned(event.due_on, event.amount, event.currency)
            due = replace(known, item_id=event.invoice_id)
            plan = replace(plan, instalments=plan.instalments.set(number, due))
        case InstalmentInvoiced(number=number):
            return replace(plans, invoiced=plans.invoiced.set((event.contract_id, number), event.invoice_id))
    return replace(plans, of=plans.of.set(event.contract_id, plan))
