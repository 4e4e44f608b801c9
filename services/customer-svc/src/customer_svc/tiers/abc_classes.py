"""80/20: which customers bring the sales (ABC). Pure.

Rule: A to cumulative 80 % of sales, B to 95 %, C the rest. The customer whose
sales cross a border still belongs to the better class, and customers of equal sales share the better class.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from typing import Literal, get_args

from contracts.customer import AbcClass
from customer_svc.policies.value import AbcPolicy
from customer_svc.tiers.value import CustomerValue

Letter = Literal["A", "B", "C"]
LETTERS: tuple[Letter, ...] = get_args(Letter)


@dataclass(frozen=True, slots=True)
class Classed:
    """A customer's class; ``cumulative`` is the percent of all sales that it and those before it bring."""

    customer_id: str
    amount: Decimal
    cumulative: Decimal
    letter: Letter


@dataclass
class _Found:
    customers: int = 0
    amount: Decimal = Decimal(0)
    from_amount: Decimal = Decimal(0)


@dataclass
class Classes:
    """The classes of a population, taken in bands of equal amount, largest first; ``total`` are all its sales."""

    total: Decimal
    policy: AbcPolicy
    running: Decimal = Decimal(0)
    found: dict[Letter, _Found] = field(default_factory=dict)

    def take(self, amount: Decimal, customers: int) -> Letter:
        """The class of the customers of the next band."""
        letter = self._letter(self.running * 100 / self.total) if self.total and amount > 0 else "C"
        found = self.found.setdefault(letter, _Found())
        brought = amount * customers
        found.customers += customers
        found.amount += brought
        found.from_amount = amount
        self.running += brought
        return letter

    def all(self) -> tuple[AbcClass, ...]:
        return tuple(AbcClass(letter=letter, **vars(self.found[letter])) for letter in LETTERS if letter in self.found)

    def _letter(self, brought_before: Decimal) -> Letter:
        """The class by the percent of sales that the better customers bring already."""
        if brought_before < self.policy.a_to:
            return "A"
        return "B" if brought_before < self.policy.b_to else "C"


def abc(population: Iterable[CustomerValue], policy: AbcPolicy) -> list[Classed]:
    """A population in memory by sales, largest first; customers without sales are C."""
    ordered = sorted(population, key=lambda value: (-value.amount, value.customer_id))
    classes = Classes(sum((value.amount for value in ordered), Decimal(0)), policy)
    found: list[Classed] = []
    for amount, same in groupby(ordered, key=lambda value: value.amount):
        tied = list(same)
        brought = classes.running
        letter = classes.take(amount, len(tied))
        for value in tied:
            brought += amount
            found.append(Classed(value.customer_id, amount, percent_of(brought, classes.total), letter))
    return found


def percent_of(part: Decimal, whole: Decimal) -> Decimal:
    return part * 100 / whole if whole else Decimal(0)
