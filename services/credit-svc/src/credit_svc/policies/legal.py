"""Terms of the law, with their dates of effect. Source: the rules page, "Arbitration and litigation"; no legal advice."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from chassis.calendar import FIRST_DAY, add_days, add_months
from chassis.policies import Policy, PolicyPart
from contracts.credit import ClockName
from contracts.fields import Day, Text

Beginning = Literal[
    "application", "filing", "accepted", "served", "answered", "hearing_set", "trial_extended", "award_received",
    "set_aside_requested", "judgment_served", "performance_ended", "due",
]  # fmt: skip
"""What a term begins with: a stage of a case, something that happens between two of them, or an invoice that is due."""

SATURDAY = 5
NearDays = Annotated[tuple[Annotated[int, Field(ge=1, le=366)], ...], Field(max_length=10)]
Holidays = Annotated[frozenset[Day], Field(max_length=1_000)]


class LegalTerm(PolicyPart):
    """A term that the law gives: ``length`` in ``unit`` after the day of what it begins with, which is not counted.

    ``hearing_notice`` is counted back from the day of the hearing.
    """

    name: ClockName
    after: Beginning
    length: int = Field(ge=1, le=3_660)
    unit: Literal["day", "month", "year"]
    from_day: Day = FIRST_DAY
    until_day: Day | None = None
    """The last day on which a term begins under this law; null for good."""
    law: Text

    def is_in_force(self, on: date) -> bool:
        return self.from_day <= on and (self.until_day is None or on <= self.until_day)

    def last_of(self, begins_on: date) -> date:
        """Its last day, whether work is done on it or not."""
        match self.unit:
            case "day":
                return add_days(begins_on, self.length)
            case "month":
                return add_months(begins_on, self.length)
            case "year":
                return add_months(begins_on, 12 * self.length)


def _terms() -> tuple[LegalTerm, ...]:
    arbitration, procedure = "Arbitration Law", "Civil Procedure Law"
    rows: tuple[tuple[ClockName, Beginning, int, str, str], ...] = (
        ("arbitration_acceptance", "application", 5, "day", f"{arbitration}, art. 24"),
        ("suit_acceptance", "filing", 7, "day", f"{procedure}, art. 126"),
        ("set_aside", "award_received", 6, "month", f"{arbitration} of 1994, art. 59"),
        ("set_aside_decision", "set_aside_requested", 2, "month", f"{arbitration}, art. 60"),
        ("service", "accepted", 5, "day", f"{procedure}, art. 128"),
        ("answer", "served", 15, "day", f"{procedure}, art. 128"),
        ("copy", "answered", 5, "day", f"{procedure}, art. 128"),
        ("hearing_notice", "hearing_set", 3, "day", f"{procedure}, art. 139"),
        ("trial_ordinary", "accepted", 6, "month", f"{procedure}, art. 152"),
        ("trial_extension", "trial_extended", 6, "month", f"{procedure}, art. 152"),
        ("trial_simplified", "accepted", 3, "month", f"{procedure}, art. 164"),
        ("trial_second_instance", "accepted", 3, "month", f"{procedure}, art. 183"),
        ("appeal", "judgment_served", 15, "day", f"{procedure}, art. 171"),
        ("enforcement", "performance_ended", 2, "year", f"{procedure}, art. 250"),
        ("limitation", "due", 3, "year", "Civil Code, art. 188 and 195"),
    )
    terms = [
        LegalTerm.model_validate({"name": name, "after": after, "length": length, "unit": unit, "law": law})
        for name, after, length, unit, law in rows
    ]
    newer = LegalTerm(
        name="set_aside", after="award_received", length=3, unit="month", from_day=date(2026, 3, 1),
        law=f"{arbitration} of 2025, art. 72",
    )  # fmt: skip
    return (*terms, newer)


class LegalTermsPolicy(Policy):
    """Terms of the law before tribunals and courts, the limitation of claims, and when the terms of ours are reminded of."""

    NAME: ClassVar[str] = "legal-terms"

    terms: tuple[LegalTerm, ...] = Field(default_factory=_terms, max_length=200)
    """Of several of one name the last that is in force on the day on which it begins counts; without one there is no such term."""
    near_days: NearDays = (30, 7)
    """Days before the last one of a term of ours on which it is reminded of; not of those before it began."""
    limitation_near_days: NearDays = (180, 60, 7)
    """The same before the limitation of an invoice ends."""
    holidays: Holidays = frozenset()
    """A term that ends on one of these days, on a Saturday or on a Sunday ends on the next working day."""
    extra_days: Holidays = frozenset()
    """Saturdays and Sundays on which work is done, such as those that make up for a long holiday."""

    @model_validator(mode="after")
    def _reminders_fall(self) -> Self:
        for days in (self.near_days, self.limitation_near_days):
            if any(later >= earlier for earlier, later in pairwise(days)):
                raise ValueError("the days before an end must stand with the most first, each once: 30, 7")
        if not any(
            each.name == "limitation" and each.from_day <= FIRST_DAY and not each.until_day for each in self.terms
        ):
            raise ValueError("terms needs one named limitation for every day: without from_day and until_day")
        return self

    def begun_by(self, beginning: str, on: date) -> list[LegalTerm]:
        """The terms that begin with something on a day."""
        found = {term.name: term for term in self.terms if term.after == beginning and term.is_in_force(on)}
        return list(found.values())

    def last_day(self, name: ClockName, begins_on: date) -> date | None:
        """The last day of a term that begins on a day; None where the law has no such term."""
        day = max(begins_on, FIRST_DAY)  # older logs hold days before it
        term = next((each for each in reversed(self.terms) if each.name == name and each.is_in_force(day)), None)
        return None if term is None else self.working_day(term.last_of(begins_on))

    def limitation(self, begins_on: date) -> date:
        """The last day on which a claim may be brought whose limitation is counted from a day."""
        last = self.last_day("limitation", begins_on)
        assert last is not None, "a document without a limitation is refused"
        return last

    def working_day(self, day: date) -> date:
        """The day, or the next one on which work is done."""
        while not self._is_worked(day) and (later := add_days(day, 1)) != day:
            day = later
        return day

    def _is_worked(self, day: date) -> bool:
        return day in self.extra_days or (day.weekday() < SATURDAY and day not in self.holidays)


def next_reminder(ends_on: date, days: Sequence[int], after: date) -> date | None:
    """The first day after another one that lies one of so many ``days`` before an end; None: there is none left."""
    return min((day for each in days if (day := add_days(ends_on, -each)) > after), default=None)
