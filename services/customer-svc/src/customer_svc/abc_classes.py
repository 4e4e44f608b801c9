"""80/20: which customers bring the sales (ABC). Pure.

Source: domain/customer.md, "80/20 and ABC": A to cumulative 80 % of sales, B to 95 %, C the rest. The customer whose
sales cross a border still belongs to the better class, and customers of equal sales share the better class.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from customer_svc.policies import AbcPolicy
from customer_svc.value import CustomerValue

AbcClass = Literal["A", "B", "C"]
LETTERS: tuple[AbcClass, ...] = ("A", "B", "C")


@dataclass(frozen=True, slots=True)
class Classed:
    """A customer's class; ``cumulative`` is the percent of all sales that it and those before it bring."""

    customer_id: str
    amount: Decimal
    cumulative: Decimal
    letter: AbcClass


def abc(population: Iterable[CustomerValue], policy: AbcPolicy) -> list[Classed]:
    """The population by sales, largest first; customers without sales are C."""
    ordered = sorted(population, key=lambda value: (-value.amount, value.customer_id))
    total = sum((value.amount for value in ordered), Decimal(0))
    found: list[Classed] = []
    running = Decimal(0)
    for value in ordered:
        if found and value.amount == found[-1].amount:
            letter = found[-1].letter
        else:
            letter = _letter(running * 100 / total, policy) if total and value.amount else "C"
        running += value.amount
        found.append(Classed(value.customer_id, value.amount, running * 100 / total if total else Decimal(0), letter))
    return found


def _letter(brought_before: Decimal, policy: AbcPolicy) -> AbcClass:
    """The class by the percent of sales that the better customers bring already."""
    if brought_before < policy.a_to:
        return "A"
    return "B" if brought_before < policy.b_to else "C"
