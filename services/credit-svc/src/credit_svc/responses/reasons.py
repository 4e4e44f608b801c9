"""The parts that several responses share: holds of the order check, factors of a class or a limit."""

from decimal import Decimal

from contracts.credit import Factor
from contracts.figures import PlainModel
from credit_svc.orders.check import Check


class HoldAnswer(PlainModel):
    """One reason against new credit, and what would remove it."""

    reason: str
    releases_at: str


class FactorAnswer(PlainModel):
    """One input of a class: its value, its threshold or weight, and what it contributes."""

    name: str
    value: Decimal
    threshold: Decimal | None = None
    weight: Decimal | None = None
    points: Decimal | None = None


def holds(found: Check) -> list[HoldAnswer]:
    return [HoldAnswer(reason=hold.reason, releases_at=hold.releases_at) for hold in found.holds]


def factors(found: tuple[Factor, ...]) -> list[FactorAnswer]:
    return [FactorAnswer(**factor.model_dump()) for factor in found]
