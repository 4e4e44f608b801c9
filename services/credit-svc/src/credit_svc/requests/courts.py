"""What people record about a case before a tribunal or a court."""

from decimal import Decimal
from typing import Literal, Self

from pydantic import Field, model_validator

from chassis.http import Body
from contracts.credit import Milestone, Outcome, Procedure
from contracts.currencies import check_places
from contracts.erp import Instalment
from contracts.fields import Currency, Day, Id, Quantity, Text
from credit_svc.requests import Acting
from credit_svc.requests.claims import ITEMS_MAX

INSTALMENTS_MAX = 24


class VerdictBody(Body):
    """What an award and a judgment have in common. What was settled says by which instalments it is paid."""

    outcome: Outcome
    costs: Quantity = Decimal(0)
    currency: Currency
    made_on: Day
    perform_until: Day | None = Field(default=None, description="the last day to perform, where one is set")
    instalments: tuple[Instalment, ...] = Field(default=(), max_length=INSTALMENTS_MAX)
    recorded_by: Acting = None

    def _check(self, amount: Decimal, name: str) -> None:
        check_places(amount, self.currency)
        check_places(self.costs, self.currency)
        days = [each.due_on for each in self.instalments]
        if self.outcome == "dismissed" and amount:
            raise ValueError(f"{name} is 0 where the claim is dismissed")
        if self.perform_until is not None and self.perform_until < self.made_on:
            raise ValueError(f"perform_until {self.perform_until} is before made_on {self.made_on}")
        if days and self.outcome != "settled":
            raise ValueError("instalments belong to what was settled")
        if days != sorted(set(days)):
            raise ValueError("each instalment is due later than the one before it")
        if days and sum(each.amount for each in self.instalments) != amount:
            raise ValueError(
                f"the instalments make {sum(each.amount for each in self.instalments)}; {name} is {amount}"
            )


class AwardBody(VerdictBody):
    """An award; ``awarded`` is what was granted of the claim, ``costs`` come on top of it."""

    award_id: Id
    awarded: Quantity
    received_on: Day
    items: tuple[Id, ...] = Field(
        default=(), max_length=ITEMS_MAX, description="invoices; those of the case when left out"
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        self._check(self.awarded, "awarded")
        if self.received_on < self.made_on:
            raise ValueError(f"received_on {self.received_on} is before made_on {self.made_on}")
        return self


class AwardReviewBody(Body):
    """A court sets an award aside or refuses its enforcement (``granted``), or does not."""

    award_id: Id
    kind: Literal["set_aside", "enforcement_refused"]
    outcome: Literal["granted", "rejected"]
    decided_on: Day
    recorded_by: Acting = None


class JudgmentBody(VerdictBody):
    """A judgment; ``adjudged`` is what was granted of the claim, ``costs`` come on top of it."""

    judgment_id: Id
    instance: Literal[1, 2] = 1
    adjudged: Quantity
    served_on: Day
    is_final: bool = Field(default=False, description="nobody can appeal; always so of the second instance")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        self._check(self.adjudged, "adjudged")
        if self.served_on < self.made_on:
            raise ValueError(f"served_on {self.served_on} is before made_on {self.made_on}")
        return self


class AppealBody(Body):
    judgment_id: Id
    by_us: bool
    noted_on: Day
    recorded_by: Acting = None


class EnforcementBody(Body):
    """What enforcement brought on a day; the money itself is recorded as a payment."""

    collected: Quantity = Decimal(0)
    currency: Currency
    on: Day
    what: Literal["paid", "nothing_found", "ended"]
    note: Text = ""
    recorded_by: Acting = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        check_places(self.collected, self.currency)
        if (self.what == "paid") != (self.collected > 0):
            raise ValueError("collected is above 0 where something was paid, and only there")
        return self


class MilestoneBody(Body):
    """What happened between two stages of a case: terms of the law begin and end with it."""

    milestone: Milestone
    reached_on: Day
    procedure: Procedure | None = Field(
        default=None, description="how an accepted suit is tried; ordinary when left out"
    )
    hearing_on: Day | None = Field(default=None, description="the day of a hearing that is set")
    note: Text = ""
    recorded_by: Acting = None
