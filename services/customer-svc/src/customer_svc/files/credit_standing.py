"""What credit-svc thinks of a customer, recorded beside its file. Stream ``credit_standing-{customer_id}``.

The decisions are credit-svc's; here they are remembered for the people who talk to the customer.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from immutables import Map

from chassis.domain import Decider
from chassis.policies import PolicyBook
from contracts import Event
from contracts.currencies import money
from contracts.customer import CreditStandingKind, CustomerCreditStandingNoted
from customer_svc.sentences import Sentences


@dataclass(frozen=True, slots=True)
class CreditStanding:
    """``notes`` has the last of each kind, of overdue by currency: the sentence, and the day since which it holds."""

    notes: Map[tuple[CreditStandingKind, str | None], tuple[str, date]] = field(default_factory=Map)


def evolve(standing: CreditStanding, event: Event) -> CreditStanding:
    if isinstance(event, CustomerCreditStandingNoted):
        if event.what == "account_merged":
            standing = CreditStanding()
        elif (
            event.what == "overdue" and not event.is_over
        ):  # so that its end is noted, also of the same day as the last one
            standing = CreditStanding(standing.notes.set(("overdue", None), ("", event.since)))
        return CreditStanding(standing.notes.set((event.what, event.currency), (event.summary, event.since)))
    return standing


def overdue_sentence(invoices: int, amount: Decimal, currency: str, oldest_due_on: date | None) -> str:
    """What is overdue in one currency."""
    overdue = money(amount, currency)
    if invoices == 1:
        return Sentences.OVERDUE_ONE(amount=overdue, oldest_due_on=oldest_due_on)
    return Sentences.OVERDUE(invoices=invoices, amount=overdue, oldest_due_on=oldest_due_on)


@dataclass(frozen=True, slots=True)
class NoteCredit:
    customer_id: str
    what: CreditStandingKind
    summary: str
    since: date
    is_over: bool = False
    currency: str | None = None
    overdue_amount: Decimal | None = None
    overdue_invoices: int | None = None


def decide(command: NoteCredit, standing: CreditStanding, _: PolicyBook) -> Sequence[Event]:
    if standing.notes.get((command.what, command.currency)) == (command.summary, command.since):
        return []
    return [
        CustomerCreditStandingNoted(
            customer_id=command.customer_id,
            what=command.what,
            summary=command.summary,
            since=command.since,
            is_over=command.is_over,
            currency=command.currency,
            overdue_amount=command.overdue_amount,
            overdue_invoices=command.overdue_invoices,
        )
    ]


DECIDER = Decider(
    category="credit_standing",
    commands=(NoteCredit,),
    stream_id=lambda command: command.customer_id,
    initial=CreditStanding(),
    evolve=evolve,
    decide=decide,
    names="customer",
)
