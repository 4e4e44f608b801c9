"""Contracts and how one follows another. Pure."""

from collections.abc import Collection, Iterator
from datetime import date
from typing import NamedTuple

from chassis.calendar import add_days
from contracts.supplier import ContractKind


class Term(NamedTuple):
    """The days of a contract; ``ends_on`` is the last one, also of a contract that was terminated."""

    contract_id: str
    kind: ContractKind
    starts_on: date
    ends_on: date

    def holds(self, on: date) -> bool:
        return self.starts_on <= on <= self.ends_on


def is_renewed(term: Term, terms: Collection[Term]) -> bool:
    """Whether another contract of its kind that ends later begins at the latest on the day after its end."""
    return any(
        each.kind == term.kind and each.ends_on > term.ends_on and each.starts_on <= add_days(term.ends_on, 1)
        for each in terms
    )


def in_force(terms: Collection[Term], on: date) -> Iterator[Term]:
    return (each for each in terms if each.holds(on))


def ended(kind: ContractKind, terms: Collection[Term], on: date) -> date | None:
    """The last day on which a contract of a kind was in force; None where one is in force on the day, or none was before it."""
    days = [each.ends_on for each in terms if each.kind == kind]
    if any(each.kind == kind for each in in_force(terms, on)):
        return None
    return max((day for day in days if day < on), default=None)
