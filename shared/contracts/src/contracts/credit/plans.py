"""Payment plans: a debtor in trouble, not in bad faith, pays in instalments and may go on ordering within a limit."""

from typing import ClassVar

from pydantic import Field

from contracts.envelope import Event, Part
from contracts.fields import AmountNotNegative, Currency, Day, Id, PositiveAmount, Text


class PlanInstalment(Part):
    """What is to be paid by a day."""

    amount: PositiveAmount
    due_on: Day


class PaymentPlanProposed(Event):
    """Paying what is overdue in instalments was proposed; another person approves it.

    ``support_limit``: of new orders, together, that would be approved although something is overdue; None: of none.
    """

    TYPE: ClassVar[str] = "credit.PaymentPlanProposed"
    case_id: Id
    customer_id: Id
    instalments: tuple[PlanInstalment, ...] = Field(min_length=1)
    currency: Currency
    support_limit: PositiveAmount | None = None
    reason: Text
    proposed_on: Day
    proposed_by: Text


class PaymentPlanRejected(Event):
    """A payment plan was rejected; the case goes on."""

    TYPE: ClassVar[str] = "credit.PaymentPlanRejected"
    case_id: Id
    customer_id: Id
    reason: Text
    rejected_by: Text


class PaymentPlanAgreed(Event):
    """What is overdue is paid in instalments, each a promise; the case waits meanwhile.

    ``support_limit``: of new orders, together, that are approved although something is overdue; None: of none. ``paid_before``: what
    had come on ``agreed_on`` already, which pays no instalment.
    """

    TYPE: ClassVar[str] = "credit.PaymentPlanAgreed"
    plan_id: Id
    case_id: Id
    customer_id: Id
    instalments: tuple[PlanInstalment, ...] = Field(min_length=1)
    currency: Currency
    support_limit: PositiveAmount | None = None
    paid_before: AmountNotNegative
    reason: Text
    agreed_on: Day
    proposed_by: Text | None = None
    approved_by: Text


class PaymentPlanBroken(Event):
    """An instalment, ``number`` counted from 1, was missed: the case goes on, and no other plan is agreed until ``next_from``."""

    TYPE: ClassVar[str] = "credit.PaymentPlanBroken"
    plan_id: Id
    case_id: Id
    customer_id: Id
    number: int = Field(ge=1)
    missing: PositiveAmount
    currency: Currency
    broken_on: Day
    next_from: Day
