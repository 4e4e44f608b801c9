"""The parts that several responses share: holds of the order check, factors of a class or a limit."""

from decimal import Decimal

from contracts.credit import Factor
from contracts.figures import PlainModel
from credit_svc.orders.check import Check, Hold


class ReleaseAnswer(PlainModel):
    """What would let an order through, as a sentence and, where numbers decide, in numbers.

    ``excess_amount`` must be paid or leave the exposure, or the limit be ``enough_amount``, in ``currency``; ``invoice_id`` is the
    first invoice to pay.
    """

    summary: str
    currency: str | None = None
    excess_amount: Decimal | None = None
    enough_amount: Decimal | None = None
    invoice_id: str | None = None


class HoldAnswer(PlainModel):
    """One reason against new credit, and what would remove it."""

    reason: str
    release: ReleaseAnswer


class FactorAnswer(PlainModel):
    """One input of a class: its value, its threshold or weight, and what it contributes."""

    name: str
    value: Decimal
    threshold: Decimal | None = None
    weight: Decimal | None = None
    points: Decimal | None = None


def holds(found: Check) -> list[HoldAnswer]:
    return [HoldAnswer(reason=hold.reason, release=release(hold)) for hold in found.holds]


def release(hold: Hold) -> ReleaseAnswer:
    return ReleaseAnswer(
        summary=hold.releases_at,
        currency=hold.currency,
        excess_amount=hold.excess,
        enough_amount=hold.enough,
        invoice_id=hold.invoice_id,
    )


def factors(found: tuple[Factor, ...]) -> list[FactorAnswer]:
    return [FactorAnswer(**factor.model_dump()) for factor in found]
