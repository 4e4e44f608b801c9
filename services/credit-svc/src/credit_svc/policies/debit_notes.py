"""How what is charged becomes owed: when it is noted, what comes of a note, who may waive it."""

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from chassis.policies import Policy
from contracts.credit import ChargeKind, NoteEffect
from contracts.fields import Count, Currency, Percent, Quantity

When = Literal["monthly", "at_once", "never"]


class DebitNotePolicy(Policy):
    """Penalty interest, claims of bounced cheques and costs become debit notes, which are owed beside the invoices.

    What comes of a note is decided by the version of its day.
    """

    NAME: ClassVar[str] = "debit-notes"

    interest: When = "monthly"
    """At the end of a month one note per customer and currency, or a note for each charge; never: it is charged and not owed."""
    cheque_claim: When = "at_once"
    cost: When = "at_once"
    smallest: Quantity = Decimal(100)
    """Less than this is carried to the next month."""
    smallest_in: dict[Currency, Quantity] = Field(default_factory=dict)
    """The same in currencies where that would be nothing, or much."""
    due_days: Count = 30
    """After the day of the note."""
    allocation_order: Literal["law", "principal_first"] = "law"
    """What money that names nothing pays first: by law (Civil Code, art. 561) costs, then interest, then the principal."""
    counts_for_exposure: bool = True
    opens_case: bool = False
    """Whether a note past due opens a collection case; an open case shows notes anyway."""
    counts_for_behaviour: bool = False
    bears_interest: bool = False
    holds_orders: bool = False
    """Whether a note past due holds new orders as an invoice does."""
    waiver_alone_max: Quantity = Decimal(1000)
    """The most that one person waives of a note without another one."""
    cheque_fine_percent: Percent = Decimal(5)
    """Of the face of a bounced cheque: what the central bank may impose; information, not owed to us."""
    cheque_fine_min: Quantity = Decimal(1000)
    cheque_fine_currency: Currency = "CNY"
    """Cheques in another currency are not fined."""

    def when(self, kind: ChargeKind) -> When:
        """When a charge of a kind is noted."""
        return {"interest": self.interest, "cheque_claim": self.cheque_claim, "cost": self.cost}[kind]

    def smallest_note(self, currency: str) -> Decimal:
        """The smallest note in a currency."""
        return self.smallest_in.get(currency, self.smallest)

    def effects(self) -> tuple[NoteEffect, ...]:
        """What comes of a note that is open."""
        chosen: dict[NoteEffect, bool] = {
            "exposure": self.counts_for_exposure,
            "case": self.opens_case,
            "behaviour": self.counts_for_behaviour,
            "interest": self.bears_interest,
            "orders": self.holds_orders,
        }
        return tuple(effect for effect, is_chosen in chosen.items() if is_chosen)
