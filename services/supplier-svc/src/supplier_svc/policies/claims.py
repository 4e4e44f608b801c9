"""How much is claimed for a nonconformance, by when the supplier answers, and when its notes are due."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field, ValidationInfo, model_validator

from chassis.calendar import add_days
from chassis.policies import Policy, PolicyPart
from contracts.erp import Severity
from contracts.fields import Amount, Day, Percent, is_stored

Money = Annotated[Amount, Field(ge=0)]
Days = Annotated[int, Field(ge=1, le=366)]
SATURDAY = 5


class ClaimPercents(PolicyPart):
    """Percent of what the defective quantity cost, by severity."""

    critical: Percent = Decimal(100)
    major: Percent = Decimal(50)
    minor: Percent = Decimal(0)

    def of(self, severity: Severity) -> Decimal:
        match severity:
            case "critical":
                return self.critical
            case "major":
                return self.major
            case "minor":
                return self.minor


BEFORE: Mapping[str, Any] = {
    "claim_percents": None,
    "smallest_claim": Decimal(0),
    "answer_days": None,
    "note_due_days": None,
}
"""What a document that was stored before these fields existed means by their absence: what was decided under it until then."""


class ClaimPolicy(Policy):
    """Claims of a part of the price, and the notes that they, penalties and rewards in money become."""

    claim_percents: ClaimPercents | None = ClaimPercents()
    """Percent of defective quantity × unit price of the lot's delivery; null claims fixed amounts only."""
    line_stop_per_minute: Money = Decimal(0)
    """For each minute that a production line stood still, once an inspection, in the currency of the policy."""
    smallest_claim: Money = Decimal(100)
    """What comes to less is not claimed; in the currency of the claim. A person may claim less."""
    answer_days: Days | None = 14
    """Days to contest a claim; not contested, it counts as accepted. Also the days before a penalty or reward in money becomes
    a note. Null: claims are settled by people, and penalties and rewards become no notes."""
    note_due_days: Days | None = 30
    """Days from issuing a note to its due day; null issues no notes."""
    holidays: Annotated[tuple[Day, ...], Field(max_length=1_000)] = ()
    """A term that ends on one of these days, on a Saturday or on a Sunday ends on the next working day."""

    @model_validator(mode="before")
    @classmethod
    def _as_before(cls, document: Any, info: ValidationInfo) -> Any:
        return {**BEFORE, **document} if is_stored(info) and isinstance(document, dict) else document

    def term(self, start: date, days: int) -> date:
        """The last day of a term of so many days; the day on which it starts is not counted."""
        end = add_days(start, days)
        while (end.weekday() >= SATURDAY or end in self.holidays) and (later := add_days(end, 1)) != end:
            end = later
        return end

    def answer_by(self, start: date) -> date | None:
        return None if self.answer_days is None else self.term(start, self.answer_days)
